/** Distributions of floating-point numbers, from bits exactly as JAX makes them. */
import { dtypeOf, type NDArray, wrap } from '../array.ts';
import { allocate, type DType, isFloating } from '../dtype.ts';
import { add, negate } from '../elementwise/arithmetic.ts';
import { normalQuantile } from '../elementwise/error-function.ts';
import { log } from '../elementwise/transcendental.ts';
import { ArgumentError, checkOptions, DTypeError } from '../errors.ts';
import { argmax } from '../reduce/extrema.ts';
import type { Floats } from '../requirements.ts';
import { checkShape, formatShape, type Shape, sizeOf } from '../shape.ts';
import { broadcastTo } from '../views.ts';
import { forEachBlock, words } from './bits.ts';
import { type Key, requireKey } from './key.ts';

export interface UniformOptions {
  /** The lower end, included; 0 by default. */
  readonly low?: number;
  /** The upper end, excluded; 1 by default. */
  readonly high?: number;
}

/** Uniform on [low, high), float32 or float64. @example uniform(key(0), [3], 'float32', { high: 10 }) */
export function uniform(key: Key, shape: Shape, dtype: DType = 'float32', options: UniformOptions = {}): NDArray {
  checkArguments('uniform', key, shape, dtype);
  checkOptions('uniform', options, ['low', 'high']);
  const { low = 0, high = 1 } = options;
  if (!(low < high && Number.isFinite(high - low))) {
    throw new ArgumentError(`uniform: wanted finite low < high, got low ${low} and high ${high}`);
  }
  return wrap(uniformNumbers(key, sizeOf(shape), dtype, low, high), shape);
}

/** Standard normal, float32 or float64: N(0, 1) by its quantile function. @example normal(key(0), [2, 3]) */
export function normal(key: Key, shape: Shape, dtype: DType = 'float32'): NDArray {
  checkArguments('normal', key, shape, dtype);
  const lowest = dtype === 'float32' ? -1 + 2 ** -24 : -1 + 2 ** -53;
  return normalQuantile(wrap(uniformNumbers(key, sizeOf(shape), dtype, lowest, 1), shape));
}

/** true with probability p (bool). */
export function bernoulli(key: Key, shape: Shape, p = 0.5): NDArray {
  checkArguments('bernoulli', key, shape, 'float32');
  if (!(p >= 0 && p <= 1)) throw new ArgumentError(`bernoulli: wanted a probability from 0 to 1, got ${p}`);
  const threshold = Math.fround(p);
  const u = uniformNumbers(key, sizeOf(shape), 'float32', 0, 1);
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
  const u = wrap(uniformNumbers(key, sizeOf(shape), dtype, smallestNormal, 1), shape);
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

/** Uniform numbers as JAX makes them: random mantissas of [1, 2), less 1, stretched, each step rounded to the dtype. */
function uniformNumbers(key: Key, count: number, dtype: DType, low: number, high: number): Floats {
  if (dtype === 'float64') return uniformDoubles(key, count, low, high);
  const data = new Float32Array(count);
  const [start, width] = [Math.fround(low), Math.fround(Math.fround(high) - Math.fround(low))];
  const source = words(key, count);
  for (let i = 0; i < count; i++) {
    const unit = ((source[i] as number) >>> 9) * 2 ** -23;
    data[i] = Math.max(start, Math.fround(unit * width) + start);
  }
  return data;
}

function uniformDoubles(key: Key, count: number, low: number, high: number): Float64Array {
  const data = new Float64Array(count);
  const width = high - low;
  forEachBlock(key, count, (block, i) => {
    const unit = (block.first * 2 ** 20 + (block.second >>> 12)) * 2 ** -52;
    data[i] = Math.max(low, unit * width + low);
  });
  return data;
}

function checkArguments(operation: string, key: Key, shape: Shape, dtype: DType): void {
  requireKey(operation, key);
  checkShape(operation, shape);
  if (!isFloating(dtype)) throw new DTypeError(`${operation}: wanted float32 or float64, got ${dtype}`);
}
