/**
 * Draws from a key. Bits, uniform numbers, integers and permutations are primitives; the other distributions
 * are composed of them. No draw has a derivative with respect to its key. A normal number has one with
 * respect to the uniform number that it is computed from.
 */
import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { isCompiling, untracedKey } from '../core/compiling.ts';
import { toTensor } from '../core/plain.ts';
import { definePrimitive, type Primitive, type PrimitiveParams } from '../core/primitive.ts';
import type { ArrayType, Tensor } from '../core/tensor.ts';
import type { CreateOptions } from '../create.ts';
import { add, negate } from '../operations/addition.ts';
import { multiply, subtract } from '../operations/arithmetic.ts';
import { cast } from '../operations/cast.ts';
import { less } from '../operations/comparisons.ts';
import { normalQuantile } from '../operations/error-function.ts';
import { log } from '../operations/exponential.ts';
import { argmax } from '../operations/ordering.ts';
import { type Key, requireKey } from './key.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    randomBits: { readonly shape: lib.Shape };
    randomUniform: {
      readonly shape: lib.Shape;
      readonly dtype: lib.DType;
      readonly low: number;
      readonly high: number;
    };
    randomIntegers: { readonly shape: lib.Shape; readonly low: number; readonly high: number };
    randomPermutation: { readonly length: number };
  }
}

type DrawName = 'randomBits' | 'randomUniform' | 'randomIntegers' | 'randomPermutation';

const bitsPrimitive = draw('randomBits', {
  type: ({ shape }) => ({ shape, dtype: 'uint32' }),
  evaluate: (keys, { shape }) => lib.random.bits(keys, shape),
});

const uniformPrimitive = draw('randomUniform', {
  type: ({ shape, dtype }) => ({ shape, dtype }),
  evaluate: (keys, { shape, dtype, low, high }) => lib.random.uniform(keys, shape, dtype, { low, high }),
});

const integersPrimitive = draw('randomIntegers', {
  type: ({ shape }) => ({ shape, dtype: 'int32' }),
  evaluate: (keys, { shape, low, high }) => lib.random.randint(keys, shape, low, high),
});

const permutationPrimitive = draw('randomPermutation', {
  type: ({ length }) => ({ shape: [length], dtype: 'int32' }),
  evaluate: (keys, { length }) => lib.random.permutation(keys, length),
});

/**
 * Uniform 32-bit words of the given shape, uint32.
 * @throws ArgumentError for an invalid key or shape.
 * @example bits(key(0), [7]);
 */
export function bits(key: Key, shape: lib.Shape): Tensor {
  return applyOne(bitsPrimitive, [drawable('bits', key, shape)], { shape });
}

export interface UniformOptions extends CreateOptions {
  /** The lower end, included; by default 0. */
  readonly low?: number;
  /** The upper end, excluded; by default 1. */
  readonly high?: number;
}

/**
 * Uniform numbers in [low, high), float32 or float64. They have 23 random bits, or 52 in float64.
 * @throws ArgumentError for an invalid key, shape or interval; DTypeError for another dtype.
 * @example uniform(key(0), [2, 3], { low: -1, high: 1 });
 */
export function uniform(key: Key, shape: lib.Shape, options: UniformOptions = {}): Tensor {
  const { dtype, low, high } = lib.completeOptions('uniform', { dtype: 'float32', low: 0, high: 1 }, options);
  return uniformOf('uniform', key, shape, dtype, low, high);
}

/**
 * Standard normal numbers, float32 or float64: the quantiles of uniform numbers. So float32 numbers end at
 * ±5.4, float64 ones at ±8.3.
 * @throws ArgumentError for an invalid key or shape; DTypeError for another dtype.
 * @example normal(key(0), [2, 3], { dtype: 'float64' });
 */
export function normal(key: Key, shape: lib.Shape, options: CreateOptions = {}): Tensor {
  const { dtype } = lib.completeOptions('normal', { dtype: 'float32' }, options);
  return normalQuantile(uniformOf('normal', key, shape, dtype, lib.random.lowestOfNormal(dtype), 1));
}

/**
 * Whole numbers from low to high − 1, int32.
 * @throws ArgumentError for an invalid key, shape or range.
 * @example randint(key(0), [4], 0, 10);
 */
export function randint(key: Key, shape: lib.Shape, low: number, high: number): Tensor {
  lib.random.requireRange('randint', low, high);
  return applyOne(integersPrimitive, [drawable('randint', key, shape)], { shape, low, high });
}

/**
 * 0 … n − 1 in random order, int32, [n].
 * @throws ArgumentError for an invalid key or length.
 * @example permutation(key(0), 8);
 */
export function permutation(key: Key, n: number): Tensor {
  return applyOne(permutationPrimitive, [drawable('permutation', key, [n])], { length: n });
}

