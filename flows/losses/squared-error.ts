/**
 * The two steps from a difference of velocities to a loss: ‖·‖² per sample, then the mean over the batch.
 */
import { ArgumentError, type Tensor } from '../../autograd/index.ts';
import { batchSize, requireShape, requireTensor } from '../checks.ts';
import { eventAxes } from '../paths/gaussian-path.ts';

/** ‖Δ‖² of each sample, [batch]: the sum (not the mean) of squares over all axes of the event. */
export function squaredNorm(difference: Tensor): Tensor {
  requireTensor('squaredNorm', 'a difference', difference);
  return difference.square().sum({ axes: eventAxes(difference) });
}

/**
 * The mean over the batch, or, with quadrature weights [batch], Σ weights·values. Throws an ArgumentError for
 * the mean of nothing.
 */
export function expectation(operation: string, values: Tensor, weights: Tensor | undefined): Tensor {
  if (weights === undefined) {
    if (values.size > 0) return values.mean();
    throw new ArgumentError(`${operation}: wanted a batch of at least one sample, got an empty one`);
  }
  return requireShape(operation, 'weights', weights, [batchSize(operation, 'the batch', values)])
    .multiply(values)
    .sum();
}
