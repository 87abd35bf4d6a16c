import { flat, type NDArray, requireArray, wrap } from './array.ts';
import { allocate, dtypeOfData, isFloating, type TypedArray } from './dtype.ts';
import { normalizeAxis } from './shape.ts';
import { transpose } from './views.ts';

/**
 * The indices (int32, of the shape of `a`) that sort the elements along an axis in ascending order. Equal
 * elements keep their order; NaN comes last. Throws an `ArgumentError` if the axis does not exist.
 *
 * @example
 * argsort(a, 0); // each column's order
 */
export function argsort(a: NDArray, axis: number): NDArray {
  requireArray('argsort', a);
  const rank = a.shape.length;
  const place = normalizeAxis('argsort', axis, rank);
  const order = a.shape.map((_, i) => i).filter((i) => i !== place);
  order.push(place);
  const rows = transpose(a, order);
  const length = a.shape[place] as number;
  const values = flat(rows);
  const indices = allocate(values.length, 'int32', 'argsort') as Int32Array;
  const sortRow = length < worthCounting ? sortByComparing : sortByDigits;
  for (let start = 0; start < values.length; start += length) {
    sortRow(values.subarray(start, start + length), indices.subarray(start, start + length));
  }
  return transpose(wrap(indices, rows.shape), inverse(order));
}

/** From this length on, counting digits is faster than comparing numbers. */
const worthCounting = 512;

function sortByComparing(values: TypedArray, indices: Int32Array): void {
  for (let i = 0; i < indices.length; i++) indices[i] = i;
  indices.sort((i, j) => compare(values[i] as number, values[j] as number) || i - j);
}

function compare(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

const digitBits = 11;
const digits = 2 ** digitBits;

/**
 * A radix sort, whose time grows with the length alone: it orders the indices by the lowest 11 bits of their
 * keys, then by the next ones, and so on. Each pass keeps the order of equal digits.
 */
function sortByDigits(values: TypedArray, indices: Int32Array): void {
  let order = new Int32Array(indices.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  let next = new Int32Array(indices.length);
  for (const keys of keysOf(values)) {
    for (let shift = 0; shift < 32; shift += digitBits) {
      const starts = new Int32Array(digits + 1);
      for (const key of keys) starts[((key >>> shift) & (digits - 1)) + 1]!++;
      for (let digit = 0; digit < digits; digit++) starts[digit + 1]! += starts[digit] as number;
      for (const index of order) {
        const digit = ((keys[index] as number) >>> shift) & (digits - 1);
        next[starts[digit] as number] = index;
        starts[digit]!++;
      }
      [order, next] = [next, order];
    }
  }
  indices.set(order);
}

/**
 * Unsigned integers in the order of the numbers, the lowest 32 bits first. The bits of a floating-point
 * number are in its order if we flip all bits of negative numbers, and the sign of the others. −0 counts as
 * 0, and NaN has the largest key.
 */
function keysOf(values: TypedArray): readonly Uint32Array[] {
  const dtype = dtypeOfData(values);
  if (!isFloating(dtype)) {
    const sign = dtype === 'int32' ? 0x80000000 : 0;
    return [Uint32Array.from(values, (value) => (value ^ sign) >>> 0)];
  }
  const numbers = values.map((value) => value + 0) as TypedArray;
  const words = new Uint32Array(numbers.buffer);
  const perNumber = words.length / values.length;
  const parts = Array.from({ length: perNumber }, () => new Uint32Array(values.length));
  for (let i = 0; i < values.length; i++) {
    const high = words[(i + 1) * perNumber - 1] as number;
    const flipped = high >>> 31 === 1 ? 0xffffffff : 0;
    const isNotANumber = Number.isNaN(numbers[i]);
    parts.forEach((part, word) => {
      const sign = word === perNumber - 1 ? flipped | 0x80000000 : flipped;
      part[i] = isNotANumber ? 0xffffffff : (words[i * perNumber + word] as number) ^ sign;
    });
  }
  return parts;
}

function inverse(order: readonly number[]): readonly number[] {
  return order.map((_, i) => order.indexOf(i));
}
