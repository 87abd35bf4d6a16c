/** Draws Observable Plot's charts as text. Node has no document, so linkedom provides one. */
import * as Plot from '@observablehq/plot';
import { DOMParser } from 'linkedom';
import type { Point } from './data.ts';
import { escapeText, Markup } from './markup.ts';

const document = new DOMParser().parseFromString('<!doctype html><html><body></body></html>', 'text/html');

/**
 * A chart as an SVG element. `label` describes the chart in a sentence to a reader who cannot see it. `chart`
 * rounds coordinates to a hundredth of a pixel, which halves the size of the page.
 */
export function chart(label: string, options: Plot.PlotOptions): Markup {
  const svg = Plot.plot({ document, style: { fontSize: '12px', overflow: 'visible' }, ...options });
  const rounded = (attribute: string) =>
    attribute.replace(/-?\d+\.\d{3,}/g, (n) => String(Number(Number(n).toFixed(2))));
  // The label describes the whole chart. Plot labels groups without a role, which ARIA forbids.
  const text: string = svg.outerHTML.replace(/ aria-label="[^"]*"/g, '').replace(/="[^"]*"/g, rounded);
  const opening = `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeText(label)}"`;
  return new Markup(text.replace(/^<svg/, opening));
}

/** The axes of a square picture of the plane that holds all the points. Both axes have the same unit. */
export function squareAxes(points: readonly Point[], side: number): Plot.PlotOptions {
  const [left, right] = extent(points.map(([x]) => x));
  const [bottom, top] = extent(points.map(([, y]) => y));
  const half = 0.54 * Math.max(right - left, top - bottom) || 1;
  const axis = (middle: number) => ({
    domain: [middle - half, middle + half],
    ticks: 5,
    label: null,
    grid: true,
  });
  return {
    width: side + 42,
    height: side + 36,
    marginLeft: 32,
    marginRight: 10,
    marginTop: 10,
    marginBottom: 26,
    x: axis((left + right) / 2),
    y: axis((bottom + top) / 2),
  };
}

/** The least and the greatest value. For long lists, Math.min(...values) would overflow the stack. */
function extent(values: readonly number[]): [least: number, greatest: number] {
  const first = values[0] ?? 0;
  return values.reduce(
    ([least, greatest], value) => [Math.min(least, value), Math.max(greatest, value)],
    [first, first],
  );
}

/** A point of a polyline, with the number of the line that it belongs to. */
export interface LinePoint {
  readonly x: number;
  readonly y: number;
  readonly line: number;
}

/** Trajectories as the flat list of points that `Plot.line` takes. Its option `z: 'line'` separates them. */
export function linePoints(trajectories: readonly (readonly Point[])[]): LinePoint[] {
  return trajectories.flatMap((trajectory, line) => trajectory.map(([x, y]) => ({ x, y, line })));
}

/** The first and the last point of each trajectory. */
export function ends(trajectories: readonly (readonly Point[])[]): { first: Point[]; last: Point[] } {
  const nonEmpty = trajectories.filter((trajectory) => trajectory.length > 0);
  return { first: nonEmpty.map((points) => points[0]!), last: nonEmpty.map((points) => points.at(-1)!) };
}
