/** Uniform and normal numbers, made of bits as JAX does it. Operations make the other distributions. */
import { type NDArray, wrap } from '../array.ts';
import { allocate, type DType, isFloating } from '../dtype.ts';
import { normalQuantile } from '../elementwise/error-function.ts';
import { simdPays } from '../elementwise/simd/index.ts';
import { ArgumentError, DTypeError } from '../errors.ts';
import { completeOptions } from '../options.ts';
import type { Floats } from '../requirements.ts';
import { checkShape, type Shape, sizeOf } from '../shape.ts';
import { forEachBlock, randomWords } from './bits.ts';
import { drawnShape, type Key, keyWords } from './key.ts';
import { drawInPages } from './simd/index.ts';

export interface UniformOptions {
  /** The lower end, included; 0 by default. */
  readonly low?: number;
  /** The upper end, excluded; 1 by default. */
  readonly high?: number;
}

/**
 * Uniform numbers on [low, high), float32 or float64, [..., ...shape] from keys [..., 2]. Where rounding
 * would give high, which JAX then returns, the number is the last one below.
 *
 * @throws ArgumentError if an argument is no key, no shape or no interval; DTypeError for another dtype.
 * @example uniform(key(0), [3], 'float32', { high: 10 });
 */
export function uniform(
  keys: Key,
  shape: Shape,
  dtype: DType = 'float32',
  options: UniformOptions = {},
): NDArray {
  const words = keyWords('uniform', keys);
  checkShape('uniform', shape);
  const { low, high } = completeOptions('uniform', { low: 0, high: 1 }, options);
  requireUniform('uniform', dtype, low, high);
  return wrap(uniformNumbers(words, sizeOf(shape), dtype, low, high), drawnShape(keys, shape));
}

/**
 * Numbers from N(0, 1): `normalQuantile` of uniform numbers on (−1, 1). They are float32 or float64,
 * [..., ...shape] from keys [..., 2].
 *
 * @throws ArgumentError if an argument is no key or no shape; DTypeError for another dtype.
 * @example normal(key(0), [2, 3]);
 */
export function normal(keys: Key, shape: Shape, dtype: DType = 'float32'): NDArray {
  const words = keyWords('normal', keys);
  checkShape('normal', shape);
  requireFloating('normal', dtype);
  const numbers = uniformNumbers(words, sizeOf(shape), dtype, lowestOfNormal(dtype), 1);
  return normalQuantile(wrap(numbers, drawnShape(keys, shape)));
}

/** The dtype's first number above −1. `normal` starts from uniform numbers between it and 1. */
export function lowestOfNormal(dtype: DType): number {
  return dtype === 'float32' ? -1 + 2 ** -24 : -1 + 2 ** -53;
}

/**
 * Uniform numbers on [low, high) of n keys, `count` of each, as [n, count], float32 or float64. As in JAX, a
 * random mantissa makes a number in [1, 2); subtracting 1 and stretching it to the interval gives the result.
 * Each step rounds to the dtype.
 *
 * @param keys - the words of the keys, [n, 2].
 */
function uniformNumbers(keys: Uint32Array, count: number, dtype: DType, low: number, high: number): Floats {
  const data = allocate((keys.length / 2) * count, dtype) as Floats;
  const interval = intervalOf(dtype, low, high);
  if (data instanceof Float64Array) fillDoubles(data, keys, count, interval);
  else fillSingles(data, keys, count, interval);
  return data;
}

/** The lower end, the width, and the last number below the upper end. */
type Interval = readonly [low: number, width: number, last: number];

export function intervalOf(dtype: DType, low: number, high: number): Interval {
  // A little more than half a unit in the last place, which rounding makes a whole one.
  const [round, half] = dtype === 'float32' ? [Math.fround, 2 ** -24] : [Number, 2 ** -53];
  const [start, end] = [round(low), round(high)];
  const step = Math.max(Math.abs(end) * half * (1 + 2 * half), dtype === 'float32' ? 2 ** -149 : 5e-324);
  return [start, round(end - start), round(end - step)];
}

function fillSingles(data: Float32Array, keys: Uint32Array, count: number, interval: Interval): void {
  const [low, width, last] = interval;
  if (simdPays(data.length)) {
    drawInPages('words', keys, count, 0, ({ page, uniform }, at, length) => {
      uniform.float32(4 * length, ...interval);
      data.set(page.float32.subarray(0, length), at);
    });
    return;
  }
  randomWords(keys, count).forEach((word, i) => {
    const unit = (word >>> 9) * 2 ** -23;
    data[i] = Math.min(Math.max(low, Math.fround(unit * width) + low), last);
  });
}

function fillDoubles(data: Float64Array, keys: Uint32Array, count: number, interval: Interval): void {
  const [low, width, last] = interval;
  if (simdPays(data.length)) {
    drawInPages('blocks', keys, count, 0, ({ page, uniform }, at, length) => {
      uniform.float64(8 * length, ...interval);
      data.set(page.float64.subarray(0, length), at);
    });
    return;
  }
  forEachBlock(keys, count, 0, (block, i) => {
    const unit = (block.first * 2 ** 20 + (block.second >>> 12)) * 2 ** -52;
    data[i] = Math.min(Math.max(low, unit * width + low), last);
  });
}

/** Throws unless the dtype is a floating one (DTypeError), in which low < high are finite (ArgumentError). */
export function requireUniform(operation: string, dtype: DType, low: number, high: number): void {
  requireFloating(operation, dtype);
  const width = intervalOf(dtype, low, high)[1];
  if (width > 0 && width < Infinity) return;
  throw new ArgumentError(
    `${operation}: wanted finite low < high in ${dtype}, got low ${low} and high ${high}`,
  );
}

function requireFloating(operation: string, dtype: DType): void {
  if (!isFloating(dtype)) throw new DTypeError(`${operation}: wanted float32 or float64, got ${dtype}`);
}
