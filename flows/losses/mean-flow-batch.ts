/**
 * The batches of the losses of an average velocity u(z, r, t), in Geng et al.'s time: t = 1 is noise, t = 0
 * is data.
 */
import { ArgumentError, DTypeError, type Tensor } from '../../autograd/index.ts';
import { describe, required } from '../../lib/index.ts';
import { batchSize, checkValues, requireShape, requireTensor, requireTensors } from '../checks.ts';
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
  /**
   * How many samples at the start of the batch have r = t. There (t − r)·du/dt = 0, so MeanFlow's losses
   * spend no derivative on them. By default 0: the losses take the derivative at all samples, and r may be t
   * anywhere. See `sampleTimes` with `instantsFirst`.
   */
  readonly instantCount?: number;
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
  instantCount: 0,
} as const;

/** A batch's points z_t = (1 − t)·x + t·e with their conditional velocities v_t = e − x. */
export function meanFlowPoint(
  operation: string,
  batch: Omit<MeanFlowBatch, 'weights' | 'instantCount'>,
): MeanFlowPoint {
  requireTensors(operation, ['data', 'noise', 'r', 't'], batch);
  const { data: x, noise: e, r, t } = batch;
  requireShape(operation, 'noise (like data)', e, x.shape);
  requireOrder(operation, ['r', 't'], [r, t], x);
  const time = alignTime(operation, t, x);
  const z = interpolate(x, e, time);
  return { z, v: e.subtract(x), r, t };
}

/**
 * The points `from` to `to` of a batch, in two parts: the first `count`, where r = t is one tensor, and the
 * rest. A part without points is left out, unless the batch has none.
 * @throws ArgumentError for a count that is not from 0 to the batch size, or if one of the first has r ≠ t.
 */
export function splitInstants(operation: string, point: MeanFlowPoint, count: number) {
  const size = batchSize(operation, 'data', point.z);
  if (typeof count !== 'number') {
    throw new ArgumentError(
      `${operation}: wanted instantCount as a number, got ${describe(count)}; it is no value to trace or to ` +
        'differentiate: let the function find it outside its arguments, or make it a static one',
    );
  }
  if (!(Number.isInteger(count) && count >= 0 && count <= size)) {
    throw new ArgumentError(`${operation}: wanted instantCount from 0 to ${size}, got ${count}`);
  }
  if (count === 0) return [{ ...point, from: 0, to: size }];
  const part = (from: number, to: number) => {
    const [z, v, r, t] = [point.z, point.v, point.r, point.t].map((x) => rowsOf(x, from, to)) as Tuple4;
    return { z, v, r, t, from, to };
  };
  const instants = part(0, count);
  checkValues([instants.r, instants.t], (r, t) => {
    const widest = t.subtract(r).max().item();
    if (widest === 0) return;
    throw new ArgumentError(
      `${operation}: wanted r = t in the first ${count} samples (instantCount), got t − r up to ${widest}; ` +
        'see sampleTimes with instantsFirst',
    );
  });
  const rest = count < size ? [part(count, size)] : [];
  return [{ ...instants, r: instants.t }, ...rest];
}

type Tuple4 = [Tensor, Tensor, Tensor, Tensor];

/** The samples `from` to `to` of x, [batch, ...event]; x itself if that is all of them. */
export function rowsOf(x: Tensor, from: number, to: number): Tensor {
  return from === 0 && to === x.shape[0] ? x : x.slice([[from, to]]);
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
  requireTensor(operation, a, earlier);
  requireTensor(operation, b, later);
  requireTimeOf(operation, earlier, x);
  requireTimeOf(operation, later, x);
  if (later.size === 0) return;
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
