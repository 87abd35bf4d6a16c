import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { toFloating } from '../core/plain.ts';
import type { Primitive } from '../core/primitive.ts';
import type { Tensor, TensorLike } from '../core/tensor.ts';
import { linear } from './linear.ts';
import { flip } from './rearranging.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    cumulativeSum: { readonly axis: number };
  }
}

const cumulativeSumPrimitive: Primitive<'cumulativeSum'> = linear('cumulativeSum', {
  shape: (x) => x,
  evaluate: (x, { axis }) => lib.cumulativeSum(x, axis),
  // Entry i is a term of the partial sums i, i + 1, …, so the transpose sums from the other end.
  transpose: (w, { axis }) => flip(cumulativeSum(flip(w, axis), { axis }), axis),
  batch: (x, { axis }) => cumulativeSum(x, { axis: axis + 1 }),
});

/**
 * The partial sums along an axis (by default the last): x's shape, float32 or float64.
 * @example cumulativeSum(tensor([1, 2, 3])); // [1, 3, 6]
 */
export function cumulativeSum(x: TensorLike, options: { readonly axis?: number } = {}): Tensor {
  const { axis } = lib.completeOptions('cumulativeSum', { axis: -1 }, options);
  const input = toFloating('cumulativeSum', x);
  return applyOne(cumulativeSumPrimitive, [input], {
    axis: lib.normalizeAxis('cumulativeSum', axis, input.rank),
  });
}
