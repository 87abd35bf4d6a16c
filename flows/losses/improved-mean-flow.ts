/** Improved MeanFlow: the regression on v_t is flow matching's; its prediction is computed from u. */
import { ArgumentError, concatenate, jvp, type Tensor, withoutGradient } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { requireShape, requireTensors } from '../checks.ts';
import {
  type AverageVelocity,
  alignTime,
  type ConditionalAverageVelocity,
  dataToNoise,
  instantaneousVelocity,
  requireTime,
  type Velocity,
} from '../time.ts';
import { adaptiveWeightDefaults } from './adaptive-weight.ts';
import {
  type GuidedMeanFlowOptions,
  guidedParts,
  type MeanFlowLoss,
  type MeanFlowOptions,
  type MeanFlowPart,
} from './mean-flow.ts';
import type { LabelledMeanFlowBatch, MeanFlowBatch, MeanFlowPoint } from './mean-flow-batch.ts';
import { weightedLoss } from './weighted-loss.ts';

export interface ImprovedMeanFlowOptions extends MeanFlowOptions {
  /**
   * v_θ(z, t): a head of the network that predicts the velocity. The loss also trains the head, by the same
   * regression on v_t. By default there is no head, and v_θ(z, t) = u(z, t, t).
   */
  readonly velocityHead?: Velocity<'dataToNoise'>;
}

/** The velocity v_θ(z, t | labels) for labels, int32 [batch]: those of the batch, or only the null class. */
export type ConditionalVelocityHead = (labels: Tensor) => Velocity<'dataToNoise'>;

export interface GuidedImprovedMeanFlowOptions extends GuidedMeanFlowOptions {
  /**
   * v_θ(z, t | c): a head of the network that predicts the velocity, as in `ImprovedMeanFlowOptions`, but for
   * given labels. Guidance calls it with the labels of the batch and with ∅.
   * By default v_θ(z, t | c) = u(z, t, t | c).
   */
  readonly velocityHead?: ConditionalVelocityHead;
}

/**
 * The improved MeanFlow loss of an average velocity u(z, r, t), in Geng et al.'s time (t = 1 is noise, t = 0
 * data):
 *
 * z = (1 − t)·x + t·e,  (u, du/dt) = jvp(u, (z, r, t), (v_θ, 0, 1)),
 * V = u + (t − r)·sg(du/dt),  Δ = V − (e − x),  loss = mean over the batch of sg(ω)·‖Δ‖².
 *
 * The target is e − x, as in flow matching. The prediction V knows only z_t of the sample: its tangent is the
 * model's velocity v_θ, from u at r = t or from a head, and not the noisy e − x.
 *
 * With guidance, v_g replaces e − x as the target of u and of the head. v_g mixes the same v_θ, that of the
 * head if there is one. The paper's v_g = v_t + (1 − 1/ω)·(v_θ(z, c) − v_θ(z, ∅)) is here
 * `{ scale: 1, mixing: 1 − 1/ω }`.
 *
 * Cost: about five times that of u. With a head, it is four times that of u and three times that of the head.
 * Guidance adds one v_θ, or two with κ.
 *
 * The gradient differs from that of `meanFlowLoss` in the tangent alone. At the exact u and with constant
 * weight, the expectations of both gradients are zero.
 *
 * Source: Geng, Lu, Wu, Shechtman, Kolter, He 2025, "Improved Mean Flows" (arXiv 2512.02012), section 4 and
 * algorithm 1.
 * @throws as `meanFlowLoss`; ArgumentError if the batch has labels and the head is no function of labels.
 * @example const { loss, rawError } = improvedMeanFlowLoss(u, { data, noise, r, t });
 * @example
 * const velocityHead = (c: Tensor) => dataToNoise((z, t) => network.head(parameters, z, t, c));
 * const options = { guidance: { scale: 2, nullClass: 10 }, velocityHead };
 * const { loss } = improvedMeanFlowLoss(u, { data, noise, r, t, labels }, options);
 */
