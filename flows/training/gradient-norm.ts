/** The global norm of a gradient, and clipping to a largest norm. */
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
 * √Σg² over all numbers of a tree, as a float64 scalar [], whatever their dtypes. The squares are taken in
 * float64, where the square of a float32 number cannot overflow.
 *
 * @throws ArgumentError for a leaf that is neither tensor nor number
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
 * The gradients, scaled down to a global norm of `largest` if their norm is larger. Clipping limits the
 * length of a step and keeps its direction. A gradient that is short enough is multiplied by 1, which keeps
 * its bits.
 *
 * Source: Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural networks",
 * algorithm 1.
 *
 * @param norm the gradients' global norm, a scalar []; a caller who knows it saves its computation
 * @returns a tree with the structure, shapes and dtypes of the gradients
 * @throws ArgumentError unless largest > 0
 * @example const clipped = clipByGlobalNorm(gradients, 1);
 */
export function clipByGlobalNorm<G>(gradients: G, largest: number, norm: Tensor = globalNorm(gradients)): G {
  if (!(largest > 0)) throw new ArgumentError(`clipByGlobalNorm: wanted a norm above 0, got ${largest}`);
  if (largest === Number.POSITIVE_INFINITY) return gradients;
  const scale = divide(largest, maximum(norm, largest));
  return mapTree((g) => multiply(g, cast(scale, g.dtype)), gradients) as G;
}
