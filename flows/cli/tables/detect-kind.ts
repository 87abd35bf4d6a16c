/** What to take a column for, if nobody said so: from its cells, or from its numbers. */
import { type DecimalMark, isMissing, isMissingClass, readNumber } from '../../data/csv-cells.ts';
import type { ColumnKind } from './column-kind.ts';
import { commonSpelling, spellingOf, yearLastSpelling } from './dates.ts';

const pairs = ['false true', 'no yes', 'f t', 'n y', 'off on'];

/**
 * The kind of a column of text; if it is none that a model can learn, why.
 * @param cells without spaces around
 */
export function detectKind(cells: readonly string[], decimal: DecimalMark): ColumnKind | string {
  const known = cells.filter((cell) => !isMissing(cell));
  const words = distinct(cells.filter((cell) => !isMissingClass(cell)));
  if (words.length === 0) return 'it has no values';
  const numbers = known.map((cell) => readNumber(cell, decimal));
  const numeric = numbers.filter((value) => value !== undefined);
  // A column of numbers with a few words in it has mistakes, which reading it will name.
  if (2 * numeric.length > known.length) {
    if (numeric.length < known.length) return { kind: 'number' };
    return losesNeighbours(known, numeric)
      ? 'it has whole numbers beyond 2^53, of which float64 takes neighbours for one'
      : detectNumericKind(numeric);
  }
  if (yearLastSpelling(words) === 'ambiguous')
    return 'its dates can be day and month, or month and day; write them as 2012-01-31';
  return booleanOf(words) ?? dateOf(words) ?? mostlyDate(words) ?? categoryOf(words, cells.length);
}

/** Whether two whole numbers are two texts, and one float64. */
function losesNeighbours(cells: readonly string[], numbers: readonly number[]): boolean {
  const large = cells.filter(
    (cell, i) => /^[+-]?\d+$/.test(cell) && !Number.isSafeInteger(numbers[i] as number),
  );
  return new Set(large.map(Number)).size < new Set(large.map((cell) => cell.replace(/^\+/, ''))).size;
}

/** The kind of a column of numbers, where NaN is a missing one. */
export function detectNumericKind(values: Iterable<number>): ColumnKind {
  let [whole, bits, zeros, ones] = [true, true, false, false];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    whole &&= Number.isSafeInteger(value);
    bits &&= value === 0 || value === 1;
    zeros ||= value === 0;
    ones ||= value === 1;
    if (!whole) return { kind: 'number' };
  }
  return bits && zeros && ones ? { kind: 'boolean', words: ['0', '1'] } : { kind: 'whole' };
}

/** As classes, words are sorted by number if all are numbers, else as text. */
export function wordsOf(cells: readonly string[]): readonly string[] {
  const words = distinct(cells.filter((cell) => !isMissingClass(cell)));
  const numbers = words.map((word) => readNumber(word));
  const numeric = numbers.every((value) => value !== undefined);
  const numberOf = new Map(words.map((word, k) => [word, numbers[k] as number]));
  return [...words].sort((a, b) =>
    numeric ? (numberOf.get(a) as number) - (numberOf.get(b) as number) : a < b ? -1 : 1,
  );
}

/** The two words of a boolean, the false one first; undefined if they are none. */
export function booleanOf(words: readonly string[]): ColumnKind | undefined {
  // Of several spellings, such as true and TRUE, the first stands for all.
  const spelled = new Map([...words].reverse().map((word) => [word.toLowerCase(), word]));
  const inOrder = [...spelled.keys()].sort();
  if (!pairs.includes(inOrder.join(' '))) return undefined;
  return { kind: 'boolean', words: inOrder.map((word) => spelled.get(word) as string) };
}

/** Undefined unless all words are dates in spellings that one can stand for. */
export function dateOf(words: readonly string[]): ColumnKind | undefined {
  const spellings = words.map(spellingOf);
  const spelling = spellings.every((each) => each !== undefined)
    ? commonSpelling([...new Set(spellings)])
    : yearLastSpelling(words);
  return spelling === undefined || spelling === 'ambiguous' ? undefined : { kind: 'date', spelling };
}

/** A column of dates with a few words in it has mistakes, which reading it will name. */
function mostlyDate(words: readonly string[]): ColumnKind | undefined {
  const dated = words.filter((word) => spellingOf(word) !== undefined);
  return 2 * dated.length > words.length && dated.length < words.length ? dateOf(dated) : undefined;
}

/**
 * Words are those of a category if there are at most 20, or each stands in 5 rows on average. In more than 10
 * rows some must come again.
 */
function categoryOf(words: readonly string[], rows: number): ColumnKind | string {
  const few = words.length <= (rows > 10 ? Math.min(20, rows - 1) : 20) || 5 * words.length <= rows;
  if (few) return { kind: 'category', words: wordsOf(words) };
  return `it has ${words.length} different texts in ${rows} rows`;
}

function distinct(cells: readonly string[]): readonly string[] {
  return [...new Set(cells)];
}