export function improvedMeanFlowLoss(
  u: ConditionalAverageVelocity,
  batch: LabelledMeanFlowBatch,
  options?: GuidedImprovedMeanFlowOptions,
): MeanFlowLoss;
export function improvedMeanFlowLoss(
  u: AverageVelocity,
  batch: MeanFlowBatch,
  options?: ImprovedMeanFlowOptions,
): MeanFlowLoss;
export function improvedMeanFlowLoss(
  u: ConditionalAverageVelocity,
  batch: MeanFlowBatch & { readonly labels?: Tensor },
  options: GuidedMeanFlowOptions &
    Pick<ImprovedMeanFlowOptions | GuidedImprovedMeanFlowOptions, 'velocityHead'> = {},
): MeanFlowLoss {
  const { guidance, velocityHead, ...weighting } = completeOptions(
    'improvedMeanFlowLoss',
    { ...adaptiveWeightDefaults, guidance: undefined, velocityHead: undefined },
    options,
  );
  const headOf = velocityHead && byLabels(velocityHead, batch.labels !== undefined);
  const instant: ConditionalAverageVelocity = headOf ? (z, _r, t, labels) => headOf(labels)(z, t) : u;
  const parts = guidedParts('improvedMeanFlowLoss', u, batch, guidance, instant);
  const lossOf = (errors: readonly Tensor[]) =>
    weightedLoss('improvedMeanFlowLoss', concatenate(errors), weighting, batch.weights);
  if (!headOf) return lossOf(parts.map(({ fn, point }) => improvedMeanFlowError(fn, point)));
  const velocities = parts.map(({ point, labels }) => headOf(labels as Tensor)(point.z, point.t));
  const errors = parts.map(({ fn, point }, i) =>
    improvedMeanFlowError(
      fn,
      point,
      dataToNoise(() => velocities[i] as Tensor),
    ),
  );
  const alongside = velocities.map((velocity, i) => velocity.subtract((parts[i] as MeanFlowPart).point.v));
  const average = lossOf(errors);
  return { loss: average.loss.add(lossOf(alongside).loss), rawError: average.rawError };
}

/** The head as a function of labels. If the batch has no labels, the function ignores its argument. */
function byLabels(
  head: Velocity<'dataToNoise'> | ConditionalVelocityHead,
  labelled: boolean,
): ConditionalVelocityHead {
  if (labelled && 'time' in head) {
    throw new ArgumentError(
      'improvedMeanFlowLoss: wanted velocityHead as a function of the labels that the batch has, ' +
        '(labels) => dataToNoise(…), got a velocity',
    );
  }
  return (labels) => {
    const velocity = labelled ? (head as ConditionalVelocityHead)(labels) : (head as Velocity<'dataToNoise'>);
    requireTime('improvedMeanFlowLoss', velocity, 'dataToNoise');
    return velocity;
  };
}

/**
 * Δ = V − v with V = u + (t − r)·sg(du/dt), like z. The derivative du/dt is along the model's own velocity.
 * If `r` and `t` are the same tensor, V is u: no derivative.
 *
 * Source: as `improvedMeanFlowLoss`.
 * @example const delta = improvedMeanFlowError(u, { z, v, r, t });
 */
export function improvedMeanFlowError(
  fn: AverageVelocity,
  point: MeanFlowPoint,
  velocityHead: Velocity<'dataToNoise'> = instantaneousVelocity(fn),
): Tensor {
  requireTensors('improvedMeanFlowError', ['z', 'v', 'r', 't'], point);
  const { z, v, r, t } = point;
  requireTime('improvedMeanFlowError', velocityHead, 'dataToNoise');
  if (r === t) {
    return requireShape('improvedMeanFlowError', 'an average velocity', fn(z, t, t), z.shape).subtract(v);
  }
  const tangent = requireShape(
    'improvedMeanFlowError',
    'a velocity',
    withoutGradient(velocityHead)(z, t),
    z.shape,
  );
  const [u, dudt] = jvp(fn, [z, r, t], [tangent, 0, 1], { constantTangent: true });
  requireShape('improvedMeanFlowError', 'an average velocity', u, z.shape);
  const span = alignTime('improvedMeanFlowError', t, z).subtract(alignTime('improvedMeanFlowError', r, z));
  return u.add(span.multiply(dudt)).subtract(v);
}
