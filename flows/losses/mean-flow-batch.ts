/**
 * What the losses of an average velocity u(z, r, t) are given, in Geng et al.'s time: t = 1 is noise, t = 0
 * data.
 */
import { ArgumentError, DTypeError, type Tensor } from '../../autograd/index.ts';
import { required } from '../../lib/index.ts';
import { batchSize, checkValues, requireShape } from '../checks.ts';
import { interpolate } from '../interpolate.ts';
import { alignTime, requireTimeOf } from '../time.ts';

export interface MeanFlowBatch {
  /** x, [batch, ...event]. */
  readonly data: Tensor;
  /** e, standard normal, like the data. */
  readonly noise: Tensor;
  /** The earlier times, [batch, 1], r ≤ t (see `sampleTimes`). */
  readonly r: Tensor;
  /** The later times, [batch, 1]; t = 1 is noise. */
  readonly t: Tensor;
  /**
   * Quadrature weights, [batch]: the loss is then Σ weights·(error of a sample) instead of the mean over the
   * batch.
   */
  readonly weights?: Tensor;
}

export interface LabelledMeanFlowBatch extends MeanFlowBatch {
  /** Classes, int32 [batch], already dropped to the null class where wanted (see `dropLabels`). */
  readonly labels: Tensor;
}

/** A point of the path, and what holds there. */
export interface MeanFlowPoint {
  /** z_t, [batch, ...event]. */
  readonly z: Tensor;
  /** A velocity at z_t: conditional (e − x), marginal (E[e − x | z_t]) or guided; like z. */
  readonly v: Tensor;
  /** Times, [batch, 1]. */
  readonly r: Tensor;
  readonly t: Tensor;
}

/** What a batch must and may have, for `completeOptions`. */
export const meanFlowBatchDefaults = {
  data: required,
  noise: required,
  r: required,
  t: required,
  weights: undefined,
} as const;

/** A batch's points z_t = (1 − t)·x + t·e with their conditional velocities v_t = e − x. */
export function meanFlowPoint(
  operation: string,
  { data: x, noise: e, r, t }: Omit<MeanFlowBatch, 'weights'>,
): MeanFlowPoint {
  requireShape(operation, 'noise (like data)', e, x.shape);
  requireOrder(operation, ['r', 't'], [r, t], x);
  const time = alignTime(operation, t, x);
  const z = interpolate(x, e, time);
  return { z, v: e.subtract(x), r, t };
}

/** The labels, if they are one int32 for each sample. */
export function requireLabels(operation: string, labels: Tensor, data: Tensor): Tensor {
  requireShape(operation, 'labels', labels, [batchSize(operation, 'data', data)]);
  if (labels.dtype === 'int32') return labels;
  throw new DTypeError(`${operation}: wanted int32 labels, got ${labels.dtype}`);
}

/**
 * Throws for times that are no times of `x`, [batch, ...event], and where the first is the later one. The
 * latter is a check of values: it leaves nothing in a trace or on a tape, and inside a transform that hides
 * the values (vmap, makeGraph) there is none.
 */
export function requireOrder(
  operation: string,
  [a, b]: readonly [string, string],
  [earlier, later]: readonly [Tensor, Tensor],
  x: Tensor,
): void {
  requireTimeOf(operation, earlier, x);
  requireTimeOf(operation, later, x);
  checkValues([earlier, later], (first, second) => {
    const least = alignTime(operation, second, x)
      .subtract(alignTime(operation, first, x))
      .min()
      .item();
    if (!(least < 0)) return;
    throw new ArgumentError(
      `${operation}: wanted ${a} ≤ ${b}, got ${b} − ${a} = ${least}; are ${a} and ${b} swapped?`,
    );
  });
}
