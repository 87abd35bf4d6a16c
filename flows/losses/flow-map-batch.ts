/** The batches of the losses of a flow map, in flow matching's time: t = 0 is noise, t = 1 data. */
import type { Tensor } from '../../autograd/index.ts';
import { required } from '../../lib/index.ts';
import { requireShape, requireTensor } from '../checks.ts';
import { interpolate } from '../interpolate.ts';
import { alignTime } from '../time.ts';

export interface StraightPair {
  /** Standard normal noise, [batch, ...event]. */
  readonly x0: Tensor;
  /** Data, like x0. */
  readonly x1: Tensor;
  /**
   * Quadrature weights, [batch]. The loss is then Σ weights·(error of a sample), not the mean over the batch.
   */
  readonly weights?: Tensor;
}

/** The required and optional keys of a pair, for `completeOptions`. */
export const straightPairDefaults = { x0: required, x1: required, weights: undefined } as const;

type Ends = Pick<StraightPair, 'x0' | 'x1'>;

/** Throws a ShapeError for a pair of points of different shapes. */
export function requirePair(operation: string, { x0, x1 }: Ends): void {
  requireTensor(operation, 'x1', x1);
  requireShape(operation, 'x0 (like x1)', x0, x1.shape);
}

/** I_t = (1 − t)·x₀ + t·x₁, like x₁. */
export function interpolant(operation: string, { x0, x1 }: Ends, t: Tensor): Tensor {
  const time = alignTime(operation, t, x1);
  return interpolate(x0, x1, time);
}
