/** How large a gradient is, and keeping it from being larger. */
import {
  cast,
  divide,
  mapTree,
  maximum,
  multiply,
  type Tensor,
  treeLeaves,
  zeros,
} from '../../autograd/index.ts';
import { ArgumentError } from '../../lib/index.ts';

/**
 * √Σg² over all numbers of a tree, a float64 scalar, whatever their dtype: it cannot overflow before they do.
 * @example const norm = globalNorm(gradients).item();
 */
export function globalNorm(gradients: unknown): Tensor {
  const squares = treeLeaves(
    mapTree((g) => cast(g, 'float64').square().sum(), gradients),
  ) as readonly Tensor[];
  const [first = zeros([], { dtype: 'float64' }), ...others] = squares;
  return others.reduce((total, square) => total.add(square), first).sqrt();
}

/**
 * The gradients, scaled down to a global norm of `largest` if theirs is larger: the direction stays, and no
 * step is wild. A gradient that is not too long is multiplied by 1, and keeps its bits.
 *
 * Source: Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural networks",
 * algorithm 1.
 *
 * @param norm the gradients' norm, where it is known already; a scalar
 * @throws ArgumentError unless largest > 0
 * @example const clipped = clipByGlobalNorm(gradients, 1);
 */
export function clipByGlobalNorm<G>(gradients: G, largest: number, norm: Tensor = globalNorm(gradients)): G {
  if (!(largest > 0)) throw new ArgumentError(`clipByGlobalNorm: wanted a norm above 0, got ${largest}`);
  if (largest === Number.POSITIVE_INFINITY) return gradients;
  const scale = divide(largest, maximum(norm, largest));
  return mapTree((g) => multiply(g, cast(scale, g.dtype)), gradients) as G;
}
