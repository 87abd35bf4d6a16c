/** How straight and how short the trajectories of a velocity are. */
import { broadcastTo, type Tensor, zeros } from '../../autograd/index.ts';
import { ArgumentError, completeOptions, requireFunction } from '../../lib/index.ts';
import { squaredNorm } from '../losses/squared-error.ts';
import type { Points } from '../points.ts';
import { odeSolve } from '../solvers/index.ts';
import { type TimeConvention, timeShape, type Velocity } from '../time.ts';
import { wasserstein2 } from './wasserstein.ts';

export interface PathEnergyOptions {
  /** Steps of the fourth-order Runge–Kutta method. Default 50. */
  readonly steps?: number;
}

/**
 * The path energy E ∫₀¹ ‖v(x_t, t)‖² dt along the flow from noise to data. It is at least E‖x₁ − x₀‖², with
 * equality if the trajectories are straight and of even speed.
 *
 * @param noise where the flow starts, [n, ...event]
 * @returns an energy in the squared units of the points
 * @throws ArgumentError for a velocity that does not say which way its time runs, OdeError where the velocity
 * is not finite
 * @example pathEnergy(velocity, random.normal(key, [1000, 2]));
 */
export function pathEnergy<C extends TimeConvention>(
  velocity: Velocity<C>,
  noise: Tensor,
  options: PathEnergyOptions = {},
): number {
  const { steps } = completeOptions('pathEnergy', { steps: 50 }, options);
  requireFunction('pathEnergy', velocity);
  if (velocity.time !== 'noiseToData' && velocity.time !== 'dataToNoise') {
    throw new ArgumentError(
      'pathEnergy: the velocity does not say which way its time runs; wrap it in noiseToData or dataToNoise',
    );
  }
  const shape = timeShape('pathEnergy', 'noise', noise);
  const forward = velocity.time === 'noiseToData';
  const field = ({ x }: { readonly x: Tensor }, t: Tensor) => {
    const v = velocity(x, broadcastTo(t, shape));
    return { x: v, energy: squaredNorm(v) };
  };
  const start = { x: noise, energy: zeros(shape.slice(0, 1), { dtype: noise.dtype }) };
  const { x: end } = odeSolve(field, start, { from: forward ? 0 : 1, to: forward ? 1 : 0, steps });
  return Math.abs(end.energy.mean().item());
}

/**
 * The normalised path energy |PE(v) − W₂²|/W₂² of a flow, where PE is `pathEnergy` and W₂ is the exact
 * distance between the noise and the data. It is 0 for the dynamic optimal transport between them, and grows
 * with the detours that the flow takes.
 *
 * Source: Tong et al., "Improving and generalizing flow-based generative models with minibatch optimal
 * transport" (2024), section 5.
 * @param noise where the flow starts, [n, d]
 * @param data [n, d], of the distribution that the flow should reach
 * @throws ShapeError for other shapes, ArgumentError unless there are as many points of both
 * @example normalizedPathEnergy(velocity, random.normal(key, [1000, 2]), eightGaussians(other, 1000).points);
 */
export function normalizedPathEnergy<C extends TimeConvention>(
  velocity: Velocity<C>,
  noise: Tensor,
  data: Points,
  options: PathEnergyOptions = {},
): number {
  const squaredDistance = wasserstein2(noise, data) ** 2;
  return Math.abs(pathEnergy(velocity, noise, options) - squaredDistance) / squaredDistance;
}
