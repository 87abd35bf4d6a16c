/** The MeanFlow loss, line by line as in the note's training algorithm. */
import { ArgumentError, DTypeError, jvp, LevelError, mean, stopGradient, type Tensor } from '../../autograd/index.ts';
import { checkOptions } from '../../lib/index.ts';
import { batchSize, requireShape } from '../checks.ts';
import { type AverageVelocity, alignTime, type ConditionalAverageVelocity } from '../time.ts';
import { type AdaptiveWeightOptions, adaptiveWeight } from './adaptive-weight.ts';
import { type Guidance, guidedVelocity } from './guidance.ts';
import { squaredNorm } from './squared-error.ts';

export interface MeanFlowBatch {
  /** x, [batch, ...event]. */
  readonly data: Tensor;
  /** e, standard normal, like the data. */
  readonly noise: Tensor;
  /** The earlier times, [batch, 1], r ≤ t (see `sampleTimes`). */
  readonly r: Tensor;
  /** The later times, [batch, 1]; t = 1 is noise. */
  readonly t: Tensor;
}

export interface LabelledMeanFlowBatch extends MeanFlowBatch {
  /** Classes, int32 [batch], already dropped to the null class where wanted (see `dropLabels`). */
  readonly labels: Tensor;
}

/** γ and c of the adaptive weight: ω = 1/(‖Δ‖² + c)^(1−γ). */
export type MeanFlowOptions = AdaptiveWeightOptions;

export interface GuidedMeanFlowOptions extends MeanFlowOptions {
  /** Classifier-free guidance to build into the model; by default none. */
  readonly guidance?: Guidance;
}

export interface MeanFlowLoss {
  /** mean(sg(ω)·‖Δ‖²), a scalar: the one to differentiate. */
  readonly loss: Tensor;
  /** mean(‖Δ‖²), a scalar and a constant: the one to watch, since the weighted loss can hide all progress. */
  readonly rawError: Tensor;
}

/**
 * The MeanFlow loss of an average velocity u(z, r, t), in Geng et al.'s time (t = 1 is noise, t = 0 data):
 *
 * z = (1 − t)·x + t·e,  v = e − x,  (u, du/dt) = jvp(u, (z, r, t), (v, 0, 1)),
 * Δ = u − sg(v − (t − r)·du/dt),  loss = mean over the batch of sg(ω)·‖Δ‖².
 *
 * ‖Δ‖² is the sum of squares over the event, per sample, weighted by `adaptiveWeight`. With guidance, v is replaced by the
 * guided velocity, as target and as tangent. With labels, u gets them as its fourth argument. About four times the
 * cost of u, plus one u for guidance (two with κ).
 *
 * Source: the note, "Training Algorithm", "Adaptive Weight Loss" and "CFG Training"; Geng et al. 2025, algorithm 1.
 * @throws ShapeError for shapes that differ, ArgumentError where r > t (r and t swapped?) or for guidance without labels.
 * @example const { loss, rawError } = meanFlowLoss(u, { data, noise, r, t }, { gamma: 0.5, c: 1e-3 });
 */
export function meanFlowLoss(u: AverageVelocity, batch: MeanFlowBatch, options?: MeanFlowOptions): MeanFlowLoss;
export function meanFlowLoss(
  u: ConditionalAverageVelocity,
  batch: LabelledMeanFlowBatch,
  options?: GuidedMeanFlowOptions,
): MeanFlowLoss;
export function meanFlowLoss(
  u: ConditionalAverageVelocity,
  batch: MeanFlowBatch & { readonly labels?: Tensor },
  options: GuidedMeanFlowOptions = {},
): MeanFlowLoss {
  checkOptions('meanFlowLoss', options, ['gamma', 'c', 'guidance']);
  const { guidance, ...weighting } = options;
  const { data: x, noise: e, r, t, labels } = checkBatch(batch, guidance);
  const time = alignTime('meanFlowLoss', t, x);
  const z = time.negate().add(1).multiply(x).add(time.multiply(e));
  const v = e.subtract(x);
  const fn = (...args: [Tensor, Tensor, Tensor]) => u(...args, labels as Tensor);
  const target = guidance && labels ? guidedVelocity(u, { z, v, t, labels }, guidance) : v;
  const squaredError = squaredNorm(meanFlowError(fn, { z, v: target, r, t }));
  const weight = adaptiveWeight(squaredError, weighting);
  return { loss: mean(weight.multiply(squaredError)), rawError: stopGradient(mean(squaredError)) };
}

export interface MeanFlowPoint {
  /** z_t, [batch, ...event]. */
  readonly z: Tensor;
  /** A velocity at z_t: conditional (e − x), marginal (E[e − x | z_t]) or guided; like z. */
  readonly v: Tensor;
  /** Times, [batch, 1]. */
  readonly r: Tensor;
  readonly t: Tensor;
}

/**
 * Δ = u − sg(u_tgt) with u_tgt = v − (t − r)·du/dt, like z: how far u is from the MeanFlow identity at given points.
 * The tangent is a constant for the enclosing gradient, which is the stop-gradient, without recording what it would discard.
 *
 * Source: the note, "Loss 函数"; Geng et al. 2025, equations 9 to 11.
 * @example const delta = meanFlowError(u, { z, v: velocity(z, t), r, t });
 */
export function meanFlowError(fn: AverageVelocity, { z, v, r, t }: MeanFlowPoint): Tensor {
  const [u, dudt] = jvp(fn, [z, r, t], [v, 0, 1], { constantTangent: true });
  requireShape('meanFlowError', 'an average velocity', u, z.shape);
  const span = alignTime('meanFlowError', t, z).subtract(alignTime('meanFlowError', r, z));
  const target = v.subtract(span.multiply(dudt));
  return u.subtract(stopGradient(target));
}

type CheckedBatch = MeanFlowBatch & { readonly labels?: Tensor };

function checkBatch(batch: CheckedBatch, guidance: Guidance | undefined): CheckedBatch {
  checkOptions('meanFlowLoss', batch, ['data', 'noise', 'r', 't', 'labels']);
  const { data, noise, r, t, labels } = batch;
  const size = batchSize('meanFlowLoss', 'data', data);
  requireShape('meanFlowLoss', 'noise (like data)', noise, data.shape);
  requireOrder(alignTime('meanFlowLoss', r, data), alignTime('meanFlowLoss', t, data));
  if (labels) {
    requireShape('meanFlowLoss', 'labels', labels, [size]);
    if (labels.dtype !== 'int32') throw new DTypeError(`meanFlowLoss: wanted int32 labels, got ${labels.dtype}`);
  } else if (guidance) {
    throw new ArgumentError('meanFlowLoss: guidance needs labels, and the batch has none');
  }
  return batch;
}

/** Throws where r > t. Inside a transform that hides the values (vmap) there is nothing to look at, and nothing is checked. */
function requireOrder(r: Tensor, t: Tensor): void {
  let earliest: number;
  try {
    earliest = t.subtract(r).min().item();
  } catch (error) {
    if (error instanceof LevelError) return;
    throw error;
  }
  if (earliest < 0)
    throw new ArgumentError(`meanFlowLoss: wanted r ≤ t, got t − r = ${earliest}; are r and t swapped?`);
}
