/** New keys from old ones. */
import { dtypeOf, flat, type NDArray, wrap } from '../array.ts';
import { ArgumentError, DTypeError, ShapeError } from '../errors.ts';
import { formatShape, sameShape } from '../shape.ts';
import { randomBlocks } from './bits.ts';
import { drawnShape, type Key, keyWords } from './key.ts';
import { type Block, threefry } from './threefry.ts';

/**
 * Makes `count` independent new keys of each key, [..., count, 2]. Do not use the old keys again.
 *
 * @throws ArgumentError if `keys` is no key, or `count` no number of keys.
 * @example
 * split(key(0)).shape; // [2, 2]
 */
export function split(keys: Key, count = 2): Key {
  const words = keyWords('split', keys);
  if (!Number.isInteger(count) || count < 0)
    throw new ArgumentError(`split: wanted a number of keys, got ${count}`);
  return wrap(randomBlocks(words, count), drawnShape(keys, [count, 2]));
}

/**
 * A new key from a key and an integer from 0 to 2³² − 1, such as the number of a training step.
 *
 * @param data - a number for all keys, or an array (int32 or uint32) with a number for each key. Its shape is
 * that of the keys without the last axis.
 * @throws ArgumentError if `keys` is no key or `data` no such integer; ShapeError or DTypeError for an array
 * of another shape or dtype.
 * @example foldIn(key(0), 7);
 */
export function foldIn(keys: Key, data: number | NDArray): Key {
  const words = keyWords('foldIn', keys);
  const result = new Uint32Array(words.length);
  const counters =
    typeof data === 'number' ? null : (flat(requireCounters(keys, data)) as Int32Array | Uint32Array);
  if (typeof data === 'number' && (!Number.isInteger(data) || data < 0 || data >= 2 ** 32)) {
    throw new ArgumentError(`foldIn: wanted an integer from 0 to 2^32 - 1, got ${data}`);
  }
  const block: Block = { first: 0, second: 0 };
  for (let i = 0; i < words.length; i += 2) {
    const counter = counters === null ? (data as number) : (counters[i / 2] as number);
    threefry(words[i] as number, words[i + 1] as number, 0, counter, block);
    result[i] = block.first;
    result[i + 1] = block.second;
  }
  return wrap(result, keys.shape);
}

function requireCounters(keys: Key, data: NDArray): NDArray {
  const dtype = dtypeOf(data);
  if (dtype !== 'int32' && dtype !== 'uint32') {
    throw new DTypeError(`foldIn: wanted int32 or uint32 numbers, got ${dtype}; cast them first`);
  }
  const wanted = keys.shape.slice(0, -1);
  if (sameShape(data.shape, wanted)) return data;
  throw new ShapeError(
    `foldIn: wanted a number for each key, ${formatShape(wanted)}, got shape ${formatShape(data.shape)}`,
  );
}
