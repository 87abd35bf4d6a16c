/** What the losses of a flow map are given, in flow matching's time: t = 0 is noise, t = 1 data. */
import type { Tensor } from '../../autograd/index.ts';
import { requireOptions } from '../../lib/index.ts';
import { requireShape } from '../checks.ts';
import { alignTime } from '../time.ts';

export interface StraightPair {
  /** Standard normal noise, [batch, ...event]. */
  readonly x0: Tensor;
  /** Data, like x0. */
  readonly x1: Tensor;
  /** Quadrature weights, [batch]: the loss is then Σ weights·(error of a sample) instead of the mean over the batch. */
  readonly weights?: Tensor;
}

/** Throws for a batch with other names than those of a pair and the further ones, or with points of different shapes. */
export function checkPair(operation: string, batch: StraightPair, further: readonly string[]): void {
  requireOptions(operation, batch, ['x0', 'x1', 'weights', ...further]);
  requireShape(operation, 'x0 (like x1)', batch.x0, batch.x1.shape);
}

/** I_t = (1 − t)·x₀ + t·x₁, like x₁. */
export function interpolant(operation: string, { x0, x1 }: StraightPair, t: Tensor): Tensor {
  const time = alignTime(operation, t, x1);
  return time.negate().add(1).multiply(x0).add(time.multiply(x1));
}
