/**
 * Rectified flow: flow matching along straight lines between pairs, and pairs that the flow itself makes.
 */
import { full, type Tensor } from '../../autograd/index.ts';
import { ArgumentError, completeOptions, describe, required } from '../../lib/index.ts';
import { requireShape } from '../checks.ts';
import { type SampleFlowOptions, sampleFlow } from '../sampling/sample.ts';
import { requireTime, timeShape, timeTensor, type Velocity } from '../time.ts';
import { interpolant, requirePair, type StraightPair, straightPairDefaults } from './flow-map-batch.ts';
import { expectation, squaredNorm } from './squared-error.ts';

export interface RectifiedFlowBatch extends StraightPair {
  /** Times, [batch, 1] or one for all; 0 is noise, 1 is data. */
  readonly t: Tensor | number;
}

/**
 * The rectified-flow loss of a velocity v(x, t), t = 0 noise, t = 1 data; a scalar:
 * loss = mean over the batch of ‖(x₁ − x₀) − v(x_t, t)‖² with x_t = (1 − t)·x₀ + t·x₁.
 *
 * For independent pairs, this is conditional flow matching on the OT path with σ_min = 0. Any coupling of the
 * pairs is allowed. The pairs of `reflow` make the flow straight.
 *
 * Source: Liu, Gong, Liu 2022, "Flow straight and fast" (arXiv 2209.03003), equation 1.
 * @throws ArgumentError for a velocity in the other time convention, ShapeError for shapes that differ.
 * @example const loss = rectifiedFlowLoss(v, { ...reflow(teacher, noise, { steps: 100 }), t });
 */
export function rectifiedFlowLoss(velocity: Velocity<'noiseToData'>, batch: RectifiedFlowBatch): Tensor {
  requireTime('rectifiedFlowLoss', velocity, 'noiseToData');
  const given = completeOptions('rectifiedFlowLoss', { ...straightPairDefaults, t: required }, batch);
  requirePair('rectifiedFlowLoss', given);
  const { x0, x1, weights } = given;
  const t = timeTensor(given.t, x1);
  const x = interpolant('rectifiedFlowLoss', given, t);
  const v = requireShape('rectifiedFlowLoss', 'a velocity', velocity(x, t), x.shape);
  return expectation('rectifiedFlowLoss', squaredNorm(x1.subtract(x0).subtract(v)), weights);
}

/**
 * Pairs (x₀, x₁) of the flow: x₁ is the solution of its ODE at t = 1, from the noise x₀ at t = 0. A flow that
 * trains on such pairs keeps the distribution of the data, has no larger transport cost for any convex cost,
 * and becomes straight. In the limit one Euler step is enough.
 *
 * The options are those of `sampleFlow`: equal steps, given times, or adaptive ones.
 *
 * Source: Liu et al. 2022, section 2.1 (the k-rectified flow), theorems 3.3, 3.5 and 3.7.
 * @throws ArgumentError for a velocity in the other time convention (convert it with `reverseTime`), OdeError
 * where it is not finite.
 * @example const { x0, x1 } = reflow(velocity, random.normal(key, [1024, 2]), { steps: 100 });
 */
export function reflow(
  velocity: Velocity<'noiseToData'>,
  noise: Tensor,
  options: SampleFlowOptions = {},
): { readonly x0: Tensor; readonly x1: Tensor } {
  requireTime('reflow', velocity, 'noiseToData');
  return { x0: noise, x1: sampleFlow(velocity, noise, options).x };
}

export interface StraightnessOptions {
  /** At how many times to compare the velocities; by default 20. */
  readonly steps?: number;
}

/**
 * S = ∫₀¹ E‖(x₁ − x₀) − v(x_t, t)‖² dt along the trajectories of the flow itself, a scalar. S = 0 if the flow
 * is straight. The integral is by the midpoint rule in t, with Runge–Kutta steps of half its length.
 *
 * Source: Liu et al. 2022, section 2.1, the measure of straightness.
 * @throws as `reflow`.
 * @example const s = straightness(velocity, random.normal(key, [1024, 2]));
 */
export function straightness(
  velocity: Velocity<'noiseToData'>,
  noise: Tensor,
  options: StraightnessOptions = {},
): Tensor {
  const { steps } = completeOptions('straightness', { steps: 20 }, options);
  requireTime('straightness', velocity, 'noiseToData');
  if (!Number.isInteger(steps) || steps < 1)
    throw new ArgumentError(`straightness: wanted a whole number of steps ≥ 1, got ${describe(steps)}`);
  const { x, states, times } = sampleFlow(velocity, noise, { steps: 2 * steps, trajectory: true });
  const displacement = x.subtract(noise);
  const shape = timeShape('straightness', 'noise', noise);
  const errors = Array.from({ length: steps }, (_, i) => {
    const t = full(shape, times[2 * i + 1] as number, { dtype: noise.dtype });
    return squaredNorm(displacement.subtract(velocity(states[2 * i + 1] as Tensor, t))).mean();
  });
  return errors.reduce((sum, error) => sum.add(error)).divide(steps);
}
