import type { Tensor } from '../../autograd/index.ts';
import { ArgumentError, formatShape, ShapeError } from '../../lib/index.ts';
import { requireTensor } from '../checks.ts';

export interface NegativeLogLikelihood {
  /** −mean(log p), in nats. */
  readonly nats: number;
  /** The standard error of `nats`: how far the mean would vary from one set of held-out points to another. */
  readonly standardError: number;
}

/**
 * The mean negative log-likelihood of held-out points under a model, with its standard error. Its expectation
 * is the data's entropy plus the Kullback–Leibler divergence KL(data ‖ model).
 *
 * @param logDensity log p(x) in nats, [n], n ≥ 2, as `logLikelihood` or `MarginalField.logDensity` gives them
 * @throws ShapeError for another shape, ArgumentError if one of them is not a number
 * @example const { nats } = negativeLogLikelihood(logLikelihood(velocity, heldOut).logDensity);
 */
export function negativeLogLikelihood(logDensity: Tensor): NegativeLogLikelihood {
  requireTensor('negativeLogLikelihood', 'log-densities', logDensity);
  if (logDensity.rank !== 1 || logDensity.size < 2) {
    throw new ShapeError(
      `negativeLogLikelihood: wanted log-densities of shape [n], n ≥ 2, got ${formatShape(logDensity.shape)}`,
    );
  }
  const values = Float64Array.from(logDensity.toTypedArray());
  if (values.some(Number.isNaN))
    throw new ArgumentError('negativeLogLikelihood: one of the log-densities is NaN');
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { nats: -mean, standardError: Math.sqrt(variance / values.length) };
}
