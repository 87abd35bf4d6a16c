/** The largest and smallest elements, and their indices. NaN in, NaN out: the first NaN wins, as in numpy. */
import type { NDArray } from '../array.ts';
import type { TypedArray } from '../dtype.ts';
import type { Floats } from '../requirements.ts';
import { type Folded, type ReductionLoop, reduceAxes, reduceAxis } from './axes.ts';
import { pageLength, rowsInSimd, rowsPayInSimd, segmentsInSimd, segmentsPayInSimd } from './simd/index.ts';

/**
 * The largest element along some axes; NaN if any element is NaN. Throws an `ArgumentError` if there is no
 * element.
 *
 * @example max(a, [1]); // [2, 3] → [2]
 */
export function max(a: NDArray, axes: readonly number[], keepDims = false): NDArray {
  return reduceAxes('max', a, axes, keepDims, maxLoop, 'isAnError');
}

/**
 * The smallest element along some axes; NaN if any element is NaN. Throws an `ArgumentError` if there is no
 * element.
 *
 * @example min(a, [1]); // [2, 3] → [2]
 */
export function min(a: NDArray, axes: readonly number[], keepDims = false): NDArray {
  return reduceAxes('min', a, axes, keepDims, minLoop, 'isAnError');
}

/**
 * The index (int32) of the first largest element along an axis, or of the first NaN. Throws an
 * `ArgumentError` if the axis has length 0.
 *
 * @example argmax(a, 1); // [2, 3] → [2]
 */
export function argmax(a: NDArray, axis: number): NDArray {
  return reduceAxis('argmax', a, axis, 'int32', argmaxLoop);
}

/**
 * The index (int32) of the first smallest element along an axis, or of the first NaN. Throws an
 * `ArgumentError` if the axis has length 0.
 *
 * @example argmin(a, 1); // [2, 3] → [2]
 */
export function argmin(a: NDArray, axis: number): NDArray {
  return reduceAxis('argmin', a, axis, 'int32', argminLoop);
}

const maxLoop = withSimd('max', Math.max, (x, y, { before, length, after }) => {
  for (let i = 0; i < before; i++) {
    for (let k = 0; k < after; k++) {
      const start = i * length * after + k;
      let best = x[start] as number;
      for (let j = 1, at = start + after; j < length; j++, at += after)
        best = Math.max(best, x[at] as number);
      y[i * after + k] = best;
    }
  }
});

const minLoop = withSimd('min', Math.min, (x, y, { before, length, after }) => {
  for (let i = 0; i < before; i++) {
    for (let k = 0; k < after; k++) {
      const start = i * length * after + k;
      let best = x[start] as number;
      for (let j = 1, at = start + after; j < length; j++, at += after)
        best = Math.min(best, x[at] as number);
      y[i * after + k] = best;
    }
  }
});

/** The same loop, in SIMD where that pays. */
function withSimd(
  reduction: 'max' | 'min',
  better: (a: number, b: number) => number,
  plain: ReductionLoop,
): ReductionLoop {
  return (x, y, folded) => {
    const { before, length, after } = folded;
    if (after === 1 && segmentsPayInSimd(reduction, x, before, length)) {
      extremeOfRows(reduction, better, x, y, folded);
    } else if (rowsPayInSimd(x, length, after)) {
      for (let i = 0; i < before; i++)
        y.set(rowsInSimd(reduction, x, i * length * after, length, after), i * after);
    } else plain(x, y, folded);
  };
}

/** Works in parts if a row is longer than a page. The last part overlaps another: the extremum stays. */
function extremeOfRows(
  reduction: 'max' | 'min',
  better: (a: number, b: number) => number,
  x: Floats,
  y: TypedArray,
  { before, length }: Folded,
): void {
  const part = Math.min(length, pageLength);
  if (part === length) y.set(segmentsInSimd(reduction, x, 0, before, length));
  for (let i = 0; i < before && part < length; i++) {
    const [first, ...others] = Array.from({ length: Math.ceil(length / part) }, (_, k) => {
      const start = i * length + Math.min(k * part, length - part);
      return segmentsInSimd(reduction, x, start, 1, part)[0] as number;
    }) as [number, ...number[]];
    y[i] = others.reduce((best, value) => better(best, value), first);
  }
}

function argmaxLoop(x: TypedArray, y: TypedArray, folded: Folded): void {
  argLoop(x, y, folded, 1);
}

function argminLoop(x: TypedArray, y: TypedArray, folded: Folded): void {
  argLoop(x, y, folded, -1);
}

/**
 * The index of the largest sign·x. Comparisons with NaN are false. So the test `value <= best` does not skip
 * a NaN, and the loop ends at the first one.
 */
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
