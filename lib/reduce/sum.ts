/**
 * Pairwise sums: we sum two halves apart and then add them. The rounding error grows with log n instead of n
 * (N. J. Higham, The accuracy of floating point summation, 1993). Partial sums are float64 for every dtype.
 */
import { cast, dtypeOf, flat, type NDArray, view, wrap } from '../array.ts';
import { isFloating, type TypedArray } from '../dtype.ts';
import { requireDType } from '../requirements.ts';
import { normalizeAxes, sizeOf } from '../shape.ts';
import { type Folded, reduceAxes } from './axes.ts';
import { rowsInSimd, rowsPayInSimd, segmentsInSimd, segmentsPayInSimd } from './simd/index.ts';

/**
 * The sum over some axes; 0 if there is no element. Sums of integers are modulo 2³². Throws a DTypeError for
 * masks, an ArgumentError if an axis does not exist.
 *
 * @example
 * sum(a, [0], false); // the column sums of a matrix
 */
export function sum(a: NDArray, axes: readonly number[], keepDims = false): NDArray {
  requireDType('sum', a, 'numbers');
  const list = normalizeAxes('sum', axes, a.shape.length);
  return sumOfRepeated(a, list, keepDims) ?? reduceAxes('sum', a, list, keepDims, sumLoop, 'isFine');
}

/** From so many elements on, the copy of a broadcast array costs more than the last bits are worth. */
export const tooManyToCopy = 2 ** 24;

/**
 * The sum of an array that repeats its elements along some of the axes, by a stride of 0: each element times
 * the number of its repetitions, without a copy. Null where that would change the last bits and a copy is
 * cheap, or if nothing is repeated. A sum of fewer than 2²⁴ equal float32 numbers has no rounding error in
 * float64: 24 + 24 bits are less than 53.
 */
function sumOfRepeated(a: NDArray, axes: readonly number[], keepDims: boolean): NDArray | null {
  const isRepeated = (axis: number) => a.stride[axis] === 0 && (a.shape[axis] as number) > 1;
  const repeated = axes.filter(isRepeated);
  if (repeated.length === 0 || !isFloating(dtypeOf(a))) return null;
  const count = sizeOf(repeated.map((axis) => a.shape[axis] as number));
  const shape = a.shape.map((length, axis) => (repeated.includes(axis) ? 1 : length));
  const once = cast(view(a.data, shape, a.stride, a.offset), 'float64');
  const isExact = () =>
    axes.every((axis) => shape[axis] === 1) && flat(once).every((x) => Object.is(Math.fround(x), x));
  if (sizeOf(a.shape) < tooManyToCopy && !isExact()) return null;
  const sums = reduceAxes('sum', once, axes, keepDims, sumLoop, 'isFine');
  return cast(
    wrap(
      flat(sums).map((x) => x * count + 0),
      sums.shape,
    ),
    dtypeOf(a),
  );
}

function sumLoop(x: TypedArray, y: TypedArray, { before, length, after }: Folded): void {
  if (after === 1) sumEachRow(x, y, before, length);
  else for (let i = 0; i < before; i++) y.set(sumRows(x, i * length * after, length, after), i * after);
}

/** For at most this many terms, a plain sum is good enough. */
const block = 128;

/** Sets y[i] to the sum of row i: the pairwise sum of its whole blocks, and the sum of the rest. */
function sumEachRow(x: TypedArray, y: TypedArray, count: number, length: number): void {
  if (length <= block) {
    y.set(sumBlocks(x, 0, count, length));
    return;
  }
  const blocks = Math.floor(length / block);
  const rest = length - blocks * block;
  // Rows without a rest are one long row of blocks.
  const together = rest === 0 ? count : 1;
  for (let row = 0; row < count; row += together) {
    const start = row * length;
    const sums = sumBlocks(x, start, together * blocks, block);
    const last = sumBlock(x, start + blocks * block, rest);
    for (let i = 0; i < together; i++) y[row + i] = sumPairwise(sums, i * blocks, blocks) + last;
  }
}

/** The sums of `count` blocks of `size` numbers each. The blocks lie one after another from `start`. */
function sumBlocks(x: TypedArray, start: number, count: number, size: number): Float64Array {
  if (segmentsPayInSimd('sum', x, count, size))
    return segmentsInSimd('sum', x, start, count, size) as Float64Array;
  const sums = new Float64Array(count);
  for (let i = 0; i < count; i++) sums[i] = sumBlock(x, start + i * size, size);
  return sums;
}

/** Keeps four sums at once, so that an addition need not wait for the one before it. */
function sumBlock(x: TypedArray, start: number, count: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const end = start + count;
  let i = start;
  for (; i + 3 < end; i += 4) {
    s0 += x[i] as number;
    s1 += x[i + 1] as number;
    s2 += x[i + 2] as number;
    s3 += x[i + 3] as number;
  }
  for (; i < end; i++) s0 += x[i] as number;
  return s0 + s1 + (s2 + s3);
}

/** The sum of sums[start], …, sums[start + count − 1]. The count is at least 1. */
function sumPairwise(sums: Float64Array, start: number, count: number): number {
  if (count === 1) return sums[start] as number;
  const half = Math.ceil(count / 2);
  return sumPairwise(sums, start, half) + sumPairwise(sums, start + half, count - half);
}

/** The sum of `count` rows of `width` numbers each. The rows lie one after another from `start`. */
function sumRows(x: TypedArray, start: number, count: number, width: number): Float64Array {
  if (count > block) {
    const half = Math.ceil(count / 2);
    const sums = sumRows(x, start, half, width);
    const others = sumRows(x, start + half * width, count - half, width);
    for (let j = 0; j < width; j++) sums[j] = (sums[j] as number) + (others[j] as number);
    return sums;
  }
  if (rowsPayInSimd(x, count, width)) return rowsInSimd('sum', x, start, count, width) as Float64Array;
  return sumFewRows(x, start, count, width);
}

function sumFewRows(x: TypedArray, start: number, count: number, width: number): Float64Array {
  const sums = new Float64Array(width);
  const end = start + count * width;
  let row = start;
  for (; row + 3 * width < end; row += 4 * width) {
    for (let j = 0, k = row; j < width; j++, k++) {
      const first = (x[k] as number) + (x[k + width] as number);
      const second = (x[k + 2 * width] as number) + (x[k + 3 * width] as number);
      sums[j] = (sums[j] as number) + (first + second);
    }
  }
  for (; row < end; row += width) {
    for (let j = 0; j < width; j++) sums[j] = (sums[j] as number) + (x[row + j] as number);
  }
  return sums;
}
