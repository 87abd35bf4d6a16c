import { completeOptions, requireFunction } from '../../lib/index.ts';
import type { Tensor } from '../core/tensor.ts';
import { add } from '../operations/addition.ts';
import { subtract } from '../operations/arithmetic.ts';
import { mapLeaves, type TensorTree } from '../trees.ts';
import { type IterationOptions, requireIteration, rootOf, settle } from './implicit-root.ts';

/**
 * x with fn(x) = x, reached by x ← fn(x) from `initial`. x is a tensor or a tree. It is differentiable, in
 * both modes and to any order, with respect to the tensors from outside that fn uses, by the implicit
 * function theorem: ẋ = (I − f_x)⁻¹·f_θ·θ̇. No step is stored, and `initial` has no derivative.
 *
 * The derivatives make the Jacobian: n² numbers for n unknowns; `implicitRoot` takes another solver. If x
 * does not settle, an ArgumentError says so; in a batch or a compiled function x is then NaN.
 *
 * @throws ArgumentError also if I − f_x is singular or the structures differ; ShapeError if the types do;
 * DTypeError unless x is floating-point; LevelError if fn looks at a value.
 * @example fixedPoint((x: Tensor) => cos(x), tensor(1)); // 0.739085
 */
export function fixedPoint<X>(
  fn: (x: TensorTree<X>) => X | TensorTree<X>,
  initial: X,
  options: IterationOptions = {},
): TensorTree<X> {
  requireFunction('fixedPoint', fn);
  const ends = requireIteration(
    'fixedPoint',
    completeOptions('fixedPoint', { tolerance: undefined, maxSteps: 1000 }, options),
  );
  const residual = (x: TensorTree<X>) =>
    mapLeaves('fixedPoint', (a, b) => subtract(b, a), x, fn(x)) as TensorTree<X>;
  return rootOf('fixedPoint', residual, initial, () => ({
    find: (equation, x) => settle('fixedPoint', (y: Tensor) => add(y, equation(y)), x, ends),
  }));
}
