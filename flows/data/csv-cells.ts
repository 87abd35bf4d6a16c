/** What the cells of a table say: numbers, or that a value is missing. */

/** How the text of numbers is to be read. */
export type DecimalMark = '.' | ',';

const numbers: Readonly<Record<DecimalMark, RegExp>> = {
  '.': /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/,
  ',': /^[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?$/,
};
/** Groups of three digits, which a space of any width, an apostrophe or the other mark divides. */
const grouped: Readonly<Record<DecimalMark, RegExp>> = {
  '.': /^[+-]?[1-9]\d{0,2}([, \u00a0\u2009\u202f'’])\d{3}(\1\d{3})*(\.\d*)?$/,
  ',': /^[+-]?[1-9]\d{0,2}([. \u00a0\u2009\u202f'’])\d{3}(\1\d{3})*(,\d*)?$/,
};
const notFinite: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, infinity: Infinity };
const missingWords = [
  ...['', 'na', 'n/a', '<na>', '#na', '#n/a', '#n/a n/a', 'nan', '-nan', 'nat', 'null', '\\n'],
  ...['1.#ind', '-1.#ind', '1.#qnan', '-1.#qnan'],
];
const missingNumbers = new Set([...missingWords, 'none', '?', '-', '.']);

/**
 * The number that a cell says in decimal digits, such as 1234.5 or 1,234.5, or as NaN, inf or Infinity;
 * undefined if it says none. JavaScript's other forms, such as 0x10, are no numbers of a table.
 */
export function readNumber(cell: string, decimal: DecimalMark = '.'): number | undefined {
  const text = cell.trim().replace('\u2212', '-');
  if (numbers[decimal].test(text)) return Number(decimal === ',' ? text.replace(',', '.') : text);
  if (grouped[decimal].test(text))
    return Number(text.replace(decimal === ',' ? /[^\d,+-]/g : /[^\d.+-]/g, '').replace(',', '.'));
  const [, sign, word = ''] = text.toLowerCase().match(/^([+-]?)([a-z]+)$/) ?? [];
  const value = Object.hasOwn(notFinite, word) ? (notFinite[word] as number) : undefined;
  return value !== undefined && sign === '-' ? -value : value;
}

/** What divides groups of three digits in a cell; undefined if nothing does. */
export function thousandsMark(cell: string, decimal: DecimalMark): string | undefined {
  return cell.trim().replace('\u2212', '-').match(grouped[decimal])?.[1];
}

/** Whether 1,234 is all that a cell says: a thousand and more, or little more than one. */
export function isAmbiguous(cell: string): boolean {
  return /^[+-]?[1-9]\d{0,2},\d{3}$/.test(cell.trim());
}

/**
 * Whether a cell stands for a number that nobody knows, by the words of pandas, R, SAS, MySQL and the UCI
 * repository.
 */
export function isMissing(cell: string): boolean {
  return missingNumbers.has(cell.trim().toLowerCase());
}

/** Whether it stands for a class that nobody knows; '-', '?' and 'none' may be classes. */
export function isMissingClass(cell: string): boolean {
  return missingWords.includes(cell.trim().toLowerCase());
}
