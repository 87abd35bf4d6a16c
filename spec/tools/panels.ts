/** Pictures for the documentation: square panels of points and lines, for light pages and dark ones. */
import type { Tensor } from '../../autograd/index.ts';

const [gap, top] = [20, 28];

/** The picture's coordinates of a point. */
type Place = readonly [x: string, y: string];

interface Panels {
  /** For who does not see the picture. */
  readonly description: string;
  readonly side: number;
  /** A panel shows the plane from −reach to reach. */
  readonly reach: number;
  /** CSS of the lines. */
  readonly lineStyle: string;
  readonly panels: readonly Panel[];
}

export interface Panel {
  readonly title: string;
  /** Lines of SVG. `placed` gives the places of points [n, 2]. */
  readonly draw: (placed: (points: Tensor) => readonly Place[]) => readonly string[];
}

/** The panels as the text of an SVG file. */
export function panelsSvg({ description, side, reach, lineStyle, panels }: Panels): string {
  const width = panels.length * (side + gap) - gap;
  const panel = ({ title, draw }: Panel, i: number) => {
    const left = i * (side + gap);
    const at = (value: number) => (side * (value + reach)) / (2 * reach);
    const placed = (points: Tensor) =>
      (points.toArray() as [number, number][]).map(
        ([x, y]): Place => [(left + at(x)).toFixed(1), (top + at(-y)).toFixed(1)],
      );
    return [
      `<text x="${left}" y="16">${title}</text>`,
      `<rect class="frame" x="${left + 0.5}" y="${top}" width="${side - 1}" height="${side - 1}" rx="4"/>`,
      ...draw(placed),
    ].join('\n');
  };
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${side + top}" role="img" aria-labelledby="title">
<title id="title">${description}</title>
<style>
text { font: 600 14px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: #3c3c43 }
.frame { fill: none; stroke: #c2c2c4 }
${lineStyle}
.noise { fill: none; stroke: #67676c; stroke-width: 0.8 }
.data { fill: #2f7dbd }
@media (prefers-color-scheme: dark) {
  text { fill: #dfdfd6 }
  .frame { stroke: #3c3f44 }
  .noise { stroke: #98989f }
  .data { fill: #6cb2ea }
}
</style>
${panels.map(panel).join('\n')}
</svg>
`;
}

/** A dot for each place. */
export function dots(places: readonly Place[], kind: 'noise' | 'data'): readonly string[] {
  return places.map(([x, y]) => `<circle class="${kind}" cx="${x}" cy="${y}" r="2.2"/>`);
}
