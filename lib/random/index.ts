/** Random numbers from explicit keys; the same bits as JAX. */
export { bits, randomBlocks, randomWords } from './bits.ts';
export {
  bernoulli,
  categorical,
  gumbel,
  normal,
  normalNumbers,
  rademacher,
  type UniformOptions,
  uniform,
  uniformNumbers,
} from './distributions.ts';
export { permutation, randint } from './integers.ts';
export { foldIn, Key, key, keyData, split } from './key.ts';
