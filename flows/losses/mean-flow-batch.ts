/**
 * The batches of the losses of an average velocity u(z, r, t), in Geng et al.'s time: t = 1 is noise, t = 0
 * is data.
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
   * Quadrature weights, [batch]. The loss is then Σ weights·(error of a sample), not the mean over the batch.
   */
  readonly weights?: Tensor;
}

export interface LabelledMeanFlowBatch extends MeanFlowBatch {
  /** Classes, int32 [batch]. To drop some of them to the null class, call `dropLabels` first. */
  readonly labels: Tensor;
}

/** Points of the path with their velocities and times. */
export interface MeanFlowPoint {
  /** z_t, [batch, ...event]. */
  readonly z: Tensor;
  /** A velocity at z_t: conditional (e − x), marginal (E[e − x | z_t]) or guided; like z. */
  readonly v: Tensor;
  /** Times, [batch, 1]. */
  readonly r: Tensor;
  readonly t: Tensor;
}

/** The required and optional keys of a batch, for `completeOptions`. */
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

/** Returns the labels. Throws a ShapeError or DTypeError unless they are int32, one for each sample. */
export function requireLabels(operation: string, labels: Tensor, data: Tensor): Tensor {
  requireShape(operation, 'labels', labels, [batchSize(operation, 'data', data)]);
  if (labels.dtype === 'int32') return labels;
  throw new DTypeError(`${operation}: wanted int32 labels, got ${labels.dtype}`);
}

/**
 * Throws a ShapeError for times that do not fit `x`, [batch, ...event], and an ArgumentError if the first
 * time is the later one. The second check reads values. It leaves nothing in a trace or on a tape, and it
 * does nothing inside a transform that hides the values (vmap, makeGraph).
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
