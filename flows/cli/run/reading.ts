/** How the command line says how a file is to be read, where detection is not enough. */
import { escapeControls } from '../../formats/shown-text.ts';
import { type OptionValues, UsageError, wholeNumber } from '../arguments.ts';
import type { Console } from '../command.ts';
import { type ColumnKind, type KindName, kindNames } from '../tables/column-kind.ts';
import type { Missing } from '../tables/read-table.ts';

/** What the user said of a file; what is not said is detected. */
export interface Reading {
  readonly delimiter?: string;
  readonly decimal?: '.' | ',';
  readonly header?: boolean;
  readonly encoding?: string;
  /** How many lines stand above the table. */
  readonly skip?: number;
  /** By name, or by number from 0. */
  readonly columns?: readonly string[];
  readonly drop?: readonly string[];
  readonly missing?: Missing;
  /** What columns are to be taken for. */
  readonly types?: Readonly<Record<string, KindName>>;
  /** The lowest and the highest value of columns. */
  readonly bounds?: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** The array of a .npz file that holds the points. */
  readonly points?: string;
  /** Labels that are many different numbers are classes all the same. */
  readonly classes?: 'many';
}

export interface DataRequest {
  /** A name of `namedData`, or a path that ends in an ending that is known. */
  readonly source: string;
  /** The column of a table, or the array of a .npz file, that holds the classes. */
  readonly label?: string | undefined;
  /** For the distributions: points that training never saw. Default false. */
  readonly fresh?: boolean;
  /** For files: how to read them. */
  readonly reading?: Reading;
  /** Data for a model: its columns and its classes, which a table has under the same names. */
  readonly wanted?: WantedColumns | undefined;
}

/** What a model was trained on. */
export interface WantedColumns {
  readonly columns: readonly string[];
  readonly kinds?: readonly ColumnKind[] | undefined;
  readonly label: string | null;
  readonly classNames: readonly string[];
}

/** The options of every command that reads files. */
export const readingOptions = {
  delimiter: { type: 'string' },
  decimal: { type: 'string' },
  header: { type: 'string' },
  encoding: { type: 'string' },
  skip: { type: 'string' },
  missing: { type: 'string' },
  points: { type: 'string' },
  classes: { type: 'string' },
} as const;

/** Those of the command that trains; the others take the columns that the model knows. */
export const choosingOptions = {
  columns: { type: 'string' },
  drop: { type: 'string' },
  types: { type: 'string' },
  bounds: { type: 'string' },
} as const;

export type ReadingValues = OptionValues<typeof readingOptions & typeof choosingOptions>;

export const readingHelp = `Tables are read as they come; what is detected is printed, and can be said instead:
  --delimiter <c>        between cells: one character, or tab
  --decimal <c>          . or , before the fraction
  --header yes|no        whether the first row holds names
  --encoding <name>      of the text, such as latin1 (default: UTF-8, or as its first bytes say)
  --skip <n>             lines above the table, which are none of it
  --missing <what>       error (default), drop (the row), mean (of the column, or its most
                         frequent word) or model (learn what is missing)
  --points <array>       the array of a .npz file that holds the points
  --classes many         each number of the labels is a class, however many there are
`;

export const choosingHelp = `  --columns <a,b,…>      only these columns (names, or numbers from 0)
  --drop <a,b,…>         without these
  --types <a=kind,…>     what columns are: number, whole (rounded in samples), boolean,
                         category (words) or date
  --bounds <a=0:1,…>     the lowest and highest value of a column, which samples never leave
`;

/** Tells the user how a file was read. */
export function printNotes({ err }: Console, { notes }: { readonly notes: readonly string[] }): void {
  for (const note of notes) err.write(`${escapeControls(note)}\n`);
}

/** Whether a value can be what `readingOf` gave, as far as its structure says. */
export function isReading(value: unknown): value is Reading | undefined {
  const isText = (item: unknown) => typeof item === 'string';
  return (
    value === undefined ||
    (typeof value === 'object' &&
      value !== null &&
      Object.entries(value).every(([name, said]) => {
        if (name === 'header') return typeof said === 'boolean';
        if (name === 'skip') return Number.isInteger(said);
        if (name === 'columns' || name === 'drop') return Array.isArray(said) && said.every(isText);
        if (name === 'types') return isRecordOf(said, (kind) => kindNames.some((known) => known === kind));
        if (name === 'bounds') return isRecordOf(said, isRange);
        return isText(said) && Object.hasOwn(readingOptions, name);
      }))
  );
}

/**
 * What the options say.
 * @throws UsageError for what none of them can be
 */
export function readingOf(command: string, values: ReadingValues): Reading {
  const {
    delimiter,
    decimal,
    header,
    encoding,
    skip,
    columns,
    drop,
    missing,
    types,
    bounds,
    points,
    classes,
  } = values;
  const oneOf = <T extends string>(option: string, value: string | undefined, known: readonly T[]) => {
    const found = known.find((each) => each === value);
    if (value === undefined || found !== undefined) return found;
    throw new UsageError(`${command}: wanted ${known.join(' or ')} for ${option}, got '${value}'`);
  };
  if (delimiter !== undefined && delimiter !== 'tab' && delimiter.length !== 1)
    throw new UsageError(`${command}: wanted one character, or tab, for --delimiter, got '${delimiter}'`);
  const said = {
    delimiter: delimiter === 'tab' ? '\t' : delimiter,
    decimal: oneOf('--decimal', decimal, ['.', ',']),
    header: header === undefined ? undefined : oneOf('--header', header, ['yes', 'no']) === 'yes',
    encoding,
    skip: wholeNumber(command, '--skip', skip, 1, 0) || undefined,
    columns: columns?.split(','),
    drop: drop?.split(','),
    missing: oneOf('--missing', missing, ['error', 'drop', 'mean', 'model']),
    types:
      types &&
      pairsOf(command, '--types', types, 'a=category', (kind) => kindNames.find((known) => known === kind)),
    bounds: bounds && pairsOf(command, '--bounds', bounds, 'a=0:1', rangeOf),
    points,
    classes: oneOf('--classes', classes, ['many']),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

/** What `a=x,b=y` says of each column. A name may have = in it, which a value has not. */
function pairsOf<T>(
  command: string,
  option: string,
  text: string,
  example: string,
  read: (value: string) => T | undefined,
): Record<string, T> {
  const pairs = text.split(',').map((pair) => {
    const at = pair.lastIndexOf('=');
    const value = at < 1 ? undefined : read(pair.slice(at + 1));
    if (value !== undefined) return [pair.slice(0, at), value] as const;
    const known = option === '--types' ? `; kinds are ${kindNames.join(', ')}` : '';
    throw new UsageError(`${command}: wanted ${option} ${example}, got '${pair}'${known}`);
  });
  return Object.fromEntries(pairs);
}

function rangeOf(text: string): readonly [number, number] | undefined {
  const range = text.split(':').map((end) => (end.trim() === '' ? Number.NaN : Number(end)));
  return isRange(range) ? range : undefined;
}

function isRange(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] < value[1];
}

function isRecordOf(value: unknown, holds: (item: unknown) => boolean): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(holds);
}
