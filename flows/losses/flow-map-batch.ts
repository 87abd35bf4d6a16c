/** What the losses of a flow map are given, in flow matching's time: t = 0 is noise, t = 1 data. */
import type { Tensor } from '../../autograd/index.ts';
import { required } from '../../lib/index.ts';
import { requireShape } from '../checks.ts';
import { interpolate } from '../interpolate.ts';
import { alignTime } from '../time.ts';

export interface StraightPair {
  /** Standard normal noise, [batch, ...event]. */
  readonly x0: Tensor;
  /** Data, like x0. */
  readonly x1: Tensor;
  /**
   * Quadrature weights, [batch]: the loss is then Σ weights·(error of a sample) instead of the mean over the
   * batch.
   */
  readonly weights?: Tensor;
}

/** What a pair must and may have, for `completeOptions`. */
export const straightPairDefaults = { x0: required, x1: required, weights: undefined } as const;

type Ends = Pick<StraightPair, 'x0' | 'x1'>;

/** Throws for a pair of points of different shapes. */
export function requirePair(operation: string, { x0, x1 }: Ends): void {
  requireShape(operation, 'x0 (like x1)', x0, x1.shape);
}

/** I_t = (1 − t)·x₀ + t·x₁, like x₁. */
export function interpolant(operation: string, { x0, x1 }: Ends, t: Tensor): Tensor {
  const time = alignTime(operation, t, x1);
  return interpolate(x0, x1, time);
}
