/** A table's columns as the model gives them, beside the real ones: alone, in pairs, and correlated. */
import * as Plot from '@observablehq/plot';
import { chart } from '../chart.ts';
import { html, type Markup } from '../markup.ts';
import { formatNumber } from '../numbers.ts';
import { type ColourName, colour } from '../theme.ts';

/** A column: numbers, or indices into its words. NaN is missing. */
export interface TableColumn {
  /** With its unit, if the table's header has one. */
  readonly name: string;
  /** Of a column of words. */
  readonly words?: readonly string[] | undefined;
  /** Whether the numbers are days or seconds since 1970. */
  readonly time?: 'days' | 'seconds' | undefined;
  readonly real: readonly number[];
  readonly generated: readonly number[];
}

/** Real and generated rows of a table. Each column has the same rows. */
export interface TablePictures {
  readonly columns: readonly TableColumn[];
  /** The class of each row; absent for data without classes. */
  readonly classes?:
    | {
        readonly names: readonly string[];
        readonly real: readonly number[];
        readonly generated: readonly number[];
      }
    | undefined;
}

/** How much of a wide table is shown. */
const most = { columns: 12, pairs: 3, correlations: 10, points: 500, words: 12 };
const classColours: readonly ColourName[] = ['accent', 'warm', 'cool', 'bad', 'good', 'quiet'];

export function tableSections(table: TablePictures): readonly Markup[] {
  const pairs = correlatedPairs(table.columns);
  const rest = table.columns.length - most.columns;
  const pictured = pairs
    .slice(0, most.pairs)
    .map(({ x, y }) => html`<div class="pictures two">${sets.map((set) => scatter(table, x, y, set))}</div>`);
  const pairsSection = html`<section id="pairs" aria-labelledby="pairs-title">
<h2 id="pairs-title">Real and generated</h2>
<p class="lead">The pairs of columns that go together most. ${legend(table)}</p>
${pictured}
</section>`;
  return [
    ...(pairs.length > 0 ? [pairsSection] : []),
    html`<section id="histograms" aria-labelledby="histograms-title">
<h2 id="histograms-title">Each column</h2>
<p class="lead">Grey: the share of the real rows. <strong class="accent">Blue</strong>: of the generated ones.${rest > 0 ? ` ${rest} more columns are not shown.` : ''}</p>
<div class="pictures three">
${table.columns.slice(0, most.columns).map((column) => html`<figure><h3>${column.name}</h3>${column.words ? shares(column, column.words) : histogram(column)}</figure>`)}
</div>
</section>`,
    ...(pairs.length > 0 ? [correlations(pairs.slice(0, most.correlations))] : []),
  ];
}

const sets = ['real', 'generated'] as const;
type SetName = (typeof sets)[number];

/** Two columns of numbers, and their correlations. */
interface Pair {
  readonly x: TableColumn;
  readonly y: TableColumn;
  readonly real: number;
  readonly generated: number;
}

/** All pairs of columns of numbers, the most correlated first. */
function correlatedPairs(columns: readonly TableColumn[]): readonly Pair[] {
  const numeric = columns.filter(({ words }) => words === undefined);
  return numeric
    .flatMap((x, i) =>
      numeric.slice(i + 1).map((y) => {
        return { x, y, real: correlation(x.real, y.real), generated: correlation(x.generated, y.generated) };
      }),
    )
    .sort((a, b) => (Math.abs(b.real) || 0) - (Math.abs(a.real) || 0));
}

/** Pearson's correlation of the rows in which both are present. */
export function correlation(xs: readonly number[], ys: readonly number[]): number {
  const rows = xs.flatMap((x, i) => (Number.isFinite(x - (ys[i] as number)) ? [[x, ys[i] as number]] : []));
  const mean = (k: number) => rows.reduce((sum, row) => sum + (row[k] as number), 0) / rows.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  let [xx, xy, yy] = [0, 0, 0];
  for (const [x = 0, y = 0] of rows) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
    yy += (y - meanY) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}

function correlations(pairs: readonly Pair[]): Markup {
  const cell = (value: number) =>
    html`<td class="number">${Number.isFinite(value) ? value.toFixed(2).replace('-', '−') : '–'}</td>`;
  return html`<section id="correlations" aria-labelledby="correlations-title">
<h2 id="correlations-title">Correlations</h2>
<div class="scroll" role="region" aria-label="Table of correlations" tabindex="0">
<table class="narrow">
<thead><tr><th scope="col">Columns</th><th scope="col" class="number">Real</th><th scope="col" class="number">Generated</th></tr></thead>
<tbody>
${pairs.map(({ x, y, real, generated }) => html`<tr><th scope="row">${x.name} and ${y.name}</th>${cell(real)}${cell(generated)}</tr>`)}
</tbody>
</table>
</div>
</section>`;
}

