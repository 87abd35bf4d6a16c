/** Writes tables of numbers as text. `parseCsv` reads them. */
import { type Tensor, toNDArray } from '../../autograd/index.ts';
import { ArgumentError, type DType, describe, flat, formatShape, ShapeError } from '../../lib/index.ts';
import { requireList, requireObject, requireTensor } from '../checks.ts';

/**
 * A matrix as comma-separated text. The first line holds the names of the columns, each further line one row.
 * Numbers have the fewest digits from which a reader gets the same number of the same dtype.
 *
 * Source: RFC 4180, with \n for line ends.
 * @param x a matrix [n, d] of any dtype
 * @param columns the d names
 * @param labels further columns of text, such as classes, by name; each has n entries
 * @throws ShapeError unless x is [n, d]; ArgumentError unless there are d names, and n entries for each label
 * @example formatCsv(samples, ['x', 'y']); // 'x,y\n0.25,1.5\n…'
 */
export function formatCsv(
  x: Tensor,
  columns: readonly string[],
  labels: Readonly<Record<string, readonly string[]>> = {},
): string {
  requireTensor('formatCsv', 'the table', x);
  if (x.rank !== 2) throw new ShapeError(`formatCsv: wanted a matrix [n, d], got ${formatShape(x.shape)}`);
  const [rows, width] = x.shape as [number, number];
  if (!Array.isArray(columns) || columns.length !== width || !columns.every(isText)) {
    const got = Array.isArray(columns) ? columns.length : describe(columns);
    throw new ArgumentError(`formatCsv: wanted ${width} names of columns, got ${got}`);
  }
  requireObject('formatCsv', 'lists of texts by name as labels', labels);
  for (const [name, entries] of Object.entries(labels)) {
    requireList('formatCsv', `a list of texts as '${name}'`, entries);
    if (entries.length === rows) continue;
    throw new ArgumentError(`formatCsv: wanted ${rows} entries of '${name}', got ${entries.length}`);
  }
  const numbers = flat(toNDArray(x));
  const digits = shortestDigits(x.dtype);
  const lines = Array.from({ length: rows }, (_, i) => [
    ...Array.from(numbers.subarray(i * width, (i + 1) * width), digits),
    ...Object.values(labels).map((entries) => entries[i] as string),
  ]);
  return [[...columns, ...Object.keys(labels)], ...lines].map((cells) => csvLine(cells)).join('');
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** A row of text, quoted where it must be, with its line end. */
export function csvLine(cells: readonly string[], delimiter = ','): string {
  return `${cells.map(quoted).join(delimiter)}\n`;
}

/** Writes a number of that dtype with the fewest digits that give it again. */
export function shortestDigits(dtype: DType): (value: number) => string {
  const digits = dtype === 'float32' ? shortestSingle : String;
  return (value) => (Object.is(value, -0) ? '-0' : digits(value));
}

/** The fewest digits that round to the same float32: six always do for a decimal, and nine for a float32. */
function shortestSingle(value: number): string {
  for (let digits = 6; ; digits++) {
    const number = Number(value.toPrecision(digits));
    if (Object.is(Math.fround(number), value)) return String(number);
  }
}

/** In quotes if it has what a reader may take for a delimiter, or for the beginning of a comment. */
function quoted(text: string): string {
  return /[",;|\t\r\n]|^#/.test(text) || text.trim() !== text ? `"${text.replaceAll('"', '""')}"` : text;
}
