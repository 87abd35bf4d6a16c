/** Random numbers from explicit keys; the same bits as JAX. */
export { bits } from './bits.ts';
export { bernoulli, categorical, gumbel, normal, rademacher, type UniformOptions, uniform } from './distributions.ts';
export { permutation, randint } from './integers.ts';
export { foldIn, Key, key, keyData, split } from './key.ts';
