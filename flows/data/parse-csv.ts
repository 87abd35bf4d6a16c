/** Reads tables of numbers from text. */
import { fromNDArray, type Tensor } from '../../autograd/index.ts';
import { ArgumentError, allocate, completeOptions, describe, wrap } from '../../lib/index.ts';
import { escapeControls, named, quoted } from '../formats/shown-text.ts';
import { classLabels } from './class-labels.ts';
import { type DecimalMark, isMissing, isMissingClass, readNumber } from './csv-cells.ts';
import { detectHeader, namesNumbers } from './csv-header.ts';
import {
  detectDecimal,
  detectDelimiter,
  detectThousands,
  type Row,
  type Rows,
  readRows,
} from './csv-rows.ts';

/** A column by its name, or by its number from 0. */
export type ColumnChoice = string | number;

export interface CsvOptions {
  /** Between the cells: one character. By default the one of tab ; | , and space that cuts rows evenly. */
  readonly delimiter?: string;
  /** What stands before the fraction. By default a comma if numbers have commas, and none has a point. */
  readonly decimal?: DecimalMark;
  /** Whether the first row holds names. By default it does if a word stands above a column of numbers. */
  readonly header?: boolean;
  /** The column of the class labels; it is then not among the points. */
  readonly labels?: ColumnChoice;
  /** The columns of the points, in this order. By default all. */
  readonly columns?: readonly ColumnChoice[];
  /** Columns to leave out. */
  readonly drop?: readonly ColumnChoice[];
  /** What becomes of rows with empty cells, NA and the like: an error (the default), dropped, or the mean. */
  readonly missing?: 'error' | 'drop' | 'mean';
  /** Of the points. Default 'float32'. */
  readonly dtype?: 'float32' | 'float64';
}

/** How a table was read: what the options said, and what was detected in their place. */
export interface CsvDialect {
  readonly delimiter: string;
  readonly decimal: DecimalMark;
  /** What divides groups of three digits, if something does. */
  readonly thousands?: string;
  readonly header: boolean;
  /** Lines below the first row that begin with #, and so are no rows. */
  readonly comments: number;
  /** Rows left out, and cells filled, because a value was missing. */
  readonly dropped: number;
  readonly filled: number;
}

/** What `parseCsv` reads: the points, their columns, labels if asked for, and how the text was written. */
export interface Table {
  /** [n, d] */
  readonly points: Tensor;
  /** [d]: the names of the points' columns. Without a header they are '0', '1' … */
  readonly columns: readonly string[];
  /** [n], int32: indices into `classNames`. Only with the option `labels`. */
  readonly labels?: Tensor;
  /** The different labels: in ascending order if all are numbers, else sorted as text. */
  readonly classNames?: readonly string[];
  readonly dialect: CsvDialect;
}

/**
 * A table of numbers from text, with labels if one column holds them.
 *
 * Cells may be quoted ("" is a quote within). Empty lines, and lines that begin with #, are skipped. Numbers
 * are decimal, or NaN, inf, Infinity.
 *
 * Source: RFC 4180; Papa Parse cuts the text.
 * @throws ArgumentError, with the line and the column, for rows of different length, a cell that is no number
 * or does not fit the dtype, a missing value, a column that does not exist or whose name another has.
 * @example const { points, labels } = parseCsv('x,y,kind\n1,2,a\n3,4,b', { labels: 'kind' });
 */
export function parseCsv(text: string, options: CsvOptions = {}): Table {
  return tableOf(cutCsv(text, options), options);
}

/** A table before its numbers are read. */
export interface CutTable {
  readonly names: readonly string[];
  readonly body: readonly Row[];
  readonly dialect: Omit<CsvDialect, 'dropped' | 'filled'>;
}

/** The first half of `parseCsv`: names and cells. Who then knows the names can choose among them. */
export function cutCsv(text: string, options: CsvOptions = {}): CutTable {
  const asked = completeOptions('parseCsv', defaults, options);
  checkOptions(asked);
  if (typeof text !== 'string')
    throw new ArgumentError(
      `parseCsv: wanted a string, got ${describe(text)}; decodeText makes one of a file's bytes`,
    );
  const { said, table } = withoutDelimiterLine(text);
  const delimiter = asked.delimiter ?? said ?? detectDelimiter(table);
  const read = readRows(table, delimiter);
  const decimal = asked.decimal ?? detectDecimal(delimiter, read.rows);
  const thousands = detectThousands(decimal, read.rows);
  const { names, body, header } = nameColumns(read, decimal, asked.header ?? mentionsName(asked, read));
  const { comments } = read;
  return { names, body, dialect: { delimiter, decimal, ...(thousands && { thousands }), header, comments } };
}

