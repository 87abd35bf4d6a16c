/** Reductions that leave NaN out. The derivative at an entry that is left out is 0. */
import { completeOptions } from '../../lib/index.ts';
import { toFloating } from '../core/plain.ts';
import type { Tensor, TensorLike } from '../core/tensor.ts';
import { divide, square, subtract } from '../operations/arithmetic.ts';
import { cast } from '../operations/cast.ts';
import { equal, greater } from '../operations/comparisons.ts';
import { axesOf, max, min, type ReductionOptions, reductionDefaults, sum } from '../operations/reductions.ts';
import { where } from '../operations/selection.ts';
import type { VarianceOptions } from '../operations/statistics.ts';
import { isMissing } from './elementwise.ts';
import { all } from './masks.ts';

/** The sum of the entries that are not NaN. @example nanSum(tensor([1, NaN, 2])).item(); // 3 */
export function nanSum(x: TensorLike, options: ReductionOptions = {}): Tensor {
  const { input, reduction } = reductionOf('nanSum', x, options);
  return sumOf(input, reduction);
}

/**
 * The mean of the entries that are not NaN; NaN if there are none.
 * @example nanMean(tensor([1, NaN, 3])).item(); // 2
 */
export function nanMean(x: TensorLike, options: ReductionOptions = {}): Tensor {
  const { input, reduction } = reductionOf('nanMean', x, options);
  return meanOf(input, reduction);
}

/**
 * The variance of the entries that are not NaN; NaN if there are no more than the correction.
 * @example nanVariance(tensor([1, NaN, 3])).item(); // 1
 */
export function nanVariance(x: TensorLike, options: VarianceOptions = {}): Tensor {
  const { input, reduction, correction } = reductionOf('nanVariance', x, options);
  const deviations = subtract(input, meanOf(input, { ...reduction, keepDims: true }));
  // What is left out must not reach the square, whose derivative there would be NaN.
  const squares = square(where(isMissing(input), 0, deviations));
  const divisor = subtract(countOf(input, reduction), correction);
  return divide(sum(squares, reduction), where(greater(divisor, 0), divisor, Number.NaN));
}

/**
 * The largest entry that is not NaN; NaN if there is none.
 * @throws ArgumentError if one of the axes has length 0.
 * @example nanMax(tensor([1, NaN])).item(); // 1
 */
export function nanMax(x: TensorLike, options: ReductionOptions = {}): Tensor {
  const { input, reduction } = reductionOf('nanMax', x, options);
  const missing = isMissing(input);
  const found = max(where(missing, Number.NEGATIVE_INFINITY, input), reduction);
  return where(all(missing, reduction), Number.NaN, found);
}

/**
 * The smallest entry that is not NaN; NaN if there is none.
 * @throws ArgumentError if one of the axes has length 0.
 * @example nanMin(tensor([1, NaN])).item(); // 1
 */
export function nanMin(x: TensorLike, options: ReductionOptions = {}): Tensor {
  const { input, reduction } = reductionOf('nanMin', x, options);
  const missing = isMissing(input);
  const found = min(where(missing, Number.POSITIVE_INFINITY, input), reduction);
  return where(all(missing, reduction), Number.NaN, found);
}

interface Reduction {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** The input and the options, checked in the name of the operation that the user called. */
function reductionOf(operation: string, x: TensorLike, options: VarianceOptions) {
  const defaults = { ...reductionDefaults, correction: 0 };
  const { correction, keepDims, ...named } = completeOptions(operation, defaults, options);
  const input = toFloating(operation, x);
  return { input, reduction: { axes: axesOf(operation, named, input.rank), keepDims }, correction };
}

function sumOf(x: Tensor, reduction: Reduction): Tensor {
  return sum(where(isMissing(x), 0, x), reduction);
}

function meanOf(x: Tensor, reduction: Reduction): Tensor {
  return divide(sumOf(x, reduction), countOf(x, reduction));
}

function countOf(x: Tensor, reduction: Reduction): Tensor {
  return sum(cast(equal(x, x), x.dtype), reduction);
}
