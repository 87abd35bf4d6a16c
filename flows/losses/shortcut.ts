/** Shortcut models: a step of 2d equals two steps of d, and a step of 0 is flow matching. */
import {
  equal,
  full,
  power,
  random,
  reshape,
  type Tensor,
  where,
  withoutGradient,
} from '../../autograd/index.ts';
import { ArgumentError, completeOptions, required } from '../../lib/index.ts';
import { checkValues, requireShape, requireTensors } from '../checks.ts';
import { type FlowMapVelocity, requireFlowMap } from '../flow-map.ts';
import { alignTime } from '../time.ts';
import { interpolant, requirePair, type StraightPair, straightPairDefaults } from './flow-map-batch.ts';
import { requireOrder } from './mean-flow-batch.ts';
import { expectation, squaredNorm } from './squared-error.ts';

export interface ShortcutBatch extends StraightPair {
  /** The times of the points, [batch, 1]; 0 is noise, 1 is data. */
  readonly t: Tensor;
  /** Half the step, [batch, 1], d ≥ 0 with t + 2d ≤ 1; where d = 0, the loss is that of flow matching. */
  readonly d: Tensor;
}

/**
 * The loss of a shortcut model s(x, t, d), the velocity of a step of length d from time t (0 is noise, 1 is
 * data), a scalar:
 *
 * x_t = (1 − t)·x₀ + t·x₁,  x_{t+d} = x_t + d·s(x_t, t, d),
 * loss = mean over the batch of ‖s(x_t, t, 2d) − sg(½·s(x_t, t, d) + ½·s(x_{t+d}, t + d, d))‖² where d > 0,
 *   and of ‖s(x_t, t, 0) − (x₁ − x₀)‖² where d = 0.
 *
 * s(x, t, d) is v_{t,t+d}(x) of the flow map: the function takes the time to reach, not the step. Cost: the
 * model once with its gradient, and twice without.
 *
 * Source: Frans, Hafner, Levine, Abbeel 2024, "One step diffusion via shortcut models" (arXiv 2410.12557),
 * section 3, the self-consistency target and the joint objective.
 * @throws ShapeError for shapes that differ, ArgumentError where t + 2d > 1 or for a velocity that
 * `flowMapVelocity` did not make.
 * @example const loss = shortcutLoss(v, { x0: noise, x1: data, ...sampleShortcutTimes(key, batch) });
 */
export function shortcutLoss(velocity: FlowMapVelocity, batch: ShortcutBatch): Tensor {
  requireFlowMap('shortcutLoss', velocity);
  const given = completeOptions('shortcutLoss', { ...straightPairDefaults, t: required, d: required }, batch);
  requirePair('shortcutLoss', given);
  const { x0, x1, t, d, weights } = given;
  requireTensors('shortcutLoss', ['t', 'd'], { t, d });
  const align = (time: Tensor) => alignTime('shortcutLoss', time, x1);
  requireEnd(t, d, x1);
  const s = (x: Tensor, from: Tensor, step: Tensor) => velocity(x, from, from.add(step));
  const x = interpolant('shortcutLoss', given, t);
  const target = withoutGradient((at: Tensor) => {
    const first = s(at, t, d);
    const second = s(at.add(align(d).multiply(first)), t.add(d), d);
    return where(equal(align(d), 0), x1.subtract(x0), first.add(second).multiply(0.5));
  })(x);
  const predicted = requireShape('shortcutLoss', 'a velocity', s(x, t, d.multiply(2)), x.shape);
  return expectation('shortcutLoss', squaredNorm(predicted.subtract(target)), weights);
}

/** Throws an ArgumentError where a step of 2d from t ends after 1. */
function requireEnd(t: Tensor, d: Tensor, x: Tensor): void {
  const align = (time: Tensor) => alignTime('shortcutLoss', time, x);
  checkValues([t, d], (start, half) => {
    const last = align(start).add(align(half).multiply(2));
    const end = full([], 1 + 1e-6, { dtype: last.dtype }); // 1, with room for rounding
    requireOrder('shortcutLoss', ['t + 2d', '1'], [last, end], x);
  });
}

export interface SampleShortcutTimesOptions {
  /** The number of the shortest steps from 0 to 1, a power of two; by default 128. */
  readonly finest?: number;
  /** The share of the batch with d > 0, chosen as in `sampleTimes`; by default 0.25. */
  readonly consistentShare?: number;
  /** By default float32. */
  readonly dtype?: 'float32' | 'float64';
}

/**
 * Times and half steps for `shortcutLoss`, each [batch, 1]. For a share of the batch, 2d is one of 1, ½, ¼,
 * …, 2/finest, with equal probability, and t is a multiple of 2d below 1. For the rest, d = 0 and t is
 * uniform in [0, 1).
 *
 * Source: as `shortcutLoss`, section 4 (finest 128, a quarter of the batch).
 * @throws ArgumentError for a `finest` that is no power of two, or a share outside [0, 1].
 * @example const { t, d } = sampleShortcutTimes(random.key(0), 256);
 */
export function sampleShortcutTimes(
  key: random.Key,
  batch: number,
  options: SampleShortcutTimesOptions = {},
): { readonly t: Tensor; readonly d: Tensor } {
  const { finest, consistentShare, dtype } = completeOptions(
    'sampleShortcutTimes',
    { finest: 128, consistentShare: 0.25, dtype: 'float32' },
    options,
  );
  const halvings = Math.log2(finest);
  if (!Number.isInteger(halvings) || halvings < 1) {
    throw new ArgumentError(`sampleShortcutTimes: wanted finest, a power of two from 2 on, got ${finest}`);
  }
  if (!(consistentShare >= 0 && consistentShare <= 1)) {
    throw new ArgumentError(`sampleShortcutTimes: wanted 0 ≤ consistentShare ≤ 1, got ${consistentShare}`);
  }
  const [first, second, third] = random.split(key, 3);
  const halved = random.randint(first, [batch, 1], 0, halvings).cast(dtype);
  const count = power(2, halved);
  const uniform = random.uniform(second, [batch, 1], { dtype });
  const consistent = reshape(random.permutation(third, batch).less(Math.round(batch * consistentShare)), [
    batch,
    1,
  ]);
  return {
    t: where(consistent, uniform.multiply(count).floor().divide(count), uniform),
    d: where(consistent, count.reciprocal().divide(2), 0),
  };
}