/** Excel's first line, such as `sep=;`. It is emptied, so that the other lines keep their numbers. */
function withoutDelimiterLine(text: string): { readonly said?: string | undefined; readonly table: string } {
  const [line = '', said] = text.match(/^\ufeff?sep=([,;|\t])(?=[\r\n])/i) ?? [];
  return { said, table: text.slice(line.length) };
}

/** The second half: numbers and labels. */
export function tableOf({ names, body, dialect }: CutTable, options: CsvOptions): Table {
  const asked = completeOptions('parseCsv', defaults, options);
  const { kept, labelColumn } = selectColumns(names, asked);
  const { decimal } = dialect;
  const { values, rows, filled } = readPoints(body, names, kept, labelColumn, { ...asked, decimal });
  const table: Table = {
    points: fromNDArray(wrap(values, [rows.length, kept.length])),
    columns: kept.map((j) => names[j] as string),
    dialect: { ...dialect, dropped: body.length - rows.length, filled },
  };
  if (labelColumn === undefined) return table;
  return { ...table, ...classLabels(rows.map(({ cells }) => (cells[labelColumn] as string).trim())) };
}

/** The columns of the points, and that of the labels, by their numbers. */
export function selectColumns(
  names: readonly string[],
  {
    labels,
    columns,
    drop = [],
  }: { readonly [K in 'labels' | 'columns' | 'drop']?: CsvOptions[K] | undefined },
): { readonly kept: readonly number[]; readonly labelColumn: number | undefined } {
  const labelColumn = labels === undefined ? undefined : columnIndex(names, labels);
  const dropped = new Set([...drop.map((each) => columnIndex(names, each)), labelColumn]);
  const chosen = columns?.map((each) => columnIndex(names, each)) ?? [...names.keys()];
  const kept = chosen.filter((j) => !dropped.has(j));
  requireDistinct(names, kept);
  return { kept, labelColumn };
}

const defaults = {
  delimiter: undefined,
  decimal: undefined,
  header: undefined,
  labels: undefined,
  columns: undefined,
  drop: undefined,
  missing: 'error',
  dtype: 'float32',
} as const;

function checkOptions({
  delimiter,
  decimal,
  missing,
  dtype,
}: {
  readonly [K in 'delimiter' | 'decimal' | 'missing' | 'dtype']: CsvOptions[K] | undefined;
}): void {
  const wrong = (wanted: string, got: unknown) =>
    new ArgumentError(`parseCsv: wanted ${wanted}, got ${quoted(String(got))}`);
  if (delimiter !== undefined && (delimiter.length !== 1 || '"\n\r'.includes(delimiter)))
    throw wrong('one character as the delimiter', delimiter);
  if (decimal !== undefined && decimal !== '.' && decimal !== ',')
    throw wrong("'.' or ',' as the decimal mark", decimal);
  if (decimal === ',' && delimiter === ',')
    throw new ArgumentError('parseCsv: a comma cannot be both the delimiter and the decimal mark');
  if (missing !== 'error' && missing !== 'drop' && missing !== 'mean')
    throw wrong("'error', 'drop' or 'mean' for missing", missing);
  if (dtype !== 'float32' && dtype !== 'float64') throw wrong("'float32' or 'float64' as the dtype", dtype);
}

function nameColumns({ rows, heading }: Rows, decimal: DecimalMark, asked: boolean | undefined) {
  const [first] = rows;
  if (first === undefined) throw new ArgumentError('parseCsv: the text holds no rows');
  const isFirst = heading ? namesNumbers(rows, decimal) : (asked ?? detectHeader(rows, decimal));
  const namesRow = isFirst ? first : asked === false ? undefined : heading;
  const names = first.cells.map((_, j) => namesRow?.cells[j]?.trim() || String(j));
  const width = names.length;
  const body = (isFirst ? rows.slice(1) : rows).map((row) => {
    const { line, cells } = row;
    if (cells.length === width) return row;
    // Some programs end each line with a delimiter.
    const isLonger = cells.length > width && cells.slice(width).every((cell) => cell.trim() === '');
    if (isLonger) return { line, cells: cells.slice(0, width) };
    throw new ArgumentError(`parseCsv: line ${line}: wanted ${width} cells, got ${cells.length}`);
  });
  return { names, body, header: namesRow !== undefined };
}

/**
 * Who calls a column by a name that stands in the first row says that there are names: true, or undefined.
 */
function mentionsName(
  asked: { readonly [K in 'labels' | 'columns' | 'drop']: CsvOptions[K] | undefined },
  { rows: [first] }: Rows,
): true | undefined {
  const mentioned = [asked.labels, ...(asked.columns ?? []), ...(asked.drop ?? [])];
  return first?.cells.some((name) => mentioned.includes(name.trim())) || undefined;
}

type Reading = Required<Pick<CsvOptions, 'decimal' | 'missing' | 'dtype'>>;

