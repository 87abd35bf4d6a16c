/** Uniform and normal numbers, made of bits as JAX does it. Operations make the other distributions. */
import { type NDArray, wrap } from '../array.ts';
import { type DType, isFloating } from '../dtype.ts';
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
 * Uniform numbers on [low, high), float32 or float64, [..., ...shape] from keys [..., 2].
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
  const size = (keys.length / 2) * count;
  if (dtype === 'float64') {
    const data = new Float64Array(size);
    fillDoubles(data, keys, count, low, high - low);
    return data;
  }
  const data = new Float32Array(size);
  fillSingles(data, keys, count, Math.fround(low), Math.fround(Math.fround(high) - Math.fround(low)));
  return data;
}

function fillSingles(data: Float32Array, keys: Uint32Array, count: number, low: number, width: number): void {
  if (simdPays(data.length)) {
    drawInPages('words', keys, count, 0, ({ page, uniform }, at, length) => {
      uniform.float32(4 * length, low, width);
      data.set(page.float32.subarray(0, length), at);
    });
    return;
  }
  randomWords(keys, count).forEach((word, i) => {
    const unit = (word >>> 9) * 2 ** -23;
    data[i] = Math.max(low, Math.fround(unit * width) + low);
  });
}

function fillDoubles(data: Float64Array, keys: Uint32Array, count: number, low: number, width: number): void {
  if (simdPays(data.length)) {
    drawInPages('blocks', keys, count, 0, ({ page, uniform }, at, length) => {
      uniform.float64(8 * length, low, width);
      data.set(page.float64.subarray(0, length), at);
    });
    return;
  }
  forEachBlock(keys, count, 0, (block, i) => {
    const unit = (block.first * 2 ** 20 + (block.second >>> 12)) * 2 ** -52;
    data[i] = Math.max(low, unit * width + low);
  });
}

/** Throws unless the dtype is a floating one (DTypeError) and low < high are finite (ArgumentError). */
export function requireUniform(operation: string, dtype: DType, low: number, high: number): void {
  requireFloating(operation, dtype);
  if (low < high && Number.isFinite(high - low)) return;
  throw new ArgumentError(`${operation}: wanted finite low < high, got low ${low} and high ${high}`);
}

function requireFloating(operation: string, dtype: DType): void {
  if (!isFloating(dtype)) throw new DTypeError(`${operation}: wanted float32 or float64, got ${dtype}`);
}
