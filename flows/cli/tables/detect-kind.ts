/** What to take a column for, if nobody said so: from its cells, or from its numbers. */
import { type DecimalMark, isMissing, isMissingClass, readNumber } from '../../data/csv-cells.ts';
import type { ColumnKind } from './column-kind.ts';
import { commonSpelling, spellingOf } from './dates.ts';

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
  if (2 * numeric.length > known.length)
    return numeric.length === known.length ? detectNumericKind(numeric) : { kind: 'number' };
  return booleanOf(words) ?? dateOf(words) ?? categoryOf(words, cells.length);
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
  return [...words].sort((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : 1));
}

/** The two words of a boolean, the false one first; undefined if they are none. */
export function booleanOf(words: readonly string[]): ColumnKind | undefined {
  const inOrder = [...words].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const isPair = words.length === 2 && pairs.includes(inOrder.join(' ').toLowerCase());
  return isPair ? { kind: 'boolean', words: inOrder } : undefined;
}

/** Undefined unless all words are dates in spellings that one can stand for. */
export function dateOf(words: readonly string[]): ColumnKind | undefined {
  const spellings = words.map(spellingOf);
  if (!spellings.every((each) => each !== undefined)) return undefined;
  const spelling = commonSpelling([...new Set(spellings)]);
  return spelling === undefined ? undefined : { kind: 'date', spelling };
}

/** Words are those of a category if there are at most 20, or each stands in 5 rows on average. */
function categoryOf(words: readonly string[], rows: number): ColumnKind | string {
  const few = words.length <= 20 || 5 * words.length <= rows;
  if (few) return { kind: 'category', words: wordsOf(words) };
  return `it has ${words.length} different texts in ${rows} rows`;
}

function distinct(cells: readonly string[]): readonly string[] {
  return [...new Set(cells)];
}
