import { ArgumentError, cast, full, random, type Tensor, where } from '../../autograd/index.ts';

/**
 * Labels of which a share, chosen independently at random, is replaced by the null class ∅: int32, like `labels`.
 * A model trained so knows the unconditional velocity too, as u(z, r, t, ∅), which guidance needs.
 *
 * Source: Geng et al. 2025, appendix A (a share of 0.1).
 * @example const dropped = dropLabels(random.key(0), labels, 0.1, 10); // ten classes, 0 to 9; 10 is the null class
 */
export function dropLabels(key: random.Key, labels: Tensor, share: number, nullClass: number): Tensor {
  if (!(share >= 0 && share <= 1)) throw new ArgumentError(`dropLabels: wanted 0 ≤ share ≤ 1, got ${share}`);
  const dropped = random.bernoulli(key, share, labels.shape);
  // `where` chooses between floating-point numbers; float64 holds every int32.
  return cast(where(dropped, full([], nullClass, { dtype: 'float64' }), cast(labels, 'float64')), 'int32');
}
