/**
 * Random tensors from explicit keys: the same key gives the same numbers, everywhere and always; for other numbers, split it.
 * Threefry-2x32 with JAX's layout: keys, bits and uniforms are JAX's own.
 */
import * as lib from '../lib/index.ts';
import { plain } from './core/plain.ts';
import type { Tensor } from './core/tensor.ts';
import type { CreateOptions } from './create.ts';

/** What random numbers are made from: opaque, immutable, and used once. */
export type Key = lib.Key;

/** A key from a whole number. @example const root = key(0); */
export function key(seed: number): Key {
  return lib.random.key(seed);
}

/** Independent keys from one, by default two. @example const [first, second] = split(key(0)); */
export function split(key: Key, count?: 2): readonly [Key, Key];
export function split(key: Key, count: 3): readonly [Key, Key, Key];
export function split(key: Key, count: 4): readonly [Key, Key, Key, Key];
export function split(key: Key, count: 5): readonly [Key, Key, Key, Key, Key];
export function split(key: Key, count: 6): readonly [Key, Key, Key, Key, Key, Key];
export function split(key: Key, count: number): readonly Key[];
export function split(key: Key, count = 2): readonly Key[] {
  return lib.random.split(key, count);
}

/** A key from a key and a whole number, such as a step. @example foldIn(key(0), step); */
export function foldIn(key: Key, data: number): Key {
  return lib.random.foldIn(key, data);
}

export interface UniformOptions extends CreateOptions {
  /** The lower end, included; by default 0. */
  readonly low?: number;
  /** The upper end, excluded; by default 1. */
  readonly high?: number;
}

/** Uniform numbers in [low, high). @example uniform(key(0), [2, 3], { low: -1, high: 1 }); */
export function uniform(key: Key, shape: lib.Shape, options: UniformOptions = {}): Tensor {
  const { dtype, low, high } = lib.completeOptions('random.uniform', { dtype: 'float32', low: 0, high: 1 }, options);
  return plain(lib.random.uniform(key, shape, dtype, { low, high }));
}

/** Standard normal numbers. @example normal(key(0), [2, 3], { dtype: 'float64' }); */
export function normal(key: Key, shape: lib.Shape, options: CreateOptions = {}): Tensor {
  const { dtype } = lib.completeOptions('random.normal', { dtype: 'float32' }, options);
  return plain(lib.random.normal(key, shape, dtype));
}

/** Whole numbers from low to high − 1, int32. @example randint(key(0), [4], 0, 10); */
export function randint(key: Key, shape: lib.Shape, low: number, high: number): Tensor {
  return plain(lib.random.randint(key, shape, low, high));
}

/** 0 … n − 1 in random order, int32, [n]. @example permutation(key(0), 8); */
export function permutation(key: Key, n: number): Tensor {
  return plain(lib.random.permutation(key, n));
}

/** One index per row of unnormalised log-probabilities [..., n], int32. @example categorical(key(0), zeros([5, 3])); */
export function categorical(key: Key, logits: Tensor): Tensor {
  return plain(lib.random.categorical(key, logits.plainArray('random.categorical')));
}

/** A mask that is true with probability p. @example bernoulli(key(0), 0.1, [256]); */
export function bernoulli(key: Key, p: number, shape: lib.Shape): Tensor {
  return plain(lib.random.bernoulli(key, shape, p));
}

/** −1 or 1 with equal probability. @example rademacher(key(0), [3]); */
export function rademacher(key: Key, shape: lib.Shape, options: CreateOptions = {}): Tensor {
  const { dtype } = lib.completeOptions('random.rademacher', { dtype: 'float32' }, options);
  return plain(lib.random.rademacher(key, shape, dtype));
}
