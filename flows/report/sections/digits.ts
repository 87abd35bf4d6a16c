/** Generated digits beside real ones. */
import type { DigitRows, DigitSamples } from '../data.ts';
import { html, Markup } from '../markup.ts';
import { colour } from '../theme.ts';

export function digitsSection(digits: DigitSamples): Markup {
  const groups = [
    { title: 'Real digits', rows: digits.real },
    ...digits.generated.map(({ evaluations, rows }) => ({ title: evaluationsTitle(evaluations), rows })),
  ];
  return html`<section id="digits" aria-labelledby="digits-title">
<h2 id="digits-title">Digits</h2>
<p class="lead">Each column was asked to be the digit above it. The generated ones come from pure noise, without guidance,
in as many evaluations of the network as the heading says.</p>
<div class="pictures two">
${groups.map(({ title, rows }) => html`<figure><h3>${title}</h3>${digitGrid(title, rows, digits)}</figure>`)}
</div>
</section>`;
}

function evaluationsTitle(evaluations: number): string {
  return `${evaluations} evaluation${evaluations === 1 ? '' : 's'}`;
}

/** In units of the SVG: a pixel of a digit, the gap between digits, and the height of the heading. */
const pixel = 5;
const gap = 6;
const heading = 18;

/** A grid of digits as an SVG. All pixels of one shade share a path, which keeps the SVG small. */
export function digitGrid(
  title: string,
  rows: DigitRows,
  { side, maximum }: { side: number; maximum: number },
): Markup {
  const pitch = side * pixel + gap;
  const classes = Math.max(0, ...rows.map((row) => row.length));
  const [width, height] = [classes * pitch - gap, heading + rows.length * pitch - gap];
  const tiles: string[] = [];
  const shades = new Map<number, string[]>();
  rows.forEach((row, i) => {
    row.forEach((image, j) => {
      const [left, top] = [j * pitch, heading + i * pitch];
      tiles.push(`M${left} ${top}h${side * pixel}v${side * pixel}h${-side * pixel}z`);
      for (const run of runs(image, side, maximum)) {
        const path = `M${left + run.column * pixel} ${top + run.row * pixel}h${run.length * pixel}v${pixel}h${-run.length * pixel}z`;
        shades.set(run.shade, [...(shades.get(run.shade) ?? []), path]);
      }
    });
  });
  const labels = Array.from({ length: classes }, (_, j) => {
    return html`<text x="${j * pitch + (side * pixel) / 2}" y="12">${j}</text>`;
  });
  const inks = [...shades].map(([shade, paths]) => {
    return html`<path fill-opacity="${shade / 16}" d="${new Markup(paths.join(''))}"/>`;
  });
  const label = `${title}: ${rows.length} digits of each class, one class a column`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="digits" role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<g fill="${colour('quiet')}" font-size="12" font-family="system-ui, sans-serif" text-anchor="middle">${labels}</g>
<path fill="${colour('card')}" d="${new Markup(tiles.join(''))}"/>
<g fill="${colour('ink')}" shape-rendering="crispEdges">${inks}</g>
</svg>`;
}

/** The stretches of equal pixels in an image's rows, in 16 shades. Clips values outside 0 to `maximum`. */
function runs(
  image: readonly number[],
  side: number,
  maximum: number,
): { row: number; column: number; length: number; shade: number }[] {
  const found: { row: number; column: number; length: number; shade: number }[] = [];
  image.slice(0, side * side).forEach((value, i) => {
    const [row, column] = [Math.floor(i / side), i % side];
    const shade = Math.round(16 * Math.min(1, Math.max(0, value / maximum)));
    const last = found.at(-1);
    if (last && last.row === row && last.column + last.length === column && last.shade === shade)
      last.length++;
    else if (shade > 0) found.push({ row, column, length: 1, shade });
  });
  return found;
}
