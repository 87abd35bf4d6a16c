/** Random integers and orders, exactly as JAX makes them. */
import { type NDArray, wrap } from '../array.ts';
import { ArgumentError } from '../errors.ts';
import { checkShape, formatShape, type Shape, sizeOf } from '../shape.ts';
import { words } from './bits.ts';
import { type Key, requireKey, split } from './key.ts';

/**
 * Integers (int32) uniform on low, …, high − 1.
 *
 * Two words w₁, w₂ make a 64-bit number, reduced modulo the span: (w₁ mod s)·(2³² mod s) + (w₂ mod s), so that small spans
 * are fair to one part in 2³². Arithmetic is modulo 2³², where spans above 2¹⁶ lose w₁: as in JAX, to have its numbers.
 *
 * @example
 * randint(key(0), [6], 0, 10);
 */
export function randint(key: Key, shape: Shape, low: number, high: number): NDArray {
  requireKey('randint', key);
  checkShape('randint', shape);
  const isRange = Number.isInteger(low) && Number.isInteger(high) && low < high;
  if (!isRange || low < -(2 ** 31) || high > 2 ** 31 || high - low >= 2 ** 32) {
    throw new ArgumentError(`randint: wanted int32 numbers low < high, got ${formatShape([low, high])}`);
  }
  const span = high - low;
  const multiplier = (Math.imul(2 ** 16 % span, 2 ** 16 % span) >>> 0) % span;
  const [highKey, lowKey] = split(key);
  const size = sizeOf(shape);
  const [highWords, lowWords] = [words(highKey, size), words(lowKey, size)];
  const data = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    const high = Math.imul((highWords[i] as number) % span, multiplier) >>> 0;
    const sum = (high + ((lowWords[i] as number) % span)) >>> 0;
    data[i] = low + (sum % span);
  }
  return wrap(data, shape);
}

/**
 * The integers 0 … n − 1 (int32) in random order: sorted by random words, several times, because words can be equal.
 *
 * @example
 * permutation(key(0), 8); // 0 1 5 6 4 3 2 7
 */
export function permutation(key: Key, n: number): NDArray {
  requireKey('permutation', key);
  checkShape('permutation', [n]);
  const rounds = Math.ceil((3 * Math.log(Math.max(1, n))) / Math.log(2 ** 32 - 1));
  let [next, order] = [key, Int32Array.from({ length: n }, (_, i) => i)];
  for (let round = 0; round < rounds; round++) {
    const [rest, roundKey] = split(next);
    const sortKeys = words(roundKey, n);
    const places = Int32Array.from({ length: n }, (_, i) => i);
    places.sort((i, j) => (sortKeys[i] as number) - (sortKeys[j] as number) || i - j);
    order = places.map((place) => order[place] as number);
    next = rest;
  }
  return wrap(order, [n]);
}
