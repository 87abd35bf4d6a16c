/** Random numbers from explicit keys; the same bits as JAX. */
export { bits, randomBlocks, randomWords } from './bits.ts';
export {
  lowestOfNormal,
  normal,
  requireUniform,
  type UniformOptions,
  uniform,
  uniformNumbers,
} from './distributions.ts';
export { permutation, randint, requireRange } from './integers.ts';
export { drawnShape, type Key, key, keyWords } from './key.ts';
export { foldIn, split } from './split.ts';
