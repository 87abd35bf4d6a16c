/** Conditions, sometimes kept from the network, so that it learns to do without. */
import { ArgumentError, cast, full, random, type Tensor, where } from '../../autograd/index.ts';
import { DTypeError, isFloating } from '../../lib/index.ts';
import { batchSize } from '../checks.ts';

/**
 * Labels of which a share, chosen independently at random, is replaced by the null class ∅: int32, like
 * `labels`. A model trained so knows the unconditional velocity too, as u(z, r, t, ∅), which guidance needs.
 *
 * Source: Geng et al. 2025, appendix A (a share of 0.1).
 * @throws ArgumentError for a share outside [0, 1].
 * @example const dropped = dropLabels(random.key(0), labels, 0.1, 10); // ten classes, 0 to 9; 10 is the null class
 */
export function dropLabels(key: random.Key, labels: Tensor, share: number, nullClass: number): Tensor {
  checkShare('dropLabels', share);
  const dropped = random.bernoulli(key, share, labels.shape);
  // `where` chooses between floating-point numbers; float64 holds every int32.
  return cast(where(dropped, full([], nullClass, { dtype: 'float64' }), cast(labels, 'float64')), 'int32');
}

/**
 * Conditions [batch, ...] of which a share of the rows, chosen independently at random, is replaced by NaN:
 * no condition. A network with the option `conditions` has an embedding of its own for these, which it
 * learns, and so the unconditional velocity that guidance needs. It is what `dropLabels` does for classes.
 *
 * Source: Ho and Salimans 2022, "Classifier-Free Diffusion Guidance", algorithm 1.
 * @throws ArgumentError for a share outside [0, 1], DTypeError for conditions that are no floating-point
 * numbers.
 * @example const told = dropConditions(random.key(0), tensor([[0.2], [0.7]]), 0.1);
 */
export function dropConditions(key: random.Key, conditions: Tensor, share: number): Tensor {
  checkShare('dropConditions', share);
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
