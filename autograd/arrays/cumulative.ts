/** Partial combinations along an axis, other than sums. */
import { completeOptions, normalizeAxis } from '../../lib/index.ts';
import { toFloating } from '../core/plain.ts';
import type { Tensor, TensorLike } from '../core/tensor.ts';
import { associativeScan } from '../derivatives/associative-scan.ts';
import { maximum, minimum, multiply } from '../operations/arithmetic.ts';
import { logAddExp } from '../operations/exponential.ts';
import type { AxisOptions } from '../operations/ordering.ts';
import { moveAxis } from '../operations/reshaping.ts';

/**
 * The partial products along an axis (by default the last).
 * @example cumulativeProduct(tensor([1, 2, 3])); // [1, 2, 6]
 */
export function cumulativeProduct(x: TensorLike, options: AxisOptions = {}): Tensor {
  return cumulative('cumulativeProduct', multiply, x, options);
}

/**
 * The largest entry so far along an axis (by default the last).
 * @example cumulativeMax(tensor([1, 3, 2])); // [1, 3, 3]
 */
export function cumulativeMax(x: TensorLike, options: AxisOptions = {}): Tensor {
  return cumulative('cumulativeMax', maximum, x, options);
}

/**
 * The smallest entry so far along an axis (by default the last).
 * @example cumulativeMin(tensor([2, 1, 3])); // [2, 1, 1]
 */
export function cumulativeMin(x: TensorLike, options: AxisOptions = {}): Tensor {
  return cumulative('cumulativeMin', minimum, x, options);
}

/**
 * The logarithm of the partial sums of eˣ along an axis (by default the last), without overflow.
 * @example cumulativeLogSumExp(tensor([0, 0])); // [0, 0.6931472]
 */
export function cumulativeLogSumExp(x: TensorLike, options: AxisOptions = {}): Tensor {
  return cumulative('cumulativeLogSumExp', logAddExp, x, options);
}

function cumulative(
  operation: string,
  combine: (a: Tensor, b: Tensor) => Tensor,
  x: TensorLike,
  options: AxisOptions,
): Tensor {
  const { axis } = completeOptions(operation, { axis: -1 }, options);
  const input = toFloating(operation, x);
  const place = normalizeAxis(operation, axis, input.rank);
  return moveAxis(associativeScan(combine, moveAxis(input, place, 0)) as Tensor, 0, place);
}
