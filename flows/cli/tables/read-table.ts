/** From the cells of a table to the codes of its columns, whatever kinds these are of. */
import { fromNDArray, type Tensor, toNDArray } from '../../../autograd/index.ts';
import { flat, type TypedArray, wrap } from '../../../lib/index.ts';
import { classLabels } from '../../data/class-labels.ts';
import { type DecimalMark, isMissing, isMissingClass, readNumber } from '../../data/csv-cells.ts';
import type { Row } from '../../data/csv-rows.ts';
import { type ColumnChoice, type CutTable, selectColumns } from '../../data/parse-csv.ts';
import { FileError } from '../../files/index.ts';
import { named, quoted } from '../../formats/shown-text.ts';
import { type ColumnKind, type KindName, type LeftOut, nearestCode, numbersOfWords } from './column-kind.ts';
import { parseDate } from './dates.ts';
import { booleanOf, dateOf, detectKind, detectNumericKind, wordsOf } from './detect-kind.ts';

export interface TableRequest {
  readonly labels?: ColumnChoice;
  readonly columns?: readonly ColumnChoice[];
  readonly drop?: readonly ColumnChoice[];
  readonly missing?: Missing;
  /** What the user says that columns are, by their names or numbers. */
  readonly types?: Readonly<Record<string, KindName>>;
  readonly bounds?: Readonly<Record<string, readonly [number, number]>>;
  /** What a model takes the columns for, in the order of `columns`. */
  readonly known?: readonly ColumnKind[] | undefined;
}

/** What becomes of missing values: an error, or their rows left out, or the mean, or the model learns so. */
export type Missing = 'error' | 'drop' | 'mean' | 'model';

export interface TypedTable {
  /** [n, d], float64: the codes of the columns. */
  readonly points: Tensor;
  readonly columns: readonly string[];
  readonly kinds: readonly ColumnKind[];
  readonly leftOut: readonly LeftOut[];
  readonly labels?: Tensor;
  readonly classNames?: readonly string[];
  /** Rows left out, and values filled. */
  readonly dropped: number;
  readonly filled: number;
}

interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly codes: Float64Array;
}

/**
 * The columns that the request chooses, as codes.
 * @throws FileError with the line and the column for what a column of this kind cannot hold; ArgumentError
 * for a column that does not exist
 */
export function readTable(cut: CutTable, request: TableRequest): TypedTable {
  const { names, body, dialect } = cut;
  const { known } = request;
  if (body.length === 0) throw new FileError(`it holds no rows${commentsAdvice(dialect.comments)}`);
  const { kept, labelColumn } = selectColumns(names, request);
  const kinds = known ?? kept.map((j) => kindOf(cut, j, request));
  const columns = kept.flatMap((j, k) => {
    const kind = kinds[k] as ColumnKind | string;
    if (typeof kind === 'string') return [];
    return [{ name: names[j] as string, kind, codes: readCodes(cut, j, kind, dialect.decimal) }];
  });
  const leftOut = kept.flatMap((j, k) => {
    const why = kinds[k];
    return typeof why === 'string' ? [{ name: names[j] as string, why }] : [];
  });
  const hasClass = (i: number) =>
    labelColumn === undefined || !isMissingClass(body[i]?.cells[labelColumn] as string);
  const unlabelled = [...body.keys()].find((i) => !hasClass(i));
  if (unlabelled !== undefined && request.missing !== 'drop')
    throw wrongCell(
      cut,
      unlabelled,
      labelColumn as number,
      'a class',
      'leave such rows out with --missing drop',
    );
  const { rows, ...table } = settle(
    columns,
    [...body.keys()].filter(hasClass),
    request,
    (i, { name, kind }) => wrongCell(cut, i, names.indexOf(name), describeWanted(kind), missingAdvice),
  );
  return {
    ...table,
    leftOut,
    dropped: body.length - rows.length,
    ...(labelColumn !== undefined && classLabels(rows.map((i) => cellAt(cut, i, labelColumn)))),
  };
}

