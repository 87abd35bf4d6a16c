/** Improved MeanFlow: flow matching's regression on v_t, of a velocity that is computed from u. */
import { ArgumentError, jvp, type Tensor, withoutGradient } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { requireShape } from '../checks.ts';
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
  guidedPoint,
  type MeanFlowLoss,
  type MeanFlowOptions,
} from './mean-flow.ts';
import type { LabelledMeanFlowBatch, MeanFlowBatch, MeanFlowPoint } from './mean-flow-batch.ts';
import { weightedLoss } from './weighted-loss.ts';

export interface ImprovedMeanFlowOptions extends MeanFlowOptions {
  /**
   * v_θ(z, t): a head of the network that predicts the velocity; it is trained alongside, by the same
   * regression on v_t. By default there is none, and v_θ(z, t) = u(z, t, t).
   */
  readonly velocityHead?: Velocity<'dataToNoise'>;
}

/**
 * The velocity v_θ(z, t | labels) for labels, int32 of shape [batch]: those of the batch, or as many of the
 * null class.
 */
export type ConditionalVelocityHead = (labels: Tensor) => Velocity<'dataToNoise'>;

export interface GuidedImprovedMeanFlowOptions extends GuidedMeanFlowOptions {
  /**
   * v_θ(z, t | c): a head of the network that predicts the velocity, as `ImprovedMeanFlowOptions` have it,
   * but of given labels: guidance asks it for those of the batch and for ∅. By default v_θ(z, t | c) = u(z,
   * t, t | c).
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
 * The target is the data's own, as in flow matching, and the prediction V sees nothing but z_t: the tangent
 * is the model's velocity v_θ, from its value at r = t or from a head of its own, not the noisy e − x. With
 * guidance, v_g takes the place of e − x as the target, of u and of the head; it mixes the same v_θ, the
 * head's if there is one (their v_g = v_t + (1 − 1/ω)·(v_θ(z, c) − v_θ(z, ∅)) is { scale: 1, mixing: 1 − 1/ω
 * }). About five times the cost of u; with a head four times, and three times the cost of the head. Guidance
 * adds one v_θ (two with κ).
 *
 * Its gradient is that of `meanFlowLoss` but for the tangent; both vanish, on average and at constant weight,
 * at the exact u.
 *
 * Source: Geng, Lu, Wu, Shechtman, Kolter, He 2025, "Improved Mean Flows" (arXiv 2512.02012), section 4 and
 * algorithm 1.
 * @throws as `meanFlowLoss`, and ArgumentError for a head that is no function of the labels that the batch
 * has.
 * @example const { loss, rawError } = improvedMeanFlowLoss(u, { data, noise, r, t });
 * @example
 * const velocityHead = (c: Tensor) => dataToNoise((z, t) => network.head(parameters, z, t, c));
 * const { loss } = improvedMeanFlowLoss(u, { data, noise, r, t, labels }, { guidance: { scale: 2, nullClass: 10 }, velocityHead });
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
  const { fn, point } = guidedPoint('improvedMeanFlowLoss', u, batch, guidance, instant);
  const lossOf = (delta: Tensor) => weightedLoss('improvedMeanFlowLoss', delta, weighting, batch.weights);
  const head = headOf?.(batch.labels as Tensor);
  if (!head) return lossOf(improvedMeanFlowError(fn, point));
  const velocity = head(point.z, point.t);
  const known = dataToNoise(() => velocity);
  const average = lossOf(improvedMeanFlowError(fn, point, known));
  const alongside = lossOf(velocity.subtract(point.v));
  return { loss: average.loss.add(alongside.loss), rawError: average.rawError };
}

/** The head as a function of labels; where the batch has none, it is one velocity, whatever they are. */
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
 * Δ = V − v with V = u + (t − r)·sg(du/dt), like z, and du/dt along the model's own velocity.
 *
 * Source: as `improvedMeanFlowLoss`.
 * @example const delta = improvedMeanFlowError(u, { z, v, r, t });
 */
export function improvedMeanFlowError(
  fn: AverageVelocity,
  { z, v, r, t }: MeanFlowPoint,
  velocityHead: Velocity<'dataToNoise'> = instantaneousVelocity(fn),
): Tensor {
  requireTime('improvedMeanFlowError', velocityHead, 'dataToNoise');
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
