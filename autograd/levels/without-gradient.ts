/** Evaluates a function as a constant: under this level, no older derivative records anything. */
import type { Tensor } from '../core/tensor.ts';
import { stopGradient } from '../operations/stop-gradient.ts';
import type { Tensors, TensorTree } from '../trees.ts';
import { WrappingLevel, wrapping } from './wrapping.ts';

/**
 * The same function, with a result that is a constant for every derivative in progress. `stopGradient` of the
 * result has the same effect, but only after a tape has recorded the whole computation. Here the tape records
 * no operation that depends on a tensor among the arguments, even if the operation also uses parameters that
 * the function closes over. Derivatives inside the function work as usual.
 *
 * @example
 * const target = withoutGradient(u)(z, t, t); // costs one evaluation of u, and no memory on the tape
 */
export function withoutGradient<A extends readonly unknown[] = Tensors, R = unknown>(
  fn: (...args: A) => R,
): (...args: A) => TensorTree<R> {
  return wrapping('withoutGradient', () => new ConstantLevel(), fn);
}

class ConstantLevel extends WrappingLevel {
  readonly name = 'withoutGradient';

  override primalOf(x: Tensor): Tensor {
    return stopGradient(super.primalOf(x));
  }
}
