/** What each column of a table was taken for, and what was done with it, as a table for people. */
import { escapeControls } from '../../formats/shown-text.ts';
import type { ColumnKind } from '../tables/column-kind.ts';
import { constantColumns, featureTotal } from './encoding.ts';
import { encodingOf, type RunConfig } from './run-folder.ts';

/** A row: the column, what it is taken for, what is done. */
export type Decision = readonly [column: string, takenFor: string, done: string];

/** One row for each column of a file; none for images, and for data that have a name. */
export function decisionsOf(config: RunConfig): readonly Decision[] {
  const { columns, kinds, leftOut = [], label, classNames } = config.data;
  if (!kinds) return [];
  const constants = new Map(constantColumns(encodingOf(config)).map(({ column, value }) => [column, value]));
  const { mean, scale } = config.standardization;
  let at = 0;
  const learned = kinds.map((kind, j): Decision => {
    const moments = scale.length === 1 ? 0 : at;
    at += featureTotal([kind]);
    const name = columns[j] as string;
    if (constants.has(j))
      return [
        name,
        'constant',
        `given back as it is${kind.missing ? ', or missing, as the model learns' : ''}`,
      ];
    return [name, takenFor(kind), done(kind, mean[moments] as number, scale[moments] as number)];
  });
  const classes: Decision[] =
    classNames.length > 0
      ? [[label ?? 'labels', 'class', `${classNames.length} classes: ${listed(classNames)}`]]
      : [];
  return [...learned, ...classes, ...leftOut.map(({ name, why }): Decision => [name, 'left out', why])];
}

/** The decisions in columns of text, the first rows of a long table. */
export function formatDecisions(decisions: readonly Decision[]): string {
  const shown = decisions
    .slice(0, mostRows)
    .map((row) => row.map((cell) => shortened(escapeControls(cell), 120)));
  const rows = [
    ['column', 'taken for', 'what is done'],
    ...shown.map((row) => [shortened(row[0] as string, 32), ...row.slice(1)]),
  ];
  const widths = [0, 1].map((k) => Math.max(...rows.map((row) => (row[k] as string).length)));
  const lines = rows.map(
    ([name = '', kind = '', what = '']) =>
      `${name.padEnd(widths[0] as number)}  ${kind.padEnd(widths[1] as number)}  ${what}\n`,
  );
  const rest = decisions.length - shown.length;
  return `${lines.join('')}${rest > 0 ? `and ${rest} more columns, which config.json lists\n` : ''}`;
}

const mostRows = 60;

function takenFor({ kind, spelling }: ColumnKind): string {
  if (kind === 'whole') return 'whole number';
  return kind === 'date' && (spelling as string).length > 10 ? 'date and time' : kind;
}

function done(
  { kind, words = [], spelling, bounds, missing }: ColumnKind,
  mean: number,
  scale: number,
): string {
  const scaled = `${bounds ? 'logit of the place within them, ' : ''}shifted by ${short(mean)}, scaled by ${short(scale)}`;
  const limits = bounds ? [`stays from ${bounds[0]} to ${bounds[1]}`] : [];
  const rounded = 'dequantised to train, rounded in samples';
  const gaps = missing ? ['the model learns what is missing'] : [];
  if (kind === 'category')
    return `one-hot of ${words.length} words: ${listed(words.map((word) => word || '(missing)'))}`;
  if (kind === 'boolean') return [`${words[0]} is 0, ${words[1]} is 1`, rounded, ...gaps].join('; ');
  if (kind === 'date')
    return [
      `${(spelling as string).length > 10 ? 'seconds' : 'days'} since 1970, spelled ${spelling}`,
      rounded,
      scaled,
      ...gaps,
    ].join('; ');
  return [...limits, ...(kind === 'whole' ? [rounded] : []), scaled, ...gaps].join('; ');
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, 8).join(', ')}${words.length > 8 ? ` and ${words.length - 8} more` : ''}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
