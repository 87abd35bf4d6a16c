/** Moments and norms, composed of sums. A root has a kink at 0; its derivative there is 0. */
import * as lib from '../../lib/index.ts';
import { toFloating } from '../core/plain.ts';
import type { Tensor, TensorLike } from '../core/tensor.ts';
import { abs, divide, multiply, sqrt, square, subtract } from './arithmetic.ts';
import { equal, greater, less, logicalAnd, logicalOr } from './comparisons.ts';
import {
  axesOf,
  largestOf,
  mean,
  type ReductionOptions,
  reductionDefaults,
  sum,
  withoutAxes,
} from './reductions.ts';
import { where } from './selection.ts';
import { stopGradient } from './stop-gradient.ts';

/** Which axes to reduce, and what to divide by. */
export interface VarianceOptions extends ReductionOptions {
  /** Subtracted from the count: 0 (the default) for the values' own variance, 1 for an unbiased estimate. */
  readonly correction?: number;
}

/**
 * The mean squared distance from the mean over the given axes. It takes two passes, so that a large mean
 * costs no digits.
 * @example variance(tensor([1, 2, 3, 4])).item(); // 1.25
 */
export function variance(x: TensorLike, options: VarianceOptions = {}): Tensor {
  const { deviations, axes, keepDims, divisor } = deviationsOf('variance', x, options);
  return divide(sum(square(deviations), { axes, keepDims }), divisor);
}

/**
 * The square root of the variance; its derivative is 0 where all values are equal.
 * @example standardDeviation(tensor([1, 3])).item(); // 1
 */
export function standardDeviation(x: TensorLike, options: VarianceOptions = {}): Tensor {
  const { deviations, axes, keepDims, divisor } = deviationsOf('standardDeviation', x, options);
  return rootOfMeanSquare('standardDeviation', deviations, { axes, keepDims }, divisor);
}

/** Which axes to reduce. */
export interface NormOptions extends ReductionOptions {
  /** 2 for the Euclidean norm (the default), 1 for the sum of magnitudes, Infinity for the largest. */
  readonly order?: 1 | 2 | typeof Number.POSITIVE_INFINITY;
}

/**
 * The length of the vectors along the given axes. At the zero vector, the Euclidean norm has derivative 0.
 * @throws ArgumentError for another order than 1, 2 or Infinity.
 * @example norm(tensor([3, 4])).item(); // 5
 */
export function norm(x: TensorLike, options: NormOptions = {}): Tensor {
  const { order, keepDims, ...named } = lib.completeOptions(
    'norm',
    { ...reductionDefaults, order: 2 },
    options,
  );
  const input = toFloating('norm', x);
  const reduction = { axes: axesOf('norm', named, input.rank), keepDims };
  if (order === 2) return rootOfMeanSquare('norm', input, reduction, 1);
  if (order === 1) return sum(abs(input), reduction);
  if (order === Number.POSITIVE_INFINITY) return largestOf('norm', abs(input), reduction);
  throw new lib.ArgumentError(`norm: wanted order 1, 2 or Infinity, got ${order}`);
}

function deviationsOf(operation: string, x: TensorLike, options: VarianceOptions) {
  const completed = lib.completeOptions(operation, { ...reductionDefaults, correction: 0 }, options);
  const input = toFloating(operation, x);
  const axes = axesOf(operation, completed, input.rank);
  const count = lib.sizeOf(axes.map((axis) => input.shape[axis] as number));
  const deviations = subtract(input, mean(input, { axes, keepDims: true }));
  return { deviations, axes, keepDims: completed.keepDims, divisor: count - completed.correction };
}

/** Squares of numbers between these have all their digits in the dtype, and their sums do not overflow. */
const ordinary = { float32: [1e-15, 1e14], float64: [1e-140, 1e140] } as const;

/**
 * √(Σx²/divisor). If the largest entry is not between the bounds, the entries are divided by it first. The
 * scale is a constant for derivatives: it cancels, whatever it is.
 */
function rootOfMeanSquare(
  operation: string,
  x: Tensor,
  { axes, keepDims }: { readonly axes: readonly number[]; readonly keepDims: boolean },
  divisor: number,
): Tensor {
  const root = (entries: Tensor, keep: boolean) =>
    rootOrZero(divide(sum(square(entries), { axes, keepDims: keep }), divisor));
  if (axes.some((axis) => x.shape[axis] === 0)) return root(x, keepDims);
  const largest = stopGradient(largestOf(operation, abs(x), { axes, keepDims: true }));
  const [low, high] = ordinary[x.dtype as keyof typeof ordinary];
  const isExtreme = logicalOr(
    logicalAnd(greater(largest, 0), less(largest, low)),
    logicalAnd(greater(largest, high), less(largest, Number.POSITIVE_INFINITY)),
  );
  const scale = where(isExtreme, largest, 1);
  return withoutAxes(multiply(root(divide(x, scale), true), scale), x.shape, axes, keepDims);
}

/** √x with derivative 0 at 0: the inner `where` keeps the root's ∞ out. */
function rootOrZero(x: Tensor): Tensor {
  const zero = equal(x, 0);
  return where(zero, 0, sqrt(where(zero, 1, x)));
}
