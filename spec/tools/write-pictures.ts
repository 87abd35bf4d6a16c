/**
 * Writes docs/images/*.png, the README's pictures, from the report of a run: `npm start`, then
 * `npx tsx spec/tools/write-pictures.ts`. The pictures are the report's own SVGs, side by side, in the light
 * and in the dark theme.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Resvg } from '@resvg/resvg-js';
import { parseHTML } from 'linkedom';
import { escapeText } from '../../flows/report/markup.ts';
import { darkTheme, lightTheme, resolveColours, type Theme } from '../../flows/report/theme.ts';

/** The page as far as it is looked at here; linkedom's own types need the DOM's. */
interface Queryable {
  querySelectorAll(selector: string): Iterable<Figure>;
}

interface Figure {
  querySelector(selector: string): { readonly textContent: string; readonly outerHTML: string } | null;
}

interface Picture {
  readonly title: string;
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

const padding = 20;
const titleHeight = 28;
const root = new URL('../../', import.meta.url);

const { document } = parseHTML(readFileSync(new URL('out/report.html', root), 'utf8')) as unknown as {
  document: Queryable;
};
mkdirSync(new URL('docs/images/', root), { recursive: true });
for (const section of ['digits', 'paths', 'average-velocity']) {
  const pictures = picturesOf(section);
  const columns = section === 'paths' ? 3 : 2;
  for (const [suffix, theme] of [
    ['', lightTheme],
    ['-dark', darkTheme],
  ] as const) {
    const svg = arrange(pictures, columns, theme);
    const png = new Resvg(svg, { fitTo: { mode: 'zoom', value: 2 } }).render().asPng();
    writeFileSync(new URL(`docs/images/${section}${suffix}.png`, root), png);
  }
}

/** The figures of a section: their titles and their SVGs. */
function picturesOf(section: string): Picture[] {
  const figures = [...document.querySelectorAll(`#${section} figure`)];
  if (figures.length === 0)
    throw new Error(`out/report.html has no figures in #${section}; run npm start first`);
  return figures.map((figure) => {
    const svg = figure.querySelector('svg')!.outerHTML;
    const [, width, height] = svg.match(/viewBox="0 0 ([\d.]+) ([\d.]+)"/) ?? [];
    return {
      title: figure.querySelector('h3')!.textContent,
      svg,
      width: Number(width),
      height: Number(height),
    };
  });
}

/** Equally large cells in rows, each with its title above, on the theme's card colour. */
function arrange(pictures: readonly Picture[], columns: number, theme: Theme): string {
  const width = Math.max(...pictures.map((picture) => picture.width)) + padding;
  const height = Math.max(...pictures.map((picture) => picture.height)) + padding + titleHeight;
  const rows = Math.ceil(pictures.length / columns);
  const cells = pictures.map(({ title, svg }, i) => {
    const [x, y] = [padding + (i % columns) * width, padding + Math.floor(i / columns) * height];
    const text = `<text x="${x}" y="${y + 14}" font-size="15" font-weight="600" fill="${theme.ink}">${escapeText(title)}</text>`;
    return `${text}${svg.replace('<svg', `<svg x="${x}" y="${y + titleHeight}"`)}`;
  });
  const size = `width="${columns * width + padding}" height="${rows * height + padding}"`;
  const page = `<rect width="100%" height="100%" fill="${theme.card}"/>${cells.join('')}`;
  return resolveColours(
    `<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" ${size}>${page}</svg>`,
    theme,
  );
}
