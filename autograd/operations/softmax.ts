import * as lib from '../../lib/index.ts';
import { toFloating } from '../core/plain.ts';
import type { Tensor, TensorLike } from '../core/tensor.ts';
import { add } from './addition.ts';
import { abs, divide, subtract } from './arithmetic.ts';
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
 * log(eˣ / Σ eˣ) along an axis (by default the last), stable for every finite x.
 * @example logSoftmax(tensor([0, 0])); // [-0.69314718, -0.69314718]
 */
export function logSoftmax(x: TensorLike, options: SoftmaxOptions = {}): Tensor {
  const { axis } = lib.completeOptions('logSoftmax', { axis: -1 }, options);
  const input = toFloating('logSoftmax', x);
  return subtract(input, logSumExp(input, { axes: axis, keepDims: true }));
}

/**
 * log Σ eˣ over the given axes, stable for every x. Where the largest x is infinite, so is the result, with
 * derivative 0.
 * @example logSumExp(tensor([1000, 1000])).item(); // 1000.6931
 */
export function logSumExp(x: TensorLike, options: ReductionOptions = {}): Tensor {
  const { input, axes, keepDims } = reduction('logSumExp', x, options);
  const { largest, weights } = scaledExponentials(input, axes);
  const result = add(largest, log(sum(weights, { axes, keepDims: true })));
  return withoutAxes(result, input.shape, axes, keepDims);
}

/** m, the largest x along the axes, as a constant; and eˣ⁻ᵐ, with ∞ − ∞ taken as 0. */
function scaledExponentials(x: Tensor, axes: readonly number[]) {
  const largest = stopGradient(max(x, { axes, keepDims: true }));
  const infinite = where(equal(abs(largest), Number.POSITIVE_INFINITY), largest, Number.NaN);
  return { largest, weights: exp(where(equal(x, infinite), 0, subtract(x, largest))) };
}
