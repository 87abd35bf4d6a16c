/** What the columns of a table are taken for. A model knows a column by its codes, which are numbers. */
import { readNumber } from '../../data/csv-cells.ts';
import { formatDate, stepOf } from './dates.ts';

export const kindNames = ['number', 'whole', 'boolean', 'category', 'date'] as const;
export type KindName = (typeof kindNames)[number];

/**
 * What a column is taken for. Its codes: the number itself; of a boolean 0 or 1, of a category the index of
 * the word; of a date the days, or the seconds, since 1970. A missing value has the code NaN.
 */
export interface ColumnKind {
  readonly kind: KindName;
  /** Of booleans and categories. An empty word stands for a missing value. */
  readonly words?: readonly string[];
  /** Of dates: such as YYYY-MM-DD hh:mm. */
  readonly spelling?: string;
  /** Of numbers and whole numbers: low and high, which themselves are within. */
  readonly bounds?: readonly [low: number, high: number];
  /** Whether values can be missing, which the model then learns. */
  readonly missing?: true;
}

/** A column that a model does not learn, and why. */
export interface LeftOut {
  readonly name: string;
  readonly why: string;
}

/** The distance between two codes: 1 for whole numbers. It is 0 if all numbers can be codes. */
export function stepBetween({ kind, spelling }: ColumnKind): number {
  if (kind === 'number') return 0;
  return kind === 'date' ? stepOf(spelling as string) : 1;
}

/** The nearest code that the column can have. */
export function nearestCode(column: ColumnKind, value: number): number {
  const step = stepBetween(column);
  const [low, high] = column.words ? [0, column.words.length - 1] : (column.bounds ?? [-Infinity, Infinity]);
  // Not by a product, as 0.001 is no float64.
  const whole =
    step === 0 ? value : step < 1 ? Math.round(value / step) / (1 / step) : Math.round(value / step) * step;
  return Math.min(Math.max(whole, low), high) + 0;
}

/** The code as people write it. `digits` writes a number. */
export function cellOf(
  { kind, words, spelling }: ColumnKind,
  code: number,
  digits: (x: number) => string,
): string {
  if (Number.isNaN(code)) return '';
  if (words) return words[code] as string;
  return kind === 'date' ? formatDate(code, spelling as string) : digits(code);
}

/**
 * What an array of numbers has for each word: the number that it says, if all words are numbers; else its
 * index. A missing value is NaN there.
 */
export function numbersOfWords(words: readonly string[]): readonly number[] {
  const numbers = words.map((word) => (word === '' ? Number.NaN : readNumber(word)));
  const numeric = numbers.every((value) => value !== undefined);
  return numeric ? numbers : words.map((word, k) => (word === '' ? Number.NaN : k));
}

/** Whether a value of a config.json can be the kind of a column. */
export function isColumnKind(value: unknown): value is ColumnKind {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, words, spelling, bounds, missing } = value as Partial<Record<keyof ColumnKind, unknown>>;
  const isText = (item: unknown) => typeof item === 'string';
  return (
    kindNames.some((name) => name === kind) &&
    (kind === 'boolean' || kind === 'category') ===
      (Array.isArray(words) && words.length > 0 && words.every(isText)) &&
    (kind === 'date') === isText(spelling) &&
    (bounds === undefined ||
      (Array.isArray(bounds) &&
        bounds.length === 2 &&
        bounds.every(Number.isFinite) &&
        bounds[0] < bounds[1])) &&
    (missing === undefined || missing === true)
  );
}