/** The numbers of the rows that stay, and these rows. */
function readPoints(
  body: readonly Row[],
  names: readonly string[],
  kept: readonly number[],
  labelColumn: number | undefined,
  { decimal, missing, dtype }: Reading,
) {
  const isLabelled = ({ cells }: Row) =>
    labelColumn === undefined || !isMissingClass(cells[labelColumn] as string);
  const isWhole = (row: Row) => isLabelled(row) && kept.every((j) => !isMissing(row.cells[j] as string));
  const rows = missing === 'drop' ? body.filter(isWhole) : body;
  const unlabelled = rows.find((row) => !isLabelled(row));
  if (unlabelled && labelColumn !== undefined)
    throw noValue(unlabelled, labelColumn, names, 'a class', "leave such rows out with missing: 'drop'");
  const values = allocate(rows.length * kept.length, dtype);
  const gaps: number[] = [];
  rows.forEach((row, i) => {
    kept.forEach((j, k) => {
      const cell = row.cells[j] as string;
      const at = i * kept.length + k;
      if (missing === 'mean' && isMissing(cell)) gaps.push(at);
      else values[at] = toNumber(row, j, names, decimal);
      if (Math.abs(values[at] as number) === Infinity) requireInfinite(row, j, names, dtype);
    });
  });
  if (gaps.length > 0)
    fillWithMeans(
      values,
      gaps,
      kept.map((j) => names[j] as string),
    );
  return { values, rows, filled: gaps.length };
}

function toNumber(row: Row, j: number, names: readonly string[], decimal: DecimalMark): number {
  const cell = row.cells[j] as string;
  const value = readNumber(cell, decimal);
  if (value !== undefined) return value;
  const advice = isMissing(cell)
    ? "leave such rows out with missing: 'drop', or fill them with missing: 'mean'"
    : 'leave the column out with drop, or name it as labels if it holds classes';
  throw noValue(row, j, names, 'a number', advice);
}

/** A number that overflows is not the one in the file. */
function requireInfinite({ line, cells }: Row, j: number, names: readonly string[], dtype: string): void {
  const cell = (cells[j] as string).trim();
  if (/inf/i.test(cell)) return;
  const advice = dtype === 'float32' ? "; ask for { dtype: 'float64' }" : '';
  const place = `line ${line}, column ${named(names[j] as string)}`;
  throw new ArgumentError(`parseCsv: ${place}: ${quoted(cell)} does not fit ${dtype}${advice}`);
}

function noValue(row: Row, j: number, names: readonly string[], wanted: string, advice: string) {
  const cell = row.cells[j] as string;
  const got = cell.trim() === '' ? 'an empty cell' : quoted(cell);
  const place = `line ${row.line}, column ${named(names[j] as string)}`;
  return new ArgumentError(`parseCsv: ${place}: wanted ${wanted}, got ${got}; ${advice}`);
}

/** Puts the mean of a column's other numbers in its gaps; `gaps` are ascending places in the table. */
function fillWithMeans(
  values: { [index: number]: number; readonly length: number },
  gaps: readonly number[],
  columns: readonly string[],
): void {
  const isGap = new Set(gaps);
  for (const [k, name] of columns.entries()) {
    const mine = gaps.filter((at) => at % columns.length === k);
    if (mine.length === 0) continue;
    let [mean, count] = [0, 0];
    for (let at = k; at < values.length; at += columns.length) {
      if (isGap.has(at)) continue;
      count++;
      mean += ((values[at] as number) - mean) / count;
    }
    if (count === 0)
      throw new ArgumentError(`parseCsv: column ${named(name)} has no values; leave it out with drop`);
    for (const at of mine) values[at] = mean;
  }
}

function columnIndex(names: readonly string[], column: ColumnChoice): number {
  const index = typeof column === 'number' ? column : names.indexOf(column);
  if (!Number.isInteger(index) || index < 0 || index >= names.length) {
    throw new ArgumentError(
      `parseCsv: there is no column ${named(column)}; the columns are ${listed(names)}`,
    );
  }
  if (typeof column === 'string' && names.lastIndexOf(column) !== index)
    throw ambiguous(names, index, names.lastIndexOf(column));
  return index;
}

/** Throws if two of the columns have one name. */
function requireDistinct(names: readonly string[], kept: readonly number[]): void {
  const first = new Map<string, number>();
  for (const j of kept) {
    const before = first.get(names[j] as string);
    if (before !== undefined) throw ambiguous(names, before, j);
    first.set(names[j] as string, j);
  }
}

function ambiguous(names: readonly string[], one: number, other: number): ArgumentError {
  const name = named(names[one] as string);
  return new ArgumentError(
    `parseCsv: columns ${one} and ${other} are both called ${name}; rename one, or choose by number`,
  );
}

function listed(names: readonly string[]): string {
  const shown = names
    .slice(0, 20)
    .map((name) => escapeControls(name))
    .join(', ');
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}
