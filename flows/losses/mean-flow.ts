/** The MeanFlow loss, line by line as in the note's training algorithm. */
import { ArgumentError, concatenate, jvp, stopGradient, type Tensor } from '../../autograd/index.ts';
import { completeOptions, requireFunction } from '../../lib/index.ts';
import { requireShape, requireTensors } from '../checks.ts';
import {
  type AverageVelocity,
  alignTime,
  type ConditionalAverageVelocity,
  requireAverageVelocity,
} from '../time.ts';
import { type AdaptiveWeightOptions, adaptiveWeightDefaults } from './adaptive-weight.ts';
import { type Guidance, guidedVelocity } from './guidance.ts';
import {
  type LabelledMeanFlowBatch,
  type MeanFlowBatch,
  type MeanFlowPoint,
  meanFlowBatchDefaults,
  meanFlowPoint,
  requireLabels,
  rowsOf,
  splitInstants,
} from './mean-flow-batch.ts';
import { type WeightedLoss, weightedLoss } from './weighted-loss.ts';

/** γ (or p = 1 − γ) and c of the adaptive weight: ω = 1/(‖Δ‖² + c)^p. */
export type MeanFlowOptions = AdaptiveWeightOptions;

export interface GuidedMeanFlowOptions extends MeanFlowOptions {
  /** Classifier-free guidance to build into the model; by default none. */
  readonly guidance?: Guidance;
}

/** The loss to differentiate and the raw error to watch. */
export type MeanFlowLoss = WeightedLoss;

/**
 * The MeanFlow loss of an average velocity u(z, r, t), in Geng et al.'s time (t = 1 is noise, t = 0 data):
 *
 * z = (1 − t)·x + t·e,  v = e − x,  (u, du/dt) = jvp(u, (z, r, t), (v, 0, 1)),
 * Δ = u − sg(v − (t − r)·du/dt),  loss = mean over the batch of sg(ω)·‖Δ‖².
 *
 * ‖Δ‖² is the sum of squares over the event, per sample; `adaptiveWeight` gives ω. With guidance, the guided
 * velocity replaces v, as target and as tangent. With labels, u gets them as its fourth argument. Cost: about
 * four times that of u, and one u more for guidance (two with κ).
 *
 * Source: the note, "Training Algorithm", "Adaptive Weight Loss" and "CFG Training"; Geng et al. 2025,
 * algorithm 1.
 * @throws ShapeError for shapes that differ, DTypeError for labels that are not int32, ArgumentError for
 * guidance without labels or where r > t (r and t swapped?).
 * @example const { loss, rawError } = meanFlowLoss(u, { data, noise, r, t }, { gamma: 0.5, c: 1e-3 });
 */
export function meanFlowLoss(
  u: ConditionalAverageVelocity,
  batch: LabelledMeanFlowBatch,
  options?: GuidedMeanFlowOptions,
): MeanFlowLoss;
export function meanFlowLoss(
  u: AverageVelocity,
  batch: MeanFlowBatch,
  options?: MeanFlowOptions,
): MeanFlowLoss;
export function meanFlowLoss(
  u: ConditionalAverageVelocity,
  batch: MeanFlowBatch & { readonly labels?: Tensor },
  options: GuidedMeanFlowOptions = {},
): MeanFlowLoss {
  const { guidance, ...weighting } = completeOptions(
    'meanFlowLoss',
    { ...adaptiveWeightDefaults, guidance: undefined },
    options,
  );
  const parts = guidedParts('meanFlowLoss', u, batch, guidance);
  const errors = parts.map(({ fn, point }) => meanFlowError(fn, point));
  return weightedLoss('meanFlowLoss', concatenate(errors), weighting, batch.weights);
}

/**
 * Δ = u − sg(u_tgt) with u_tgt = v − (t − r)·du/dt, like z: how far u is from the MeanFlow identity at given
 * points. For the enclosing gradient, the jvp's tangent is a constant. That is the stop-gradient, and the
 * tape does not record what it would discard. If `r` and `t` are the same tensor, u_tgt is v: no derivative.
 *
 * Source: the note, "Loss 函数"; Geng et al. 2025, equations 9 to 11.
 * @example const delta = meanFlowError(u, { z, v: velocity(z, t), r, t });
 */
export function meanFlowError(fn: AverageVelocity, point: MeanFlowPoint): Tensor {
  requireFunction('meanFlowError', fn);
  requireTensors('meanFlowError', ['z', 'v', 'r', 't'], point);
  const { z, v, r, t } = point;
  const checked = (u: Tensor) => requireShape('meanFlowError', 'an average velocity', u, z.shape);
  if (r === t) return checked(fn(z, t, t)).subtract(stopGradient(v));
  const [u, dudt] = jvp(fn, [z, r, t], [v, 0, 1], { constantTangent: true });
  checked(u);
  const span = alignTime('meanFlowError', t, z).subtract(alignTime('meanFlowError', r, z));
  const target = v.subtract(span.multiply(dudt));
  return u.subtract(stopGradient(target));
}

/** A part of a batch: its points with the velocity to learn there, and u with the part's labels. */
export interface MeanFlowPart {
  readonly point: MeanFlowPoint;
  readonly fn: AverageVelocity;
  readonly labels: Tensor | undefined;
}

/**
 * The parts of the batch, in its order: the first `instantCount` samples, whose `r` and `t` are one tensor,
 * and the others. The velocity to learn is v_t, or v_g by the values of `instant` at r = t.
 */
export function guidedParts(
  operation: string,
  u: ConditionalAverageVelocity,
  batch: MeanFlowBatch & { readonly labels?: Tensor },
  guidance: Guidance | undefined,
  instant: ConditionalAverageVelocity = u,
): readonly MeanFlowPart[] {
  requireAverageVelocity(operation, u);
  const given = completeOptions(operation, { ...meanFlowBatchDefaults, labels: undefined }, batch);
  const point = meanFlowPoint(operation, given);
  if (guidance && given.labels === undefined) {
    throw new ArgumentError(`${operation}: guidance needs labels, and the batch has none`);
  }
  const labels = given.labels && requireLabels(operation, given.labels, given.data);
  const v = guidance && labels ? guidedVelocity(instant, { ...point, labels }, guidance) : point.v;
  return splitInstants(operation, { ...point, v }, given.instantCount).map(({ from, to, ...part }) => {
    const classes = labels && rowsOf(labels, from, to);
    const fn: AverageVelocity = classes ? (z, r, t) => u(z, r, t, classes) : (u as AverageVelocity);
    return { fn, point: part, labels: classes };
  });
}
