import { clip, mapTree } from '../../autograd/index.ts';
import { ArgumentError } from '../../lib/index.ts';

/**
 * The gradients with each number brought into [−largest, largest]. It changes the direction of a step, unlike
 * `clipByGlobalNorm`, and one huge number does not make all others small.
 *
 * @returns a tree with the structure, shapes and dtypes of the gradients
 * @throws ArgumentError unless largest > 0
 * @example const clipped = clipByValue(gradients, 0.5);
 */
export function clipByValue<G>(gradients: G, largest: number): G {
  if (!(largest > 0)) throw new ArgumentError(`clipByValue: wanted a bound above 0, got ${largest}`);
  return mapTree((g) => clip(g, -largest, largest), gradients) as G;
}
