import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { toTensor } from '../core/plain.ts';
import type { Tensor } from '../core/tensor.ts';
import { linear } from './linear.ts';
import { stopGradient } from './stop-gradient.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    cast: { readonly dtype: lib.DType };
  }
}

const castPrimitive = linear('cast', {
  shape: (x, { dtype }) => ({ shape: x.shape, dtype }),
  evaluate: (x, { dtype }) => lib.cast(x, dtype),
  transpose: (w, _, input) => cast(w, input.dtype),
  batch: (x, { dtype }) => cast(x, dtype),
});

/**
 * The same values in another dtype, for any shape. Differentiable between float32 and float64; a constant if
 * either dtype is of integers or booleans.
 *
 * @example
 * cast(tensor([1, 0], { dtype: 'bool' }), 'float32');
 */
export function cast(source: Tensor, dtype: lib.DType): Tensor {
  const x = toTensor('cast', source);
  if (x.dtype === dtype) return x;
  const differentiable = lib.isFloating(x.dtype) && lib.isFloating(dtype);
  return applyOne(castPrimitive, [differentiable ? x : stopGradient(x)], { dtype });
}
