/** What a single element of a product must be: the host computes a few of them again, in O(depth) each. */
import type { Matrix } from '../kernel.ts';

const roundoff = 2 ** -24;
const largestFloat32 = 3.4028234663852886e38;
const smallestNormalFloat32 = 2 ** -126;

/**
 * Whether `value` can be element (row, column) of the product, summed in float32 in any order, on hardware
 * that may take numbers below the normal range for zero. NaN must stay NaN, and infinity must not become
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
  if (magnitude >= largestFloat32) return true; // a partial sum may overflow, or may not
  // Each of `depth` products and sums rounds a number no larger than the magnitudes' sum; twice that, for
  // good measure.
  const tolerance = 4 * roundoff * (depth + 1) * magnitude + 2 * (depth + 1) * smallestNormalFloat32;
  return Math.abs(value - sum) <= tolerance;
}
