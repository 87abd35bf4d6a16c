/** How large a gradient is, and keeping it from being larger. */
import { mapTree, multiply, type Tensor, treeLeaves } from '../../autograd/index.ts';
import { ArgumentError, flat } from '../../lib/index.ts';

/**
 * √Σg² over all numbers of a tree, in float64, whatever their dtype: it cannot overflow before they do.
 * @example const norm = globalNorm(gradients);
 */
export function globalNorm(gradients: unknown): number {
  let sum = 0;
  for (const leaf of treeLeaves(gradients)) {
    for (const value of flat((leaf as Tensor).plainArray('globalNorm'))) sum += value * value;
  }
  return Math.sqrt(sum);
}

/**
 * The gradients, scaled down to a global norm of `largest` if theirs is larger: the direction stays, and no step is wild.
 *
 * Source: Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural networks", algorithm 1.
 *
 * @throws ArgumentError unless largest > 0
 * @example const clipped = clipByGlobalNorm(gradients, 1);
 */
export function clipByGlobalNorm<G>(gradients: G, largest: number, norm = globalNorm(gradients)): G {
  if (!(largest > 0)) throw new ArgumentError(`clipByGlobalNorm: wanted a norm above 0, got ${largest}`);
  if (norm <= largest) return gradients;
  return mapTree((g) => multiply(g, largest / norm), gradients) as G;
}
