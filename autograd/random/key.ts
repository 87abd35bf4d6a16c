/** Keys are tensors: they can be arguments, be traced, batched by `vmap` and carried by `scan`. */
import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { plain } from '../core/plain.ts';
import { definePrimitive, type None, none, type Primitive } from '../core/primitive.ts';
import { type ArrayType, Tensor } from '../core/tensor.ts';
import { cast } from '../operations/cast.ts';
import { batchAll } from '../operations/operands.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    randomSplit: { readonly count: number };
    randomFoldIn: None;
  }
}

/**
 * What random numbers are made from: two 32-bit words, uint32 [2]. Use a key once, and split it if you need
 * more. Many keys are one tensor [n, 2], which `vmap` and `scan` take apart.
 */
export type Key = Tensor;

// It also takes keys with axes in front, [..., 2], so the primitive is its own batching rule.
const splitPrimitive: Primitive<'randomSplit'> = definePrimitive({
  name: 'randomSplit',
  shape: ([key], { count }) => [
    { shape: lib.random.drawnShape(key as ArrayType, [count, 2]), dtype: 'uint32' },
  ],
  evaluate: ([key], { count }) => [lib.random.split(key as lib.NDArray, count)],
  forward: () => [null],
  reverse: null,
  batch: ([key], _, __, params) => [applyOne(splitPrimitive, [key as Tensor], params)],
});

const foldInPrimitive: Primitive<'randomFoldIn'> = definePrimitive({
  name: 'randomFoldIn',
  shape: ([key]) => [{ shape: (key as ArrayType).shape, dtype: 'uint32' }],
  evaluate: ([key, data]) => [lib.random.foldIn(key as lib.NDArray, data as lib.NDArray)],
  forward: () => [null],
  reverse: null,
  batch: (inputs, batched, size) => [applyOne(foldInPrimitive, batchAll(inputs, batched, size), none)],
});

/**
 * A key from a whole number.
 * @throws ArgumentError unless the seed is an integer from 0 to 2⁵³ − 1 (or from −2³¹ on, as in JAX).
 * @example const root = key(0);
 */
export function key(seed: number): Key {
  return plain(lib.random.key(seed));
}

/**
 * Independent keys, by default two, made from one. Do not use the old key again.
 * @throws ArgumentError for an invalid key or number of keys.
 * @example const [first, second] = split(key(0));
 */
export function split(key: Key, count?: 2): readonly [Key, Key];
export function split(key: Key, count: 3): readonly [Key, Key, Key];
export function split(key: Key, count: 4): readonly [Key, Key, Key, Key];
export function split(key: Key, count: 5): readonly [Key, Key, Key, Key, Key];
export function split(key: Key, count: 6): readonly [Key, Key, Key, Key, Key, Key];
export function split(key: Key, count: number): readonly Key[];
export function split(key: Key, count = 2): readonly Key[] {
  const root = requireSplit('split', key, count);
  // Key i is the key with i folded in, as in JAX's layout. This is cheaper than slices of `keys`.
  return Array.from({ length: count }, (_, i) => foldInOne(root, i));
}

/**
 * The keys that `split` gives, as one tensor [count, 2] (what JAX's `split` returns): a key for each example
 * of a batch.
 * @throws ArgumentError for an invalid key or number of keys.
 * @example vmap((k: Key) => normal(k, [3]))(keys(key(0), 8)); // [8, 3]
 */
export function keys(key: Key, count: number): Tensor {
  return applyOne(splitPrimitive, [requireSplit('keys', key, count)], { count });
}

/**
 * A new key from a key and data, such as the number of a step: an integer from 0 to 2³² − 1, or an int32 or
 * uint32 scalar tensor.
 * @throws ArgumentError for an invalid key or number; DTypeError or ShapeError for another tensor.
 * @example foldIn(key(0), step);
 */
export function foldIn(key: Key, data: Tensor | number): Key {
  const root = requireKey('foldIn', key);
  if (!(data instanceof Tensor)) {
    if (!Number.isInteger(data) || data < 0 || data >= 2 ** 32) {
      throw new lib.ArgumentError(`foldIn: wanted an integer from 0 to 2^32 - 1, got ${lib.describe(data)}`);
    }
    return foldInOne(root, data);
  }
  if (data.dtype !== 'int32' && data.dtype !== 'uint32') {
    throw new lib.DTypeError(`foldIn: wanted an int32 or uint32 number, got ${data.dtype}; cast it first`);
  }
  if (data.rank !== 0) {
    throw new lib.ShapeError(
      `foldIn: wanted one number, got shape ${lib.formatShape(data.shape)}; to fold in many, use vmap`,
    );
  }
  return applyOne(foldInPrimitive, [root, cast(data, 'uint32')], none);
}

/** The key, if it is a tensor uint32 [2]. Otherwise an ArgumentError says what to pass instead. */
export function requireKey(operation: string, key: Key): Key {
  if (!(key instanceof Tensor) || key.dtype !== 'uint32' || key.shape.at(-1) !== 2) {
    const got =
      key instanceof Tensor ? `${key.dtype} of shape ${lib.formatShape(key.shape)}` : lib.describe(key);
    throw new lib.ArgumentError(`${operation}: wanted a key first, such as random.key(0), got ${got}`);
  }
  if (key.rank === 1) return key;
  throw new lib.ArgumentError(
    `${operation}: wanted one key, of shape [2], got ${lib.formatShape(key.shape)}; ` +
      `to draw from each of many keys, use vmap((key) => ${operation}(key, …))(keys)`,
  );
}

function foldInOne(root: Key, data: number): Key {
  return applyOne(foldInPrimitive, [root, plain(lib.wrap(Uint32Array.of(data), []))], none);
}

function requireSplit(operation: string, key: Key, count: number): Key {
  const root = requireKey(operation, key);
  if (!Number.isInteger(count) || count < 0 || count >= 2 ** 32) {
    throw new lib.ArgumentError(`${operation}: wanted a number of keys, got ${lib.describe(count)}`);
  }
  return root;
}
