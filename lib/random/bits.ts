/** Random bits: the source of everything else. JAX's "partitionable" layout: element i encrypts the counter i. */
import { type NDArray, wrap } from '../array.ts';
import { checkShape, type Shape, sizeOf } from '../shape.ts';
import { type Key, requireKey } from './key.ts';
import { type Block, threefry } from './threefry.ts';

/** Uniform 32-bit words (uint32). @example bits(key(0), [7]) */
export function bits(key: Key, shape: Shape): NDArray {
  requireKey('bits', key);
  checkShape('bits', shape);
  return wrap(words(key, sizeOf(shape)), shape);
}

/** `count` uniform 32-bit words: the two of a block, combined by exclusive or. */
export function words(key: Key, count: number): Uint32Array {
  const result = new Uint32Array(count);
  forEachBlock(key, count, (block, i) => {
    result[i] = block.first ^ block.second;
  });
  return result;
}

/** Calls `visit` with the blocks 0 … count − 1 of a key; the block is good until the next call. */
export function forEachBlock(key: Key, count: number, visit: (block: Block, index: number) => void): void {
  const block: Block = { first: 0, second: 0 };
  const [high, low] = key.words;
  for (let i = 0; i < count; i++) {
    threefry(high, low, Math.floor(i / 2 ** 32), i, block);
    visit(block, i);
  }
}
