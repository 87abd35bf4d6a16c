/** SplitMeanFlow: the average over a span from the averages over its two parts, without a derivative. */
import { equal, type Tensor, where, withoutGradient } from '../../autograd/index.ts';
import { completeOptions, required } from '../../lib/index.ts';
import { requireShape, requireTensors } from '../checks.ts';
import { interpolate } from '../interpolate.ts';
import { type AverageVelocity, alignTime, requireAverageVelocity } from '../time.ts';
import {
  type MeanFlowBatch,
  type MeanFlowPoint,
  meanFlowBatchDefaults,
  meanFlowPoint,
} from './mean-flow-batch.ts';
import { expectation, squaredNorm } from './squared-error.ts';

export interface SplitMeanFlowBatch extends MeanFlowBatch {
  /** λ, [batch, 1], in (0, 1): where to split; uniform in the paper, ½ for a shortcut model. */
  readonly lambda: Tensor;
}

/**
 * The SplitMeanFlow loss of an average velocity u(z, r, t), in Geng et al.'s time (t = 1 is noise, t = 0
 * data), a scalar:
 *
 * s = (1 − λ)·t + λ·r,  u₂ = u(z_t, s, t),  z_s = z_t − (t − s)·u₂,  u₁ = u(z_s, r, s),
 * loss = mean over the batch of ‖u(z_t, r, t) − sg((1 − λ)·u₁ + λ·u₂)‖².
 *
 * Where r = t the target is the velocity e − x: flow matching. Without such samples, u = 0 would be a
 * solution too. So the `differentShare` of `sampleTimes` is the share of samples that split. Cost: u once
 * with its gradient, and twice without.
 *
 * Source: Guo et al. 2025, "SplitMeanFlow: Interval Splitting Consistency in Few-Step Generative Modeling"
 * (arXiv 2507.16884), section 3: (t − r)·u(z_t, r, t) = (t − s)·u(z_t, s, t) + (s − r)·u(z_s, r, s).
 * @throws as `meanFlowLoss`.
 * @example const loss = splitMeanFlowLoss(u, { data, noise, r, t, lambda: random.uniform(key, [batch, 1]) });
 */
export function splitMeanFlowLoss(u: AverageVelocity, batch: SplitMeanFlowBatch): Tensor {
  const given = completeOptions('splitMeanFlowLoss', { ...meanFlowBatchDefaults, lambda: required }, batch);
  const point = meanFlowPoint('splitMeanFlowLoss', given);
  const delta = splitMeanFlowError(u, { ...point, lambda: given.lambda });
  return expectation('splitMeanFlowLoss', squaredNorm(delta), given.weights);
}

/**
 * Δ = u(z_t, r, t) − sg((1 − λ)·u₁ + λ·u₂), like z; u(z_t, t, t) − v where r = t.
 *
 * Source: as `splitMeanFlowLoss`.
 * @example const delta = splitMeanFlowError(u, { z, v, r, t, lambda });
 */
export function splitMeanFlowError(
  u: AverageVelocity,
  point: MeanFlowPoint & Pick<SplitMeanFlowBatch, 'lambda'>,
): Tensor {
  requireAverageVelocity('splitMeanFlowError', u);
  requireTensors('splitMeanFlowError', ['z', 'v', 'r', 't', 'lambda'], point);
  const target = withoutGradient(({ z, v, r, t, lambda }: typeof point) => {
    const align = (time: Tensor) => alignTime('splitMeanFlowError', time, z);
    const s = lambda.multiply(r.subtract(t)).add(t);
    const second = u(z, s, t);
    const first = u(z.subtract(align(t.subtract(s)).multiply(second)), r, s);
    const weight = align(lambda);
    const split = interpolate(first, second, weight);
    return where(equal(align(r), align(t)), v, split);
  })(point);
  const average = requireShape(
    'splitMeanFlowError',
    'an average velocity',
    u(point.z, point.r, point.t),
    point.z.shape,
  );
  return average.subtract(target);
}
