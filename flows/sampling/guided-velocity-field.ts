/** Classifier-free guidance in sampling, for velocities that were trained with and without a condition. */
import {
  ArgumentError,
  full,
  greaterEqual,
  lessEqual,
  logicalAnd,
  type Tensor,
  type TensorLike,
  where,
} from '../../autograd/index.ts';
import { completeOptions, required } from '../../lib/index.ts';
import { requireList, requireShape } from '../checks.ts';
import { interpolate } from '../interpolate.ts';
import { alignTime, endTimes, requireTime, type TimeConvention, type Velocity, withTime } from '../time.ts';

export interface GuidanceOptions {
  /**
   * w: 0 ignores the condition, 1 means no guidance, above 1 amplifies the condition. A number, or one for
   * each sample, [batch, 1].
   */
  readonly scale: TensorLike;
  /**
   * The times [from, to] at which to guide, in the velocities' own convention; by default all. Else w = 1.
   */
  readonly interval?: readonly [from: number, to: number];
}

/**
 * The guided velocity w·v(x, t | c) + (1 − w)·v(x, t), in the time convention of the two velocities. It
 * evaluates both each time, and a sampler counts that as one evaluation. For 4 Runge–Kutta steps of 4 stages,
 * `evaluations` is 16, and the networks are evaluated 32 times.
 *
 * The first velocity contains the condition, which may be anything that belongs to each sample: classes,
 * int32 [batch], or continuous conditions, [batch, ...]. The second contains the null class, or whatever
 * meant "no condition" in training. Except for w = 0 and 1, a guided field is not the velocity of a trained
 * p_t; its likelihood is that of the samples that it makes.
 *
 * Do not guide MeanFlow's u here if it was trained with guidance (see `guidedVelocity`): that would guide
 * twice.
 *
 * Source: the note, "CFG Training", v^cfg; Ho & Salimans 2022; Kynkäänniemi et al. 2024, for the interval.
 * @throws ArgumentError for velocities of different conventions, a scale that is not finite, or an interval
 * whose ends are swapped.
 * @example
 * const conditional = noiseToData((x, t) => network.apply(parameters, x, t, t, labels));
 * const unconditional = noiseToData((x, t) => network.apply(parameters, x, t, t));
 * const guided = guidedVelocityField(conditional, unconditional, { scale: 2, interval: [0.1, 0.8] });
 * const { x } = sampleFlow(guided, noise);
 */
export function guidedVelocityField<C extends TimeConvention>(
  conditional: Velocity<C>,
  unconditional: NoInfer<Velocity<C>>,
  options: GuidanceOptions,
): Velocity<C> {
  const { scale, interval } = completeGuidance(options);
  endTimes('guidedVelocityField', conditional);
  requireTime('guidedVelocityField', unconditional, conditional.time);
  return withTime((x: Tensor, t: Tensor) => {
    const w = scaleAt(x, t, scale, interval);
    const towards = requireShape('guidedVelocityField', 'a velocity', conditional(x, t), x.shape);
    const from = requireShape('guidedVelocityField', 'a velocity', unconditional(x, t), x.shape);
    return interpolate(from, towards, w);
  }, conditional.time);
}

/** w inside the interval, 1 outside; broadcasts against x. */
function scaleAt(
  x: Tensor,
  t: Tensor,
  scale: TensorLike,
  interval: readonly [number, number] | undefined,
): Tensor {
  const w = alignTime('guidedVelocityField', scale, x);
  if (!interval) return w;
  const time = alignTime('guidedVelocityField', t, x);
  const guided = logicalAnd(greaterEqual(time, interval[0]), lessEqual(time, interval[1]));
  return where(guided, w, full([], 1, { dtype: w.dtype }));
}

function completeGuidance(options: GuidanceOptions) {
  const completed = completeOptions('guidedVelocityField', { scale: required, interval: undefined }, options);
  const { scale, interval } = completed;
  if (typeof scale === 'number' && !Number.isFinite(scale)) {
    throw new ArgumentError(`guidedVelocityField: wanted a finite scale, got ${scale}`);
  }
  if (interval !== undefined) requireList('guidedVelocityField', 'an interval [from, to] of times', interval);
  if (interval && !(interval[0] <= interval[1])) {
    throw new ArgumentError(
      `guidedVelocityField: wanted an interval [from, to] of times, got [${interval.join(', ')}]`,
    );
  }
  return completed;
}
