/** Random integers and orders, exactly as JAX makes them. */
import { type NDArray, wrap } from '../array.ts';
import { allocate } from '../dtype.ts';
import { ArgumentError } from '../errors.ts';
import { checkShape, formatShape, type Shape, sizeOf } from '../shape.ts';
import { randomBlocks, randomWords } from './bits.ts';
import { drawnShape, type Key, keyWords } from './key.ts';

/**
 * Uniform integers (int32) from low to high − 1, [..., ...shape] from keys [..., 2].
 *
 * Two words w₁, w₂ make a 64-bit number. Its remainder modulo the span s is that of
 * (w₁ mod s)·(2³² mod s) + (w₂ mod s), so small spans are fair to one part in 2³². The arithmetic is modulo
 * 2³², and so spans above 2¹⁶ lose w₁. JAX does the same, and we want its numbers.
 *
 * @throws ArgumentError if an argument is no key, no shape or no range.
 * @example randint(key(0), [6], 0, 10);
 */
export function randint(keys: Key, shape: Shape, low: number, high: number): NDArray {
  const words = keyWords('randint', keys);
  checkShape('randint', shape);
  requireRange('randint', low, high);
  const size = sizeOf(shape);
  const data = allocate((words.length / 2) * size, 'int32') as Int32Array;
  for (let i = 0; i < words.length / 2; i++) {
    fillIntegers(data.subarray(i * size, (i + 1) * size), words.subarray(2 * i, 2 * i + 2), low, high - low);
  }
  return wrap(data, drawnShape(keys, shape));
}

/**
 * The integers 0 … n − 1 (int32) in random order, [..., n] from keys [..., 2]. We sort them by random words,
 * several times, because two words can be equal.
 *
 * @throws ArgumentError if an argument is no key or no length.
 * @example
 * permutation(key(0), 8); // 0 1 5 6 4 3 2 7
 */
export function permutation(keys: Key, n: number): NDArray {
  const words = keyWords('permutation', keys);
  checkShape('permutation', [n]);
  const data = allocate((words.length / 2) * n, 'int32') as Int32Array;
  for (let i = 0; i < words.length / 2; i++) data.set(orderOf(words.subarray(2 * i, 2 * i + 2), n), i * n);
  return wrap(data, drawnShape(keys, [n]));
}

/** Throws an ArgumentError unless low < high, and low, …, high − 1 are int32 numbers. */
export function requireRange(operation: string, low: number, high: number): void {
  const isRange = Number.isInteger(low) && Number.isInteger(high) && low < high;
  if (isRange && low >= -(2 ** 31) && high <= 2 ** 31 && high - low < 2 ** 32) return;
  throw new ArgumentError(`${operation}: wanted int32 numbers low < high, got ${formatShape([low, high])}`);
}

/** 2³² mod s, as JAX computes it. */
export function multiplierOf(span: number): number {
  return (Math.imul(2 ** 16 % span, 2 ** 16 % span) >>> 0) % span;
}

/** How often `permutation` sorts n numbers, so that words that are equal do not matter. */
export function sortingRounds(n: number): number {
  return Math.ceil((3 * Math.log(Math.max(1, n))) / Math.log(2 ** 32 - 1));
}

function fillIntegers(data: Int32Array, key: Uint32Array, low: number, span: number): void {
  const multiplier = multiplierOf(span);
  const children = randomBlocks(key, 2);
  const high = randomWords(children.subarray(0, 2), data.length);
  const rest = randomWords(children.subarray(2, 4), data.length);
  for (let i = 0; i < data.length; i++) {
    const reduced = Math.imul((high[i] as number) % span, multiplier) >>> 0;
    data[i] = low + (((reduced + ((rest[i] as number) % span)) >>> 0) % span);
  }
}

function orderOf(key: Uint32Array, n: number): Int32Array {
  const rounds = sortingRounds(n);
  let [next, order] = [key, Int32Array.from({ length: n }, (_, i) => i)];
  for (let round = 0; round < rounds; round++) {
    const children = randomBlocks(next, 2);
    const sortKeys = randomWords(children.subarray(2, 4), n);
    const places = Int32Array.from({ length: n }, (_, i) => i);
    places.sort((i, j) => (sortKeys[i] as number) - (sortKeys[j] as number) || i - j);
    order = places.map((place) => order[place] as number);
    next = children.subarray(0, 2);
  }
  return order;
}
