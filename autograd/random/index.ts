/**
 * Random tensors from explicit keys. The same key always gives the same numbers, on every machine; split it
 * to get others. The generator is Threefry-2x32 in JAX's layout: keys, bits and uniform numbers equal JAX's.
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
