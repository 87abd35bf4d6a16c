/** Checks single elements of a product. The host computes each of them again, in O(depth). */
import { largestNumber } from '../../dtype.ts';
import type { Matrix } from '../kernel.ts';

const roundoff = 2 ** -24;
const smallestNormalFloat32 = 2 ** -126;

/**
 * Whether `value` can be element (row, column) of the product. The hardware may sum in float32 in any order,
 * and may take numbers below the normal range as zero. NaN must stay NaN, and infinity must not become
 * finite.
 */
export function isElement(
  value: number,
  a: Matrix,
  b: Matrix,
  depth: number,
  row: number,
  column: number,
): boolean {
  let [sum, magnitude] = [0, 0];
  for (let k = 0; k < depth; k++) {
    const left = a.data[a.offset + row * a.rowStride + k * a.columnStride] as number;
    const right = b.data[b.offset + k * b.rowStride + column * b.columnStride] as number;
    sum += left * right;
    magnitude += Math.abs(left * right);
  }
  if (Number.isNaN(sum)) return Number.isNaN(value);
  if (!Number.isFinite(sum)) return !Number.isFinite(value);
  if (magnitude >= largestNumber.float32) return true; // a partial sum may overflow, or may not
  // Each of `depth` products and sums rounds a number that is at most the sum of the magnitudes. We allow
  // twice the bound that follows.
  const tolerance = 4 * roundoff * (depth + 1) * magnitude + 2 * (depth + 1) * smallestNormalFloat32;
  return Math.abs(value - sum) <= tolerance;
}
