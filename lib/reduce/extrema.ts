/** Largest and smallest elements and where they are. NaN in, NaN out: the first NaN wins, as in numpy. */
import type { NDArray } from '../array.ts';
import type { TypedArray } from '../dtype.ts';
import { type Folded, reduceAxes, reduceAxis } from './axes.ts';

/** The largest element along some axes; NaN if one is there. Over nothing: an `ArgumentError`. */
export function max(a: NDArray, axes: readonly number[], keepDims = false): NDArray {
  return reduceAxes('max', a, axes, keepDims, maxLoop, 'isAnError');
}

/** The smallest element along some axes; NaN if one is there. Over nothing: an `ArgumentError`. */
export function min(a: NDArray, axes: readonly number[], keepDims = false): NDArray {
  return reduceAxes('min', a, axes, keepDims, minLoop, 'isAnError');
}

/** The index (int32) of the first largest element along an axis, or of the first NaN. Over nothing: an `ArgumentError`. */
export function argmax(a: NDArray, axis: number): NDArray {
  return reduceAxis('argmax', a, axis, 'int32', argmaxLoop);
}

/** The index (int32) of the first smallest element along an axis, or of the first NaN. Over nothing: an `ArgumentError`. */
export function argmin(a: NDArray, axis: number): NDArray {
  return reduceAxis('argmin', a, axis, 'int32', argminLoop);
}

function maxLoop(x: TypedArray, y: TypedArray, { before, length, after }: Folded): void {
  for (let i = 0; i < before; i++) {
    for (let k = 0; k < after; k++) {
      const start = i * length * after + k;
      let best = x[start] as number;
      for (let j = 1, at = start + after; j < length; j++, at += after) best = Math.max(best, x[at] as number);
      y[i * after + k] = best;
    }
  }
}

function minLoop(x: TypedArray, y: TypedArray, { before, length, after }: Folded): void {
  for (let i = 0; i < before; i++) {
    for (let k = 0; k < after; k++) {
      const start = i * length * after + k;
      let best = x[start] as number;
      for (let j = 1, at = start + after; j < length; j++, at += after) best = Math.min(best, x[at] as number);
      y[i * after + k] = best;
    }
  }
}

function argmaxLoop(x: TypedArray, y: TypedArray, folded: Folded): void {
  argLoop(x, y, folded, 1);
}

function argminLoop(x: TypedArray, y: TypedArray, folded: Folded): void {
  argLoop(x, y, folded, -1);
}

/** The largest of sign·x. A comparison with NaN is false: "not at most the best" lets a first NaN in, and nothing replaces it. */
function argLoop(x: TypedArray, y: TypedArray, { before, length, after }: Folded, sign: 1 | -1): void {
  for (let i = 0; i < before; i++) {
    for (let k = 0; k < after; k++) {
      const start = i * length * after + k;
      let best = sign * (x[start] as number);
      let index = 0;
      for (let j = 1; j < length && !Number.isNaN(best); j++) {
        const value = sign * (x[start + j * after] as number);
        if (value <= best) continue;
        best = value;
        index = j;
      }
      y[i * after + k] = index;
    }
  }
}
