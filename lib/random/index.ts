/** Random numbers from explicit keys; the same bits as JAX. */
export { bits } from './bits.ts';
export { lowestOfNormal, normal, requireUniform, type UniformOptions, uniform } from './distributions.ts';
export { permutation, randint, requireRange } from './integers.ts';
export { drawnShape, type Key, key } from './key.ts';
export { foldIn, split } from './split.ts';