/**
 * The same of an array of numbers, [n, d], where NaN is a missing value. `rows` are those that stay.
 * @throws FileError with the row and the column for what a column of this kind cannot hold
 */
export function readArray(
  points: Tensor,
  columns: readonly string[],
  request: Omit<TableRequest, 'labels' | 'columns' | 'drop'>,
): Omit<TypedTable, 'labels' | 'classNames'> & { readonly rows: readonly number[] } {
  const [count = 0, width = 0] = points.shape;
  const values = flat(toNDArray(points));
  const kinds = columns.map((_, j) => request.known?.[j] ?? arrayKind(values, columns, j, request));
  const rows = Array.from({ length: count }, (_, i) => i);
  if (kinds.every(({ kind, bounds }) => kind === 'number' && !bounds) && !values.some(Number.isNaN))
    return { points, columns, kinds, leftOut: [], rows, dropped: 0, filled: 0 };
  const place = (i: number, name: string, value: number) => (wanted: string, advice: string) =>
    new FileError(`row ${i}, column ${named(name)}: wanted ${wanted}, got ${value}; ${advice}`);
  const lists = kinds.map((kind, j) => {
    const name = columns[j] as string;
    const numbers = kind.words && numbersOfWords(kind.words);
    const codes = Float64Array.from({ length: count }, (_, i) => {
      const value = values[i * width + j] as number;
      if (Number.isNaN(value)) return kind.words?.includes('') ? kind.words.indexOf('') : value;
      const code = numbers ? numbers.indexOf(value) : value;
      if (code >= 0 || !numbers) return requireFitting(kind, code, () => place(i, name, value));
      throw place(i, name, value)(describeWanted(kind), adviceFor(kind, name));
    });
    return { name, kind, codes };
  });
  const table = settle(lists, rows, request, (i, { name, kind }) =>
    place(i, name, Number.NaN)(describeWanted(kind), missingAdvice),
  );
  return { ...table, leftOut: [], dropped: count - table.rows.length };
}

function commentsAdvice(comments: number): string {
  return comments === 0
    ? ''
    : `: ${comments} lines begin with #, which makes them comments; quote such cells`;
}

const missingAdvice =
  'leave such rows out with --missing drop, fill them with --missing mean, or let the model learn what is missing with --missing model';

/** The columns of the rows that stay, without gaps; unless the model is to learn of them. */
function settle(
  columns: readonly Column[],
  among: readonly number[],
  { missing = 'error', known }: TableRequest,
  complain: (row: number, column: Column) => FileError,
) {
  if (columns.length === 0) throw new FileError('there is no column that a model can learn');
  const isGap = (i: number, { kind, codes }: Column) => Number.isNaN(codes[i]) && !kind.missing;
  const rows = missing === 'drop' ? among.filter((i) => !columns.some((column) => isGap(i, column))) : among;
  const settled = columns.map((column) =>
    settleMissing(
      { ...column, codes: Float64Array.from(rows, (i) => column.codes[i] as number) },
      missing,
      known !== undefined,
      (row) => complain(rows[row] as number, column),
    ),
  );
  return {
    points: tableOfColumns(
      settled.map(({ codes }) => codes),
      rows.length,
    ),
    columns: settled.map(({ name }) => name),
    kinds: settled.map(({ kind }) => kind),
    filled: settled.reduce((sum, { filled }) => sum + filled, 0),
    rows,
  };
}

/** What the user says of a column, by its name or number. */
function saidOf<T>(said: Readonly<Record<string, T>>, names: readonly string[], j: number): T | undefined {
  const entry = Object.entries(said).find(
    ([name]) => selectColumns(names, { columns: [chosen(names, name)] }).kept[0] === j,
  );
  return entry?.[1];
}

