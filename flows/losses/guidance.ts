/**
 * Classifier-free guidance in training: MeanFlow learns the guided velocity, so that sampling needs no second
 * evaluation.
 */
import {
  ArgumentError,
  equal,
  full,
  greaterEqual,
  lessEqual,
  logicalAnd,
  reshape,
  stopGradient,
  subtract,
  type Tensor,
  where,
  withoutGradient,
} from '../../autograd/index.ts';
import { completeOptions, required } from '../../lib/index.ts';
import { requireTensors } from '../checks.ts';
import { alignTime, type ConditionalAverageVelocity, requireAverageVelocity } from '../time.ts';

export interface Guidance {
  /** w: 1 means no guidance. The effective guidance scale is w/(1 − κ). */
  readonly scale: number;
  /** κ, the share of the model's own class-conditional velocity; by default 0. */
  readonly mixing?: number;
  /** The times [from, to] at which to guide; by default [0, 1]. Outside, w = 1 and κ = 0. */
  readonly interval?: readonly [from: number, to: number];
  /** The label ∅, which means no class. Samples with it (see `dropLabels`) keep the plain velocity. */
  readonly nullClass: number;
}

/** A point z_t of the batch, its conditional velocity and its label. */
export interface GuidedSample {
  readonly z: Tensor;
  readonly v: Tensor;
  readonly t: Tensor;
  readonly labels: Tensor;
}

/**
 * The guided velocity v_g = w·v + κ·u(z, t, t | c) + (1 − w − κ)·u(z, t, t | ∅), like z. Where the label is
 * ∅, it is v. Every derivative sees a constant, because the model's own velocities are part of the target.
 *
 * Source: the note, "CFG Training" (there κ = 0; its u^cfg(z_t, t, t) takes the null class); Geng et al.
 * 2025, equations 19 to 21.
 * @throws ArgumentError for a scale or mixing that is not finite, an interval whose ends are swapped, or a
 * null class that is no integer.
 * @example const vGuided = guidedVelocity(u, { z, v, t, labels }, { scale: 2, nullClass: 10 });
 */
export function guidedVelocity(
  u: ConditionalAverageVelocity,
  sample: GuidedSample,
  guidance: Guidance,
): Tensor {
  requireAverageVelocity('guidedVelocity', u);
  requireTensors('guidedVelocity', ['z', 'v', 't', 'labels'], sample);
  const { z, v, t, labels } = sample;
  const { scale, mixing, interval, nullClass } = checkGuidance(guidance);
  const time = alignTime('guidedVelocity', t, z);
  const guided = logicalAnd(greaterEqual(time, interval[0]), lessEqual(time, interval[1]));
  const w = where(guided, full([], scale, { dtype: v.dtype }), 1);
  const kappa = where(guided, full([], mixing, { dtype: v.dtype }), 0);
  const instant = withoutGradient((at: Tensor, classes: Tensor) => u(at, t, t, classes));
  const unconditional = instant(z, full(labels.shape, nullClass, { dtype: 'int32' }));
  // With κ = 0 the class-conditional velocity has no effect on the result, so it is not evaluated.
  const conditional = mixing === 0 ? unconditional : instant(z, labels);
  const remainder = subtract(1, w.add(kappa));
  const vGuided = w.multiply(v).add(kappa.multiply(conditional)).add(remainder.multiply(unconditional));
  const dropped = equal(labels, nullClass);
  return stopGradient(where(reshape(dropped, [dropped.size, ...z.shape.slice(1).map(() => 1)]), v, vGuided));
}

function checkGuidance(guidance: Guidance): Required<Guidance> {
  const { scale, mixing, interval, nullClass } = completeOptions(
    'guidance',
    { scale: required, mixing: 0, interval: [0, 1], nullClass: required },
    guidance,
  );
  if (!Number.isFinite(scale) || !Number.isFinite(mixing)) {
    throw new ArgumentError(`guidance: wanted a finite scale and mixing, got ${scale} and ${mixing}`);
  }
  if (!(interval[0] <= interval[1])) {
    throw new ArgumentError(`guidance: wanted an interval [from, to] of times, got [${interval.join(', ')}]`);
  }
  if (!Number.isInteger(nullClass)) {
    throw new ArgumentError(
      `guidance: wanted nullClass, an integer label that stands for no class, got ${nullClass}`,
    );
  }
  return { scale, mixing, interval, nullClass };
}
