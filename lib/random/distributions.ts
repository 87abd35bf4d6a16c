/** Distributions of floating-point numbers, from bits exactly as JAX makes them. */
import { dtypeOf, type NDArray, wrap } from '../array.ts';
import { allocate, type DType, isFloating } from '../dtype.ts';
import { add, negate } from '../elementwise/arithmetic.ts';
import { normalQuantile } from '../elementwise/error-function.ts';
import { simdPays } from '../elementwise/simd/index.ts';
import { log } from '../elementwise/transcendental.ts';
import { ArgumentError, DTypeError } from '../errors.ts';
import { completeOptions } from '../options.ts';
import { argmax } from '../reduce/extrema.ts';
import type { Floats } from '../requirements.ts';
import { checkShape, formatShape, type Shape, sizeOf } from '../shape.ts';
import { broadcastTo } from '../views.ts';
import { forEachBlock, pairOf, randomWords, requireDraw } from './bits.ts';
import { type Key, requireKey } from './key.ts';
import { drawInPages } from './simd/index.ts';

export interface UniformOptions {
  /** The lower end, included; 0 by default. */
  readonly low?: number;
  /** The upper end, excluded; 1 by default. */
  readonly high?: number;
}

/** Uniform on [low, high), float32 or float64. @example uniform(key(0), [3], 'float32', { high: 10 }) */
export function uniform(key: Key, shape: Shape, dtype: DType = 'float32', options: UniformOptions = {}): NDArray {
  checkArguments('uniform', key, shape, dtype);
  const { low, high } = completeOptions('uniform', { low: 0, high: 1 }, options);
  checkInterval('uniform', low, high);
  return wrap(uniformNumbers(pairOf(key), sizeOf(shape), dtype, low, high), shape);
}

/** Standard normal, float32 or float64: N(0, 1) by its quantile function. @example normal(key(0), [2, 3]) */
export function normal(key: Key, shape: Shape, dtype: DType = 'float32'): NDArray {
  checkArguments('normal', key, shape, dtype);
  return wrap(normalNumbers(pairOf(key), sizeOf(shape), dtype), shape);
}

/** true with probability p (bool). */
export function bernoulli(key: Key, shape: Shape, p = 0.5): NDArray {
  checkArguments('bernoulli', key, shape, 'float32');
  if (!(p >= 0 && p <= 1)) throw new ArgumentError(`bernoulli: wanted a probability from 0 to 1, got ${p}`);
  const threshold = Math.fround(p);
  const u = uniformNumbers(pairOf(key), sizeOf(shape), 'float32', 0, 1);
  return wrap(
    Uint8Array.from(u, (value) => Number(value < threshold)),
    shape,
  );
}

/** −1 or 1, equally likely, float32 or float64: for Hutchinson's trace estimator. */
export function rademacher(key: Key, shape: Shape, dtype: DType = 'float32'): NDArray {
  checkArguments('rademacher', key, shape, dtype);
  const mask = bernoulli(key, shape).data;
  const data = allocate(mask.length, dtype);
  for (let i = 0; i < data.length; i++) data[i] = mask[i] === 0 ? -1 : 1;
  return wrap(data, shape);
}

/** Standard Gumbel: −log(−log u), float32 or float64. */
export function gumbel(key: Key, shape: Shape, dtype: DType = 'float32'): NDArray {
  checkArguments('gumbel', key, shape, dtype);
  const smallestNormal = dtype === 'float32' ? 2 ** -126 : 2 ** -1022;
  const u = wrap(uniformNumbers(pairOf(key), sizeOf(shape), dtype, smallestNormal, 1), shape);
  return negate(log(negate(log(u))));
}

/**
 * Indices (int32) along the last axis of `logits`, with probabilities softmax(logits): the largest of logits + Gumbel
 * noise. Their shape is that of the logits without the last axis, or any shape to which that one stretches.
 *
 * @example
 * categorical(key(0), logits); // [batch] from [batch, classes]
 */
export function categorical(key: Key, logits: NDArray, shape: Shape = logits.shape.slice(0, -1)): NDArray {
  const classes = logits.shape.at(-1);
  if (!classes)
    throw new ArgumentError(`categorical: wanted at least one class, got logits of shape ${formatShape(logits.shape)}`);
  const noise = gumbel(key, [...shape, classes], dtypeOf(logits));
  return argmax(add(noise, broadcastTo(logits, noise.shape)), -1);
}

/**
 * Uniform numbers on [low, high) of n keys, `count` of each, as [n, count], float32 or float64. They are made as
 * JAX makes them: random mantissas of [1, 2), less 1, stretched, each step rounded to the dtype.
 *
 * @param keys - the words of the keys, [n, 2].
 * @throws ArgumentError for other keys and counts, and unless low < high; DTypeError for other dtypes.
 * @example uniformNumbers(Uint32Array.from(keyData(key(0))), 3, 'float32', 0, 1);
 */
export function uniformNumbers(keys: Uint32Array, count: number, dtype: DType, low: number, high: number): Floats {
  requireDraw('uniformNumbers', keys, count);
  requireFloating('uniformNumbers', dtype);
  checkInterval('uniformNumbers', low, high);
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

/**
 * Standard normal numbers of n keys, `count` of each, as [n, count], float32 or float64: `normalQuantile` of uniform
 * numbers on (−1, 1).
 *
 * @param keys - the words of the keys, [n, 2].
 * @throws ArgumentError for other keys and counts; DTypeError for other dtypes.
 * @example normalNumbers(Uint32Array.from(keyData(key(0))), 3, 'float32');
 */
export function normalNumbers(keys: Uint32Array, count: number, dtype: DType): Floats {
  requireDraw('normalNumbers', keys, count);
  requireFloating('normalNumbers', dtype);
  const lowest = dtype === 'float32' ? -1 + 2 ** -24 : -1 + 2 ** -53;
  const data = uniformNumbers(keys, count, dtype, lowest, 1);
  return normalQuantile(wrap(data, [data.length])).data as Floats;
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

function checkArguments(operation: string, key: Key, shape: Shape, dtype: DType): void {
  requireKey(operation, key);
  checkShape(operation, shape);
  requireFloating(operation, dtype);
}

function requireFloating(operation: string, dtype: DType): void {
  if (!isFloating(dtype)) throw new DTypeError(`${operation}: wanted float32 or float64, got ${dtype}`);
}

function checkInterval(operation: string, low: number, high: number): void {
  if (low < high && Number.isFinite(high - low)) return;
  throw new ArgumentError(`${operation}: wanted finite low < high, got low ${low} and high ${high}`);
}