function arrayKind(
  values: TypedArray,
  columns: readonly string[],
  j: number,
  { types = {}, bounds = {} }: TableRequest,
): ColumnKind {
  const own = Float64Array.from(
    { length: values.length / columns.length },
    (_, i) => values[i * columns.length + j] as number,
  );
  const [declared, limits] = [saidOf(types, columns, j), saidOf(bounds, columns, j)];
  const name = columns[j] as string;
  const kind = declared ? declaredKind(name, declared, Array.from(own, String)) : detectNumericKind(own);
  return limits ? withBounds(name, kind, limits) : kind;
}

function kindOf(
  cut: CutTable,
  j: number,
  { types = {}, bounds = {}, columns }: TableRequest,
): ColumnKind | string {
  const { names, body, dialect } = cut;
  const cells = body.map((_, i) => cellAt(cut, i, j));
  const [declared, limits] = [saidOf(types, names, j), saidOf(bounds, names, j)];
  const name = names[j] as string;
  const kind = declared ? declaredKind(name, declared, cells) : detectKind(cells, dialect.decimal);
  if (typeof kind !== 'string') return limits ? withBounds(name, kind, limits) : kind;
  if (columns === undefined && limits === undefined) return kind;
  throw new FileError(
    `column ${named(name)} cannot be learned: ${kind}; if these are the words of a category, say --types ${name}=category`,
  );
}

function withBounds(name: string, kind: ColumnKind, bounds: readonly [number, number]): ColumnKind {
  if (kind.kind === 'number' || kind.kind === 'whole') return { ...kind, bounds };
  // A column of 0 and 1 within wider bounds is one of whole numbers.
  if (kind.words?.join() === '0,1') return { kind: 'whole', bounds };
  throw new FileError(`column ${named(name)} is a ${kind.kind}, and --bounds are for numbers`);
}

/** Names come first: a column can be called 2. */
export function chosen(names: readonly string[], column: string): ColumnChoice {
  return !names.includes(column) && /^\d+$/.test(column) ? Number(column) : column;
}

function declaredKind(name: string, declared: KindName, cells: readonly string[]): ColumnKind {
  if (declared === 'number' || declared === 'whole') return { kind: declared };
  const words = wordsOf(cells);
  if (declared === 'category' && words.length > 0) return { kind: 'category', words };
  const pair = words.length === 2 ? (booleanOf(words) ?? { kind: 'boolean', words }) : undefined;
  const kind = declared === 'boolean' ? pair : dateOf(words);
  if (words.length > 0 && kind) return kind;
  const wanted = {
    boolean: 'two different words',
    date: 'dates such as 2012-01-31, all spelled alike',
    category: 'words',
  };
  throw new FileError(
    `column ${named(name)} is to be a ${declared}: wanted ${wanted[declared]}, got ${words.slice(0, 3).map(quoted).join(', ') || 'no values'}`,
  );
}

/** The code of each row; NaN where the value is missing. */
function readCodes(cut: CutTable, j: number, kind: ColumnKind, decimal: DecimalMark): Float64Array {
  const { words } = kind;
  const indexOf = new Map(words?.map((word, k) => [word, k]));
  const isAbsent = words ? isMissingClass : isMissing;
  const isBoolean = kind.kind === 'boolean';
  const spelled = new Map(isBoolean ? words?.map((word, k) => [word.toLowerCase(), k]) : []);
  const read = words
    ? (cell: string) =>
        indexOf.get(cell) ?? indexOf.get(String(readNumber(cell, decimal))) ?? spelled.get(cell.toLowerCase())
    : kind.kind === 'date'
      ? (cell: string) => parseDate(cell, kind.spelling)
      : (cell: string) => readNumber(cell, decimal);
  return Float64Array.from(cut.body, (_, i) => {
    const cell = cellAt(cut, i, j);
    if (isAbsent(cell)) return indexOf.get(cell) ?? indexOf.get('') ?? Number.NaN;
    const code = read(cell);
    const complain = (wanted: string, advice: string) => wrongCell(cut, i, j, wanted, advice);
    if (code === undefined) throw complain(describeWanted(kind), adviceFor(kind, cut.names[j] as string));
    return requireFitting(kind, code, () => complain);
  });
}

