/** Makes the two numbers that the MeanFlow losses return from an error Δ per sample. */
import { stopGradient, type Tensor } from '../../autograd/index.ts';
import { type AdaptiveWeightOptions, adaptiveWeight } from './adaptive-weight.ts';
import { expectation, squaredNorm } from './squared-error.ts';

/**
 * The loss and its raw error, as `train` takes them. A type alias: only aliases are assignable to `Losses`,
 * which has an index signature.
 */
export type WeightedLoss = {
  /** mean(sg(ω)·‖Δ‖²), a scalar: the one to differentiate. */
  readonly loss: Tensor;
  /** mean(‖Δ‖²), a scalar and a constant: the one to watch, since the weighted loss can hide progress. */
  readonly rawError: Tensor;
};

/**
 * mean(sg(ω)·‖Δ‖²) and mean(‖Δ‖²), for Δ of shape [batch, ...event]. With quadrature weights, [batch],
 * weighted sums replace the means.
 */
export function weightedLoss(
  operation: string,
  delta: Tensor,
  weighting: AdaptiveWeightOptions,
  weights: Tensor | undefined,
): WeightedLoss {
  const squaredError = squaredNorm(delta);
  const omega = adaptiveWeight(squaredError, weighting);
  return {
    loss: expectation(operation, omega.multiply(squaredError), weights),
    rawError: stopGradient(expectation(operation, squaredError, weights)),
  };
}
