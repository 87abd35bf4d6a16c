import { ArgumentError, type Tensor } from '../../autograd/index.ts';
import { completeOptions, describe, type Shape, sizeOf } from '../../lib/index.ts';
import { requireTensor } from '../checks.ts';

export interface BitsPerDimensionOptions {
  /**
   * The width of a value's bin in the units of x; by default 1. Images of 256 levels have 1/256 if they are
   * scaled to [0, 1], and 2/256 for [−1, 1]. Dequantise x first: add uniform noise of that width.
   */
  readonly binWidth?: number;
}

/**
 * The number of bits that a coder needs for each number of x: −log₂(p(x)·binWidth^d)/d, where d is the size
 * of an event. Takes log p(x) in nats, [batch] or []; the result is like it.
 *
 * Source: Theis et al. 2016, "A note on the evaluation of generative models".
 * @throws ArgumentError for an event without numbers, or a width that is not positive.
 * @example bitsPerDimension(logDensity, [8, 8], { binWidth: 1 / 17 });
 */
export function bitsPerDimension(
  logDensity: Tensor,
  event: Shape,
  options: BitsPerDimensionOptions = {},
): Tensor {
  const { binWidth } = completeOptions('bitsPerDimension', { binWidth: 1 }, options);
  requireTensor('bitsPerDimension', 'log-densities', logDensity);
  if (!Array.isArray(event)) {
    throw new ArgumentError(
      `bitsPerDimension: wanted the shape of an event, such as [8, 8], got ${describe(event)}`,
    );
  }
  const dimensions = sizeOf(event);
  if (!(dimensions >= 1)) throw new ArgumentError('bitsPerDimension: wanted an event of at least one number');
  if (!(binWidth > 0 && Number.isFinite(binWidth))) {
    throw new ArgumentError(`bitsPerDimension: wanted a positive binWidth, got ${binWidth}`);
  }
  return logDensity.divide(-dimensions * Math.LN2).subtract(Math.log2(binWidth));
}
