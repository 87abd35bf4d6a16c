/** Continuous conditions, sometimes kept from the network, so that it learns to do without. */
import { ArgumentError, full, random, type Tensor, where } from '../../autograd/index.ts';
import { DTypeError, isFloating } from '../../lib/index.ts';
import { batchSize } from '../checks.ts';

/**
 * Conditions [batch, ...] of which a share of the rows, chosen independently at random, is replaced by NaN: no condition. A network with
 * the option `conditions` has an embedding of its own for these, which it learns, and so the unconditional velocity that guidance needs.
 * It is what `dropLabels` does for classes.
 *
 * Source: Ho and Salimans 2022, "Classifier-Free Diffusion Guidance", algorithm 1.
 * @throws ArgumentError for a share outside [0, 1], DTypeError for conditions that are no floating-point numbers.
 * @example const told = dropConditions(random.key(0), tensor([[0.2], [0.7]]), 0.1);
 */
export function dropConditions(key: random.Key, conditions: Tensor, share: number): Tensor {
  if (!(share >= 0 && share <= 1)) throw new ArgumentError(`dropConditions: wanted 0 ≤ share ≤ 1, got ${share}`);
  const { dtype, shape } = conditions;
  if (!isFloating(dtype)) {
    throw new DTypeError(`dropConditions: wanted floating-point conditions, got ${dtype}; dropLabels is for classes`);
  }
  const batch = batchSize('dropConditions', 'conditions', conditions);
  const dropped = random.bernoulli(key, share, [batch, ...shape.slice(1).map(() => 1)]);
  return where(dropped, full([], Number.NaN, { dtype }), conditions);
}
