/** Drops some conditions in training, so that the network also learns the unconditional velocity. */
import { ArgumentError, cast, full, random, type Tensor, where } from '../../autograd/index.ts';
import { DTypeError, isFloating } from '../../lib/index.ts';
import { batchSize, requireTensor } from '../checks.ts';

/**
 * Replaces each label by the null class ∅ with probability `share`. Returns int32 of the shape of `labels`. A
 * model that trains on the result learns the unconditional velocity too, as u(z, r, t, ∅). Guidance needs it.
 *
 * Source: Geng et al. 2025, appendix A (a share of 0.1).
 * @throws ArgumentError for a share outside [0, 1].
 * @example const dropped = dropLabels(random.key(0), labels, 0.1, 10); // ten classes, 0 to 9; 10 is the null class
 */
export function dropLabels(key: random.Key, labels: Tensor, share: number, nullClass: number): Tensor {
  checkShare('dropLabels', share);
  requireTensor('dropLabels', 'labels', labels);
  const dropped = random.bernoulli(key, share, labels.shape);
  // `where` chooses between floating-point numbers; float64 holds every int32.
  return cast(where(dropped, full([], nullClass, { dtype: 'float64' }), cast(labels, 'float64')), 'int32');
}

/**
 * Replaces each row of the conditions, [batch, ...], by NaN with probability `share`; NaN means no condition.
 * A network with the option `conditions` learns an embedding for such rows. So it learns the unconditional
 * velocity, which guidance needs. `dropLabels` does the same for classes.
 *
 * Source: Ho and Salimans 2022, "Classifier-Free Diffusion Guidance", algorithm 1.
 * @throws ArgumentError for a share outside [0, 1], DTypeError for conditions that are no floating-point
 * numbers.
 * @example const told = dropConditions(random.key(0), tensor([[0.2], [0.7]]), 0.1);
 */
export function dropConditions(key: random.Key, conditions: Tensor, share: number): Tensor {
  checkShare('dropConditions', share);
  requireTensor('dropConditions', 'conditions', conditions);
  const { dtype, shape } = conditions;
  if (!isFloating(dtype)) {
    throw new DTypeError(
      `dropConditions: wanted floating-point conditions, got ${dtype}; dropLabels is for classes`,
    );
  }
  const batch = batchSize('dropConditions', 'conditions', conditions);
  const dropped = random.bernoulli(key, share, [batch, ...shape.slice(1).map(() => 1)]);
  return where(dropped, full([], Number.NaN, { dtype }), conditions);
}

function checkShare(operation: string, share: number): void {
  if (!(share >= 0 && share <= 1))
    throw new ArgumentError(`${operation}: wanted 0 ≤ share ≤ 1, got ${share}`);
}
