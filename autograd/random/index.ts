/**
 * Random tensors from explicit keys: the same key gives the same numbers, everywhere and always; for other
 * numbers, split it. Threefry-2x32 with JAX's layout: keys, bits and uniform numbers are JAX's own.
 */
export {
  bernoulli,
  bits,
  categorical,
  gumbel,
  normal,
  permutation,
  rademacher,
  randint,
  type UniformOptions,
  uniform,
} from './draws.ts';
export { foldIn, type Key, key, keys, split } from './key.ts';
