/**
 * α-Flow: one family of losses from trajectory flow matching (α = 1) to MeanFlow (α → 0), with a schedule
 * from one to the other.
 */
import { ArgumentError, type Tensor, withoutGradient } from '../../autograd/index.ts';
import { completeOptions, required } from '../../lib/index.ts';
import { requireShape, requireTensors } from '../checks.ts';
import { type AverageVelocity, alignTime, requireAverageVelocity } from '../time.ts';
import { adaptiveWeightDefaults } from './adaptive-weight.ts';
import { type MeanFlowLoss, type MeanFlowOptions, meanFlowError } from './mean-flow.ts';
import {
  type MeanFlowBatch,
  type MeanFlowPoint,
  meanFlowBatchDefaults,
  meanFlowPoint,
} from './mean-flow-batch.ts';
import { weightedLoss } from './weighted-loss.ts';

export interface AlphaFlowError {
  /** α, from 0 to 1: the share of t − r that the first of two steps takes (see `alphaSchedule`). */
  readonly alpha: number;
  /**
   * ṽ, the velocity of the first step. By default 'conditional', the sample's own e − x; 'average' is the
   * model's average velocity u(z_t, s, t).
   */
  readonly velocity?: 'conditional' | 'average';
}

export type AlphaFlowOptions = AlphaFlowError & MeanFlowOptions;

/**
 * The α-Flow loss of an average velocity u(z, r, t), in Geng et al.'s time (t = 1 is noise, t = 0 data):
 *
 * s = α·r + (1 − α)·t,  z_s = z_t − (t − s)·ṽ,
 * Δ = u(z_t, r, t) − sg(α·ṽ + (1 − α)·u(z_s, r, s)),  loss = mean over the batch of α⁻¹·sg(ω)·‖Δ‖².
 *
 * α = 1 is trajectory flow matching, which fits u to e − x. α = ½ with ṽ = u(z_t, s, t) is
 * `splitMeanFlowLoss`, a shortcut model. As α → 0, Δ/α becomes MeanFlow's Δ, and the gradient becomes
 * MeanFlow's; at α = 0 this function computes those. For α > 0 it needs no jvp. But for α > 0 and ṽ = e − x
 * the exact u is not the fixed point: the bias is of order α (`fluxion verify`, theme 'bias').
 *
 * The adaptive weight takes ‖Δ/α‖², where the paper has ‖Δ‖², and `rawError` is the mean of ‖Δ/α‖². So both
 * are MeanFlow's in the limit α → 0.
 *
 * Source: Zhang et al. 2025, "AlphaFlow: Understanding and Improving MeanFlow Models" (arXiv 2510.20771),
 * section 4.
 * @throws as `meanFlowLoss`; ArgumentError for α outside [0, 1].
 * @example const { loss } = alphaFlowLoss(u, { data, noise, r, t }, { alpha: schedule(step) });
 */
export function alphaFlowLoss(
  u: AverageVelocity,
  batch: MeanFlowBatch,
  options: AlphaFlowOptions,
): MeanFlowLoss {
  const { alpha, velocity, ...weighting } = completeOptions(
    'alphaFlowLoss',
    { alpha: required, velocity: 'conditional', ...adaptiveWeightDefaults },
    options,
  );
  const given = completeOptions('alphaFlowLoss', meanFlowBatchDefaults, batch);
  const delta = alphaFlowError(u, meanFlowPoint('alphaFlowLoss', given), { alpha, velocity });
  const { loss, rawError } = weightedLoss('alphaFlowLoss', delta, weighting, given.weights);
  return { loss: alpha === 0 ? loss : loss.multiply(alpha), rawError };
}

/**
 * Δ/α, like z. At α = 0 it is its limit, `meanFlowError`.
 *
 * Source: as `alphaFlowLoss`.
 * @example const delta = alphaFlowError(u, { z, v, r, t }, { alpha: 0.1 });
 */
export function alphaFlowError(u: AverageVelocity, point: MeanFlowPoint, options: AlphaFlowError): Tensor {
  const { alpha, velocity } = completeOptions(
    'alphaFlowError',
    { alpha: required, velocity: 'conditional' },
    options,
  );
  requireAverageVelocity('alphaFlowError', u);
  requireTensors('alphaFlowError', ['z', 'v', 'r', 't'], point);
  if (!(alpha >= 0 && alpha <= 1))
    throw new ArgumentError(`alphaFlowError: wanted 0 ≤ alpha ≤ 1, got ${alpha}`);
  if (velocity !== 'conditional' && velocity !== 'average') {
    throw new ArgumentError(
      `alphaFlowError: wanted velocity 'conditional' or 'average', got '${String(velocity)}'`,
    );
  }
  if (alpha === 0) return meanFlowError(u, point);
  const target = withoutGradient(({ z, v, r, t }: MeanFlowPoint) => {
    const s = r.multiply(alpha).add(t.multiply(1 - alpha));
    const at = (...when: Parameters<AverageVelocity>) =>
      requireShape('alphaFlowError', 'an average velocity', u(...when), z.shape);
    const first = velocity === 'average' ? at(z, s, t) : v;
    const span = alignTime('alphaFlowError', t, z).subtract(alignTime('alphaFlowError', s, z));
    const rest = alpha === 1 ? 0 : at(z.subtract(span.multiply(first)), r, s).multiply(1 - alpha);
    return first.multiply(alpha).add(rest);
  })(point);
  const average = requireShape(
    'alphaFlowError',
    'an average velocity',
    u(point.z, point.r, point.t),
    point.z.shape,
  );
  return average.subtract(target).divide(alpha);
}

/** When α begins to fall and when it reaches 0. */
export interface AlphaScheduleOptions {
  /** Until about step `from`, α = 1; from about step `to` on, α = 0. */
  readonly from: number;
  readonly to: number;
  /** The steepness of the sigmoid in between; by default 25. */
  readonly sharpness?: number;
  /** η: if the sigmoid is nearer than η to 0 or 1, α is 0 or 1; by default 5·10⁻³. */
  readonly clamp?: number;
}

/**
 * α as a function of the training step. It is 1 (trajectory flow matching), then falls along a sigmoid to 0
 * (MeanFlow):
 * 1 − sigmoid(sharpness·(step − (from + to)/2)/(to − from)), set to 0 below η and to 1 above 1 − η.
 *
 * Source: as `alphaFlowLoss`, its sigmoid schedule.
 * @throws ArgumentError unless from < to, sharpness > 0 and 0 ≤ clamp < 0.5.
 * @example const schedule = alphaSchedule({ from: 1000, to: 3000 });
 */
export function alphaSchedule(options: AlphaScheduleOptions): (step: number) => number {
  const { from, to, sharpness, clamp } = completeOptions(
    'alphaSchedule',
    { from: required, to: required, sharpness: 25, clamp: 5e-3 },
    options,
  );
  if (!(from < to) || !(sharpness > 0) || !(clamp >= 0 && clamp < 0.5)) {
    throw new ArgumentError(
      `alphaSchedule: wanted from < to, sharpness > 0 and 0 ≤ clamp < 0.5, got ${from}, ${to}, ${sharpness}, ${clamp}`,
    );
  }
  return (step) => {
    const alpha = 1 / (1 + Math.exp((sharpness * (step - (from + to) / 2)) / (to - from)));
    if (alpha > 1 - clamp) return 1;
    return alpha < clamp ? 0 : alpha;
  };
}
