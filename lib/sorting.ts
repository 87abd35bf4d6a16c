import { flat, type NDArray, wrap } from './array.ts';
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
  const rank = a.shape.length;
  const place = normalizeAxis('argsort', axis, rank);
  const order = a.shape.map((_, i) => i).filter((i) => i !== place);
  order.push(place);
  const rows = transpose(a, order);
  const length = a.shape[place] as number;
  const values = flat(rows);
  const indices = new Int32Array(values.length);
  for (let start = 0; start < values.length; start += length) {
    sortRow(values.subarray(start, start + length) as Float64Array, indices.subarray(start, start + length));
  }
  return transpose(wrap(indices, rows.shape), inverse(order));
}

function sortRow(values: Float64Array, indices: Int32Array): void {
  for (let i = 0; i < indices.length; i++) indices[i] = i;
  indices.sort((i, j) => compare(values[i] as number, values[j] as number) || i - j);
}

function compare(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function inverse(order: readonly number[]): readonly number[] {
  return order.map((_, i) => order.indexOf(i));
}