/** The code, if it is a whole number where it must be, and within its bounds. */
function requireFitting(
  { kind, bounds }: ColumnKind,
  code: number,
  place: () => (wanted: string, advice: string) => FileError,
): number {
  if (kind === 'whole' && !Number.isInteger(code))
    throw place()('a whole number', 'say --types column=number in training if it is none of whole numbers');
  if (bounds && !(code >= bounds[0] && code <= bounds[1]))
    throw place()(`a number from ${bounds[0]} to ${bounds[1]}, its bounds`, 'correct it, or the bounds');
  return code;
}

/** What becomes of the values that are missing. */
function settleMissing(
  { name, kind, codes }: Column,
  missing: Missing,
  isKnown: boolean,
  complain: (row: number) => FileError,
): Column & { readonly filled: number } {
  const gap = codes.findIndex(Number.isNaN);
  if (gap < 0 || kind.missing) return { name, kind, codes, filled: 0 };
  if (missing === 'model' && !isKnown) return { name, ...withMissing(kind, codes), filled: 0 };
  if (missing !== 'mean') throw complain(gap);
  const known = codes.filter((code) => !Number.isNaN(code));
  if (known.length === 0)
    throw new FileError(`column ${named(name)} has no values; leave it out with --drop`);
  const fill = kind.words ? mostFrequent(known) : nearestCode(kind, meanOf(known));
  return {
    ...{ name, kind },
    codes: codes.map((code) => (Number.isNaN(code) ? fill : code)),
    filled: codes.length - known.length,
  };
}

/** In a category, a missing value is one more word; in other columns, the model learns which are missing. */
function withMissing(
  kind: ColumnKind,
  codes: Float64Array,
): { readonly kind: ColumnKind; readonly codes: Float64Array } {
  if (kind.kind !== 'category') return { kind: { ...kind, missing: true }, codes };
  const words = kind.words as readonly string[];
  return {
    kind: { ...kind, words: [...words, ''] },
    codes: codes.map((code) => (Number.isNaN(code) ? words.length : code)),
  };
}

function meanOf(values: Float64Array): number {
  return values.reduce((mean, value, i) => mean + (value - mean) / (i + 1), 0);
}

function mostFrequent(codes: Float64Array): number {
  const counts = new Map<number, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}

/** [n, d] from d lists of n numbers. */
function tableOfColumns(columns: readonly Float64Array[], rows: number): Tensor {
  const values = new Float64Array(rows * columns.length);
  for (const [k, codes] of columns.entries())
    for (let i = 0; i < rows; i++) values[i * columns.length + k] = codes[i] as number;
  return fromNDArray(wrap(values, [rows, columns.length]));
}

function cellAt({ body }: CutTable, i: number, j: number): string {
  return ((body[i] as Row).cells[j] as string).trim();
}

function describeWanted({ kind, words, spelling }: ColumnKind): string {
  if (words) return `one of ${words.slice(0, 10).map(quoted).join(', ')}${words.length > 10 ? ' …' : ''}`;
  if (kind === 'date') return `a date such as ${spelling}`;
  return kind === 'whole' ? 'a whole number' : 'a number';
}

function adviceFor({ kind, words }: ColumnKind, name: string): string {
  if (kind === 'date' || words) return 'correct it, or train again with such values among the data';
  return `leave the column out with --drop, take it as words with --types ${name}=category, or name it as --label if it holds classes`;
}

function wrongCell(cut: CutTable, i: number, j: number, wanted: string, advice: string): FileError {
  const cell = cellAt(cut, i, j);
  const place = `line ${cut.body[i]?.line}, column ${named(cut.names[j] as string)}`;
  return new FileError(
    `${place}: wanted ${wanted}, got ${cell === '' ? 'an empty cell' : quoted(cell)}; ${advice}`,
  );
}
