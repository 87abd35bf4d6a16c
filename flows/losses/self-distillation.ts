/** Lagrangian self-distillation: as t grows, X_{s,t}(x) moves at the flow map's own velocity there. */
import { equal, jvp, type Tensor, where, withoutGradient } from '../../autograd/index.ts';
import { completeOptions, required } from '../../lib/index.ts';
import { type FlowMapVelocity, flowMap, requireFlowMap } from '../flow-map.ts';
import { alignTime } from '../time.ts';
import { interpolant, requirePair, type StraightPair, straightPairDefaults } from './flow-map-batch.ts';
import { requireOrder } from './mean-flow-batch.ts';
import { expectation, squaredNorm } from './squared-error.ts';

export interface FlowMapBatch extends StraightPair {
  /** The times of the points, [batch, 1]; 0 is noise. */
  readonly s: Tensor;
  /** The times to reach, [batch, 1], s ≤ t; where s = t, the loss is that of flow matching. */
  readonly t: Tensor;
}

export interface SelfDistillationOptions {
  /** Whether the teacher v_{t,t}(X_{s,t}) is a constant for the gradient; by default it is not. */
  readonly constantTeacher?: boolean;
}

/**
 * The Lagrangian self-distillation loss of a flow map's velocity v_{s,t}(x), t = 0 noise, t = 1 data; a
 * scalar:
 *
 * X_{s,t}(x) = x + (t − s)·v_{s,t}(x),  I_s = (1 − s)·x₀ + s·x₁,
 * loss = mean over the batch of ‖∂_t X_{s,t}(I_s) − v_{t,t}(X_{s,t}(I_s))‖².
 *
 * Where s = t, X is the identity and ∂_t X = v_{t,t}(I_t). There the target is dI_t/dt = x₁ − x₀: flow
 * matching, which teaches the velocity that the map distils. ∂_t X is a jvp, and the gradient goes through
 * it: this takes second derivatives, but none in x. For s < t the exact map makes the error zero at each
 * sample, not only on average. So it is a solution with a constant teacher too.
 *
 * Source: Boffi, Albergo, Vanden-Eijnden 2025, "How to build a consistency model: learning flow maps via
 * self-distillation" (arXiv 2505.18825), section 3, Lagrangian self-distillation.
 * @throws ShapeError for shapes that differ, ArgumentError where s > t or for a velocity that
 * `flowMapVelocity` did not make.
 * @example const loss = selfDistillationLoss(v, { x0: noise, x1: data, s, t });
 */
export function selfDistillationLoss(
  velocity: FlowMapVelocity,
  batch: FlowMapBatch,
  options: SelfDistillationOptions = {},
): Tensor {
  const { constantTeacher } = completeOptions('selfDistillationLoss', { constantTeacher: false }, options);
  requireFlowMap('selfDistillationLoss', velocity);
  const given = completeOptions(
    'selfDistillationLoss',
    { ...straightPairDefaults, s: required, t: required },
    batch,
  );
  requirePair('selfDistillationLoss', given);
  const { x0, x1, s, t, weights } = given;
  const align = (time: Tensor) => alignTime('selfDistillationLoss', time, x1);
  requireOrder('selfDistillationLoss', ['s', 't'], [s, t], x1);
  const x = interpolant('selfDistillationLoss', given, s);
  const [reached, rate] = jvp((time: Tensor) => flowMap(velocity, x, s, time), [t], [1]);
  const instantaneous = (at: Tensor) => velocity(at, t, t);
  const teacher = (constantTeacher ? withoutGradient(instantaneous) : instantaneous)(reached);
  const target = where(equal(align(s), align(t)), x1.subtract(x0), teacher);
  return expectation('selfDistillationLoss', squaredNorm(rate.subtract(target)), weights);
}
