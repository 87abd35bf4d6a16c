/** Keys take the place of a hidden state. Use a key only once; if you need more keys, split it. */
import { dtypeOf, flat, type NDArray, wrap } from '../array.ts';
import { ArgumentError, describe } from '../errors.ts';
import { formatShape, requireList, type Shape } from '../shape.ts';

/**
 * A key is an array of two 32-bit words: uint32, [2]. Many keys are one array, [..., 2]. A function that
 * draws from a key also draws from many keys, each by itself; the axes of the keys then come first in its
 * result.
 */
export type Key = NDArray;

/**
 * The key of a seed, an integer from 0 to 2⁵³ − 1. Seeds from −2³¹ to −1 also work, as in JAX: −1 is 2³² − 1.
 *
 * @throws ArgumentError for another seed.
 * @example key(0);
 */
export function key(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < -(2 ** 31)) {
    throw new ArgumentError(`key: wanted an integer seed from 0 to 2^53 - 1, got ${seed}`);
  }
  return wrap(Uint32Array.of(Math.max(0, Math.floor(seed / 2 ** 32)), seed), [2]);
}

/** The words of keys [..., 2], one key after the other. Throws an ArgumentError if `keys` is no key. */
export function keyWords(operation: string, keys: Key): Uint32Array {
  if (Array.isArray(keys?.shape) && keys.data instanceof Uint32Array && keys.shape.at(-1) === 2) {
    return flat(keys) as Uint32Array;
  }
  const got =
    Array.isArray(keys?.shape) && keys.data
      ? `${dtypeOf(keys)} of shape ${formatShape(keys.shape)}`
      : describe(keys);
  throw new ArgumentError(`${operation}: wanted a key first, such as key(0), got ${got}`);
}

/** The shape of the result of a draw from `keys`, if one key alone draws `shape`. */
export function drawnShape(keys: { readonly shape: Shape }, shape: Shape): Shape {
  requireList('drawnShape', keys?.shape);
  requireList('drawnShape', shape);
  return [...keys.shape.slice(0, -1), ...shape];
}