/**
 * One class index per row of logits [..., n] (unnormalised log-probabilities): int32 [...]. It is the index
 * at which logits + Gumbel noise is largest. Float32 noise has 23 random bits: for classes with probabilities
 * below 1e-6, cast the logits to float64.
 * @throws ArgumentError for an invalid key, or if n is 0.
 * @example categorical(key(0), zeros([5, 3])); // [5]
 */
export function categorical(key: Key, weights: Tensor): Tensor {
  const logits = toTensor('categorical', weights);
  if (!logits.shape.at(-1)) {
    const got = lib.formatShape(logits.shape);
    throw new lib.ArgumentError(`categorical: wanted at least one class, got logits of shape ${got}`);
  }
  return argmax(add(gumbelOf('categorical', key, logits.shape, logits.dtype), logits));
}

/**
 * A mask of the given shape, true with probability p: a number, or a tensor that broadcasts to the shape. A
 * number may be as near to 0 or 1 as 2⁻⁵². A float32 tensor is met to 2⁻²³ only: cast it to float64 if that
 * is too coarse.
 * @throws ArgumentError for an invalid key, shape or probability.
 * @example bernoulli(key(0), 0.1, [256]);
 */
export function bernoulli(key: Key, p: Tensor | number, shape: lib.Shape): Tensor {
  if (typeof p === 'number' && !(p >= 0 && p <= 1)) {
    throw new lib.ArgumentError(`bernoulli: wanted a probability from 0 to 1, got ${p}`);
  }
  // Float32 has JAX's bits, which are too coarse for rare events.
  if (typeof p !== 'number') toTensor('bernoulli', p);
  const isRare = typeof p === 'number' && Math.min(p, 1 - p) < 2 ** -10;
  const dtype = typeof p === 'number' ? (isRare ? 'float64' : 'float32') : p.dtype;
  return less(uniformOf('bernoulli', key, shape, dtype, 0, 1), p);
}

/**
 * −1 or 1 with equal probability, for Hutchinson's estimator of a trace.
 * @throws ArgumentError for an invalid key or shape; DTypeError unless float32 or float64.
 * @example rademacher(key(0), [3]);
 */
export function rademacher(key: Key, shape: lib.Shape, options: CreateOptions = {}): Tensor {
  const { dtype } = lib.completeOptions('rademacher', { dtype: 'float32' }, options);
  lib.random.requireUniform('rademacher', dtype, 0, 1);
  const mask = less(uniformOf('rademacher', key, shape, 'float32', 0, 1), 0.5);
  return subtract(multiply(cast(mask, dtype), 2), 1);
}

/**
 * Standard Gumbel numbers, −log(−log u) of uniform u; float32 or float64.
 * @throws ArgumentError for an invalid key or shape; DTypeError for another dtype.
 * @example gumbel(key(0), [3]);
 */
export function gumbel(key: Key, shape: lib.Shape, options: CreateOptions = {}): Tensor {
  const { dtype } = lib.completeOptions('gumbel', { dtype: 'float32' }, options);
  return gumbelOf('gumbel', key, shape, dtype);
}

function gumbelOf(operation: string, key: Key, shape: lib.Shape, dtype: lib.DType): Tensor {
  const smallestNormal = dtype === 'float64' ? 2 ** -1022 : 2 ** -126; // log 0 is not finite
  return negate(log(negate(log(uniformOf(operation, key, shape, dtype, smallestNormal, 1)))));
}

function uniformOf(
  operation: string,
  key: Key,
  shape: lib.Shape,
  dtype: lib.DType,
  low: number,
  high: number,
): Tensor {
  lib.random.requireUniform(operation, dtype, low, high);
  return applyOne(uniformPrimitive, [drawable(operation, key, shape)], { shape, dtype, low, high });
}

/** The key, after a check of key and shape. An ArgumentError names the operation. */
function drawable(operation: string, key: Key, shape: lib.Shape): Key {
  lib.checkShape(operation, shape);
  return requireKey(operation, key);
}

/**
 * Declares a draw by its type and value for one key. Given keys [..., 2], the primitive draws from each and
 * puts the keys' axes in front. So it is its own batching rule, and each example of a batch has the numbers
 * of its own key.
 */
function draw<K extends DrawName>(
  name: K,
  rule: {
    readonly type: (params: PrimitiveParams[K]) => ArrayType;
    readonly evaluate: (keys: lib.NDArray, params: PrimitiveParams[K]) => lib.NDArray;
  },
): Primitive<K> {
  const primitive: Primitive<K> = definePrimitive<K>({
    name,
    shape: ([keys], params) => {
      const { shape, dtype } = rule.type(params);
      return [{ shape: lib.random.drawnShape(keys as ArrayType, shape), dtype }];
    },
    evaluate: ([keys], params) => {
      // While a function is written down, only keys that it does not get have values.
      if (isCompiling()) throw untracedKey();
      return [rule.evaluate(keys as lib.NDArray, params)];
    },
    forward: () => [null],
    reverse: null,
    batch: ([keys], _, __, params) => [applyOne(primitive, [keys as Tensor], params)],
  });
  return primitive;
}
