import type { NDArray } from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { toTensor } from '../core/plain.ts';
import { definePrimitive, none, type Primitive } from '../core/primitive.ts';
import type { ArrayType, Tensor, TensorLike } from '../core/tensor.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    stopGradient: None;
  }
}

// `reverse` is null, so derivative levels return the plain value. It is a primitive, not an unboxing, because
// vmap and tracing must still see it.
const stopGradientPrimitive: Primitive<'stopGradient'> = definePrimitive({
  name: 'stopGradient',
  shape: ([x]) => [x as ArrayType],
  evaluate: ([x]) => [x as NDArray],
  forward: () => [null],
  reverse: null,
  batch: ([x]) => [stopGradient(x as Tensor)],
});

/**
 * The same value, a constant for every derivative in progress, of both modes (the `sg` of the note's MeanFlow
 * loss). Any shape and dtype.
 *
 * @example
 * grad((x: Tensor) => x.multiply(stopGradient(x)))(tensor(3)).item(); // 3, not 6
 */
export function stopGradient(x: TensorLike): Tensor {
  return applyOne(stopGradientPrimitive, [toTensor('stopGradient', x)], none);
}
