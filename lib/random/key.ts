/** Keys: what takes the place of a hidden state. A key is used once; whoever needs more splits it. */
import { ArgumentError } from '../errors.ts';
import { type Block, threefry } from './threefry.ts';

/** An opaque, immutable key of 64 bits. */
export class Key {
  readonly #high: number;
  readonly #low: number;

  /** Not for users: keys come from `key`, `split` and `foldIn`. */
  constructor(high: number, low: number) {
    this.#high = high >>> 0;
    this.#low = low >>> 0;
    Object.freeze(this);
  }

  /** The two 32-bit words. */
  get words(): readonly [high: number, low: number] {
    return [this.#high, this.#low];
  }

  toString(): string {
    return `Key(${this.#high}, ${this.#low})`;
  }
}

/** The key of a seed, an integer from 0 to 2⁵³ − 1 (from −2³¹ for the sake of JAX, where −1 is 2³² − 1). @example key(0) */
export function key(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < -(2 ** 31)) {
    throw new ArgumentError(`key: wanted an integer seed from 0 to 2^53 - 1, got ${seed}`);
  }
  return new Key(seed < 0 ? 0 : Math.floor(seed / 2 ** 32), seed);
}

/** The key's two 32-bit words, as JAX's `key_data`. */
export function keyData(key: Key): readonly [high: number, low: number] {
  requireKey('keyData', key);
  return key.words;
}

/**
 * `count` new keys, independent of each other; the old one should not be used again.
 *
 * @example
 * const [noiseKey, timeKey] = split(key(0));
 */
export function split(key: Key, count?: 2): readonly [Key, Key];
export function split(key: Key, count: number): readonly Key[];
export function split(key: Key, count = 2): readonly Key[] {
  requireKey('split', key);
  if (!Number.isInteger(count) || count < 0) throw new ArgumentError(`split: wanted a number of keys, got ${count}`);
  return Array.from({ length: count }, (_, i) => encrypt(key, i));
}

/** A new key from a key and an integer from 0 to 2³² − 1, such as the number of a training step. */
export function foldIn(key: Key, data: number): Key {
  requireKey('foldIn', key);
  if (!Number.isInteger(data) || data < 0 || data >= 2 ** 32) {
    throw new ArgumentError(`foldIn: wanted an integer from 0 to 2^32 - 1, got ${data}`);
  }
  return encrypt(key, data);
}

export function requireKey(operation: string, key: Key): void {
  if (key instanceof Key) return;
  throw new ArgumentError(`${operation}: wanted a key first, such as key(0), got ${String(key)}`);
}

function encrypt(key: Key, counter: number): Key {
  const block: Block = { first: 0, second: 0 };
  const [high, low] = key.words;
  threefry(high, low, 0, counter, block);
  return new Key(block.first, block.second);
}