/** The colour of each class, in words of that colour. */
function legend({ classes }: TablePictures): Markup | '' {
  if (!classes || classes.names.length > classColours.length) return '';
  const names = classes.names.map(
    (name, k) => html`<strong class="${classColours[k] as string}">● ${name}</strong>`,
  );
  return html`Classes: ${names}.`;
}

/** The rows of one set in the plane of two columns. Both sets have the same axes. */
function scatter({ classes }: TablePictures, x: TableColumn, y: TableColumn, set: SetName): Markup {
  const isColoured = classes !== undefined && classes.names.length <= classColours.length;
  const points = x[set].slice(0, most.points).map((value, i) => ({
    x: dated(x, value),
    y: dated(y, y[set][i] as number),
    fill: colour(isColoured ? (classColours[classes[set][i] as number] as ColourName) : 'accent'),
  }));
  const title = set === 'real' ? 'Real' : 'Generated';
  const picture = chart(`${title} rows: ${y.name} against ${x.name}`, {
    width: 480,
    height: 360,
    marginLeft: 62,
    marginBottom: 42,
    x: { ...axis(x), grid: true, labelAnchor: 'center', labelArrow: 'none' },
    y: { ...axis(y), grid: true, labelArrow: 'none' },
    clip: true,
    marks: [
      Plot.dot(
        points.filter((point) => Number.isFinite(+point.x) && Number.isFinite(+point.y)),
        { x: 'x', y: 'y', r: 2, fill: 'fill', fillOpacity: 0.6 },
      ),
    ],
  });
  return html`<figure><h3>${title}</h3>${picture}</figure>`;
}

const bins = 24;

/** The share of the rows in each of 24 bins. */
function histogram(column: TableColumn): Markup {
  const [from, to] = domain(column);
  const width = (to - from) / bins || 1;
  const bars = (set: SetName) => {
    const present = column[set].filter(Number.isFinite);
    const counts = new Array<number>(bins).fill(0);
    for (const value of present) {
      const bin = Math.min(Math.floor((value - from) / width), bins - 1);
      if (bin >= 0 && value <= to) counts[bin] = (counts[bin] as number) + 1;
    }
    return counts.map((count, i) => ({
      x1: dated(column, from + i * width),
      x2: dated(column, from + (i + 1) * width),
      y: count / Math.max(present.length, 1),
    }));
  };
  return chart(`Histograms of ${column.name}, real and generated`, {
    ...size,
    x: { ...axis(column), labelAnchor: 'center', labelArrow: 'none', ticks: 4 },
    y: { label: null, ticks: 3, percent: true, tickFormat: (share: number) => `${formatNumber(share)} %` },
    marks: [
      Plot.rectY(bars('real'), { x1: 'x1', x2: 'x2', y: 'y', fill: colour('faint'), inset: 0 }),
      Plot.rectY(bars('generated'), {
        ...{ x1: 'x1', x2: 'x2', y: 'y', inset: 0 },
        fill: colour('accent'),
        fillOpacity: 0.35,
        stroke: colour('accent'),
        strokeOpacity: 0.6,
      }),
    ],
  });
}

/** The share of each word: a bar for the real rows, a line across for the generated ones. */
function shares(column: TableColumn, words: readonly string[]): Markup {
  const rows = (set: SetName) => {
    const total = Math.max(column[set].length, 1);
    return words.slice(0, most.words).map((word, k) => {
      return { word: word || '(missing)', share: column[set].filter((code) => code === k).length / total };
    });
  };
  return chart(`Shares of the words of ${column.name}, real and generated`, {
    ...size,
    marginLeft: 96,
    x: { label: null, percent: true, ticks: 3, tickFormat: (share: number) => `${formatNumber(share)} %` },
    y: { label: null, domain: rows('real').map(({ word }) => word) },
    marks: [
      Plot.barX(rows('real'), { x: 'share', y: 'word', fill: colour('faint') }),
      Plot.tickX(rows('generated'), { x: 'share', y: 'word', stroke: colour('accent'), strokeWidth: 3 }),
    ],
  });
}

const size = { width: 320, height: 210, marginLeft: 48, marginBottom: 40 };

function axis(column: TableColumn) {
  const [from, to] = domain(column);
  return { label: column.name, domain: [dated(column, from), dated(column, to)], ticks: 5 };
}

/** The range of both sets, without the outermost half per cent at each end, which may lie far away. */
function domain({ real, generated }: TableColumn): readonly [from: number, to: number] {
  const sorted = [...real, ...generated].filter(Number.isFinite).sort((a, b) => a - b);
  const cut = Math.floor(sorted.length / 200);
  const [from, to] = [sorted[cut] ?? 0, sorted[sorted.length - 1 - cut] ?? 0];
  const margin = 0.04 * (to - from) || 0.5;
  return [from - margin, to + margin];
}

function dated({ time }: TableColumn, value: number): number | Date {
  if (time === undefined) return value;
  return new Date(value * (time === 'days' ? 86_400_000 : 1000));
}
