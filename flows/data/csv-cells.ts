/** What the cells of a table say: numbers, or that a value is missing. */

/** How the text of numbers is to be read. */
export type DecimalMark = '.' | ',';

const numbers: Readonly<Record<DecimalMark, RegExp>> = {
  '.': /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/,
  ',': /^[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?$/,
};
const notFinite: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, infinity: Infinity };
const missingWords = ['', 'na', 'n/a', '#n/a', 'nan', '-nan', 'null'];
const missingNumbers = new Set([...missingWords, 'none', '?', '-']);

/**
 * The number that a cell says in decimal digits, or as NaN, inf or Infinity; undefined if it says none.
 * JavaScript's other forms, such as 0x10, are no numbers of a table.
 */
export function readNumber(cell: string, decimal: DecimalMark = '.'): number | undefined {
  const text = cell.trim();
  if (numbers[decimal].test(text)) return Number(decimal === ',' ? text.replace(',', '.') : text);
  const [, sign, word = ''] = text.toLowerCase().match(/^([+-]?)([a-z]+)$/) ?? [];
  const value = Object.hasOwn(notFinite, word) ? (notFinite[word] as number) : undefined;
  return value !== undefined && sign === '-' ? -value : value;
}

/** Whether a cell stands for a number that nobody knows, by the words of pandas, R and the UCI repository. */
export function isMissing(cell: string): boolean {
  return missingNumbers.has(cell.trim().toLowerCase());
}

/** Whether it stands for a class that nobody knows; '-', '?' and 'none' may be classes. */
export function isMissingClass(cell: string): boolean {
  return missingWords.includes(cell.trim().toLowerCase());
}
