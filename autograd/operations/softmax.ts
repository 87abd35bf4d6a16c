import * as lib from '../../lib/index.ts';
import { toFloating, toTensor } from '../core/plain.ts';
import type { Tensor, TensorLike } from '../core/tensor.ts';
import { add } from './addition.ts';
import { abs, divide, subtract } from './arithmetic.ts';
import { broadcastTo } from './broadcasting.ts';
import { equal } from './comparisons.ts';
import { exp, log } from './exponential.ts';
import { max, type ReductionOptions, reduction, sum, withoutAxes } from './reductions.ts';
import { where } from './selection.ts';
import { stopGradient } from './stop-gradient.ts';

/** The axis along which a softmax is taken; by default the last. */
export interface SoftmaxOptions {
  readonly axis?: number;
}

/**
 * eˣ / Σ eˣ along an axis, stable for every x. Where the largest x is infinite, the entries equal to it share
 * the 1, with derivative 0. It has no rule of its own: the derivative is that of the composition, in which
 * the largest x is a constant (`stopGradient`).
 * @example softmax(tensor([0, 0])); // [0.5, 0.5]
 */
export function softmax(x: TensorLike, options: SoftmaxOptions = {}): Tensor {
  const { axis } = lib.completeOptions('softmax', { axis: -1 }, options);
  const input = toFloating('softmax', x);
  const axes = [lib.normalizeAxis('softmax', axis, input.rank)];
  const { weights } = scaledExponentials(input, axes);
  return divide(weights, sum(weights, { axes, keepDims: true }));
}

/**
 * log(eˣ / Σ eˣ) along an axis (by default the last), stable for every x. Where the largest x is infinite, it
 * is the logarithm of what `softmax` gives.
 * @example logSoftmax(tensor([0, 0])); // [-0.69314718, -0.69314718]
 */
export function logSoftmax(x: TensorLike, options: SoftmaxOptions = {}): Tensor {
  const { axis } = lib.completeOptions('logSoftmax', { axis: -1 }, options);
  const input = toFloating('logSoftmax', x);
  const axes = [lib.normalizeAxis('logSoftmax', axis, input.rank)];
  // Subtract the largest first: beside a large x, the logarithm of the sum would round away.
  const { shifted, weights } = scaledExponentials(input, axes);
  return subtract(shifted, log(sum(weights, { axes, keepDims: true })));
}

/**
 * log Σ eˣ over the given axes, stable for every x. Where the largest x is infinite, so is the result, with
 * derivative 0. It is −∞ if there are no entries.
 * @example logSumExp(tensor([1000, 1000])).item(); // 1000.6931
 */
export function logSumExp(x: TensorLike, options: ReductionOptions = {}): Tensor {
  const { input, axes, keepDims } = reduction('logSumExp', x, options);
  const { largest, weights } = scaledExponentials(input, axes);
  const result = add(largest, log(sum(weights, { axes, keepDims: true })));
  return withoutAxes(result, input.shape, axes, keepDims);
}

/** m, the largest x along the axes, as a constant; x − m, with ∞ − ∞ taken as 0; and eˣ⁻ᵐ. */
function scaledExponentials(x: Tensor, axes: readonly number[]) {
  const largest = stopGradient(largestOrLowest(x, axes));
  const infinite = where(equal(abs(largest), Number.POSITIVE_INFINITY), largest, Number.NaN);
  const shifted = where(equal(x, infinite), 0, subtract(x, largest));
  return { largest, shifted, weights: exp(shifted) };
}

/** The largest x along the axes; −∞ if there is none. */
function largestOrLowest(x: Tensor, axes: readonly number[]): Tensor {
  if (axes.every((axis) => x.shape[axis] !== 0)) return max(x, { axes, keepDims: true });
  const lowest = toTensor('softmax', Number.NEGATIVE_INFINITY, x.dtype);
  return broadcastTo(lowest, lib.reducedShape(x.shape, axes, true));
}
