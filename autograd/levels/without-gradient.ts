/** Evaluating a function as a constant: a level under which no older derivative records anything. */
import type { Tensor } from '../core/tensor.ts';
import { stopGradient } from '../operations/stop-gradient.ts';
import type { TensorTree } from '../trees.ts';
import { WrappingLevel, wrapping } from './wrapping.ts';

/**
 * The same function, whose result is a constant for every derivative in progress. As `stopGradient` of its
 * result, but nothing of what it computes from its arguments is recorded: not even what depends on parameters
 * that it brings along. Derivatives within the function work as ever.
 *
 * @example
 * const target = withoutGradient(u)(z, t, t); // costs one evaluation of u, and no memory on the tape
 */
export function withoutGradient<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
): (...args: A) => TensorTree<R> {
  return wrapping('withoutGradient', () => new ConstantLevel(), fn);
}

class ConstantLevel extends WrappingLevel {
  readonly name = 'withoutGradient';

  override unwrap(x: Tensor): Tensor {
    return stopGradient(super.unwrap(x));
  }
}
