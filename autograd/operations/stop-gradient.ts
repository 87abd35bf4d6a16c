import type { NDArray } from '../../lib/index.ts';
import { elementwise, none } from '../core/declare.ts';
import { toTensor } from '../core/operands.ts';
import { applyOne } from '../core/primitive.ts';
import type { ArrayType, Tensor, TensorLike } from '../core/tensor.ts';

// Being flat, it gets neither tangent nor tape entry from any derivative level, and a level boxes no value without one.
// Levels that do not differentiate (batching, tracing) pass it through: so it is a primitive, and not an unboxing.
const stopGradientPrimitive = elementwise(
  'stopGradient',
  ([x]) => x as NDArray,
  [0],
  (_, [x]) => x as ArrayType,
);

/**
 * The same value, a constant for every derivative in progress, of both modes (the `sg` of the note's MeanFlow loss).
 * Any shape and dtype.
 *
 * @example
 * grad((x: Tensor) => x.multiply(stopGradient(x)))(tensor(3)).item(); // 3, not 6
 */
export function stopGradient(x: TensorLike): Tensor {
  return applyOne(stopGradientPrimitive, [toTensor('stopGradient', x)], none);
}
