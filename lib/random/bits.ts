/** Random bits, the source of all else. Element i encrypts the counter i (JAX's "partitionable" layout). */
import { type NDArray, wrap } from '../array.ts';
import { allocate } from '../dtype.ts';
import { simdPays } from '../elementwise/simd/index.ts';
import { checkShape, type Shape, sizeOf } from '../shape.ts';
import { drawnShape, type Key, keyWords } from './key.ts';
import { drawInPages } from './simd/index.ts';
import { type Block, threefry } from './threefry.ts';

/**
 * Uniform 32-bit words (uint32), [..., ...shape] from keys [..., 2].
 *
 * @throws ArgumentError if an argument is no key or no shape.
 * @example bits(key(0), [7]);
 */
export function bits(keys: Key, shape: Shape): NDArray {
  const words = keyWords('bits', keys);
  checkShape('bits', shape);
  return wrap(randomWords(words, sizeOf(shape)), drawnShape(keys, shape));
}

/**
 * Uniform 32-bit words of n keys, `count` of each, as [n, count]. Each is the exclusive or of the two words
 * of a block.
 *
 * @param keys - the words of the keys, [n, 2].
 * @param from - the counter of the first word, a whole number below 2⁵³.
 */
export function randomWords(keys: Uint32Array, count: number, from = 0): Uint32Array {
  const result = allocate((keys.length / 2) * count, 'uint32') as Uint32Array;
  if (simdPays(result.length)) {
    drawInPages('words', keys, count, from, ({ page }, at, length) => {
      result.set(page.words.subarray(0, length), at);
    });
  } else {
    forEachBlock(keys, count, from, (block, i) => {
      result[i] = block.first ^ block.second;
    });
  }
  return result;
}

/**
 * Both words of every block, as [n, count, 2]: the keys into which `split` splits each of n keys.
 *
 * @param keys - the words of the keys, [n, 2].
 * @param from - the counter of the first block, a whole number below 2⁵³.
 */
export function randomBlocks(keys: Uint32Array, count: number, from = 0): Uint32Array {
  const result = allocate(keys.length * count, 'uint32') as Uint32Array;
  if (simdPays(result.length)) {
    drawInPages('blocks', keys, count, from, ({ page }, at, length) => {
      result.set(page.words.subarray(0, 2 * length), 2 * at);
    });
  } else {
    forEachBlock(keys, count, from, (block, i) => {
      result[2 * i] = block.first;
      result[2 * i + 1] = block.second;
    });
  }
  return result;
}

/** Calls `visit` with the blocks of all keys, one after the other. The next call overwrites the block. */
export function forEachBlock(
  keys: Uint32Array,
  count: number,
  from: number,
  visit: (block: Block, index: number) => void,
): void {
  const block: Block = { first: 0, second: 0 };
  for (let key = 0; key < keys.length / 2; key++) {
    const [high, low] = [keys[2 * key] as number, keys[2 * key + 1] as number];
    for (let i = 0; i < count; i++) {
      const counter = from + i;
      threefry(high, low, Math.floor(counter / 2 ** 32), counter, block);
      visit(block, key * count + i);
    }
  }
}
