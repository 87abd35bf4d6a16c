/** Sums and extrema in WebAssembly SIMD, page by page. A page stays in the first-level cache. */
import type { TypedArray } from '../../dtype.ts';
import { simdPays } from '../../elementwise/simd/index.ts';
import type { Floats } from '../../requirements.ts';
import { extremeLength, kernelsFor, pageLength, type Reduction, resultLength } from './reduction-kernels.ts';

const neutral = { sum: 0, max: Number.NEGATIVE_INFINITY, min: Number.POSITIVE_INFINITY } as const;

// From this many numbers on, SIMD saves more time than the copies to WebAssembly and back cost.
const worthCopying = 512;
/** Shorter or fewer rows are work for plain loops. */
const vectorLength = 4;

/** Whether to reduce rows by `rowsInSimd`. The bits are the same either way. */
export function rowsPayInSimd(x: TypedArray, count: number, width: number): x is Floats {
  return Math.min(count, width) >= vectorLength && paysInSimd(x, count * width);
}

/** Whether to reduce segments by `segmentsInSimd`. The bits are the same either way. */
export function segmentsPayInSimd(
  reduction: Reduction,
  x: TypedArray,
  count: number,
  length: number,
): x is Floats {
  const least = reduction === 'sum' ? vectorLength : extremeLength;
  return length >= least && paysInSimd(x, count * length);
}

function paysInSimd(x: TypedArray, size: number): x is Floats {
  const isFloating = x instanceof Float32Array || x instanceof Float64Array;
  return isFloating && size >= worthCopying && simdPays(size);
}

/**
 * Reduces `count` rows of `width` numbers each to one row. The rows lie one after another from `start`. Sums
 * are float64.
 */
export function rowsInSimd(
  reduction: Reduction,
  x: Floats,
  start: number,
  count: number,
  width: number,
): Floats {
  const { page, rows, results } = kernelsFor(x);
  const partial = results[reduction];
  const result = zerosLike(partial, width);
  for (let column = 0; column < width; column += resultLength) {
    const columns = Math.min(resultLength, width - column);
    const atOnce = 4 * Math.floor(pageLength / columns / 4); // whole fours, so that page ends change no bit
    partial.fill(neutral[reduction], 0, columns);
    for (let row = 0; row < count; row += atOnce) {
      const taken = Math.min(atOnce, count - row);
      const from = start + row * width + column;
      if (columns === width) page.set(x.subarray(from, from + taken * width));
      else
        for (let i = 0; i < taken; i++)
          page.set(x.subarray(from + i * width, from + i * width + columns), i * columns);
      rows[reduction](taken, columns);
    }
    result.set(partial.subarray(0, columns), column);
  }
  return result;
}

/**
 * Reduces each of `count` segments to one number; sums are float64. A segment has `length` numbers: at most a
 * page, and for extrema at least `extremeLength`.
 */
export function segmentsInSimd(
  reduction: Reduction,
  x: Floats,
  start: number,
  count: number,
  length: number,
): Floats {
  const { page, segments, results } = kernelsFor(x);
  const partial = results[reduction];
  const result = zerosLike(partial, count);
  const atOnce = Math.min(resultLength, Math.floor(pageLength / length));
  for (let segment = 0; segment < count; segment += atOnce) {
    const taken = Math.min(atOnce, count - segment);
    const from = start + segment * length;
    page.set(x.subarray(from, from + taken * length));
    segments[reduction](taken, length);
    result.set(partial.subarray(0, taken), segment);
  }
  return result;
}

function zerosLike(x: Floats, count: number): Floats {
  return x instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);
}
