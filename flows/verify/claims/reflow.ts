/** Rectified flow: `reflow` makes pairs of a curved flow, and for Gaussian data their flow is straight. */
import { full, grad, random, type Tensor } from '../../../autograd/index.ts';
import { consistencyFlowMatchingLoss, rectifiedFlowLoss, reflow, straightness } from '../../losses/index.ts';
import type { Dense } from '../../networks/index.ts';
import { sampleFlow } from '../../sampling/sample.ts';
import { noiseToData, reverseTime, type Velocity } from '../../time.ts';
import type { Claim, Measurement } from '../claim.ts';
import { gaussianVelocity, timesLike } from '../exact-velocities.ts';
import { smallNetwork, somePoints } from '../examples.ts';
import { networkVelocity } from '../integrals.ts';
import { exactExamples } from '../joint-grids.ts';
import { gridQuadrature, norm, relativeGap } from '../numerics.ts';

const part = 'Rectified flow';
const s = 0.6;
const curved = reverseTime(gaussianVelocity(s));
const mixtureVelocity = reverseTime(exactExamples.mixture.velocity);

/**
 * For data N(0, s²) the flow takes x₀ ~ N(0, 1) to x₁ = s·x₀. This is the straight flow of those pairs,
 * x_t = (1 − t + t·s)·x₀.
 */
export const straight: Velocity<'noiseToData'> = noiseToData((x, t) =>
  x.multiply(s - 1).divide(t.multiply(s - 1).add(1)),
);

/** The pairs that `reflow` makes with the mixture's flow, against F_data(x₁) = Φ(x₀). */
export function pairs(steps = 120): number {
  const noise = somePoints(33, 20, 1);
  const { x1 } = reflow(mixtureVelocity, noise, { steps });
  const { average } = exactExamples.mixture;
  return relativeGap(x1, noise.subtract(average(noise, timesLike(noise, 0), timesLike(noise, 1))));
}

/** E‖x₁ − x₀‖² of the pairs of `reflow`, relative to (1 − s)². Independent pairs cost 1 + s². */
export function transportCost(velocity: Velocity<'noiseToData'> = curved, deviation = s): Measurement {
  const { noise, weights } = noiseGrid();
  const { x0, x1 } = reflow(velocity, noise, { steps: 50 });
  const cost = x1.subtract(x0).square().reshape([-1]).multiply(weights).sum().item();
  return {
    residual: cost / (1 - deviation) ** 2 - 1,
    detail: `${cost.toFixed(4)} against ${(1 + s * s).toFixed(4)} of independent pairs`,
  };
}

/**
 * The gradient of the rectified-flow loss at the straight velocity v, relative to the gradient at 1.1·v. Both
 * losses use the pairs of `reflow`.
 */
export function pullAtStraight(velocity = straight): number {
  const { noise, weights } = noiseGrid();
  const pair = reflow(curved, noise, { steps: 100 });
  const theta = smallNetwork(1).initialise(random.key(34));
  const network = networkVelocity(1);
  const pull = (scale: number) => {
    const moved = (p: Dense[]) =>
      noiseToData((x, t) =>
        velocity(x, t).multiply(scale).add(network(p)(x, t)).subtract(network(theta)(x, t)),
      );
    return norm(
      grad((p: Dense[]) => rectifiedFlowLoss(moved(p), { ...pair, t: timesLike(noise, 0.4), weights }))(
        theta,
      ),
    );
  };
  return pull(1) / pull(1.1);
}

/** One Euler step of the straight flow, against the curved flow's solution s·x₀. */
export function oneStep(velocity = straight): number {
  const noise = somePoints(35, 20, 1);
  return relativeGap(sampleFlow(velocity, noise, { steps: 1, method: 'euler' }).x, noise.multiply(s));
}

/** √(sum of both terms) of consistency flow matching at the straight velocity, on the pairs of `reflow`. */
export function consistencyOfStraight(velocity = straight): number {
  const { noise } = noiseGrid();
  const { x0, x1 } = reflow(curved, noise, { steps: 100 });
  const t = full(noise.shape, 0.4, { dtype: 'float64' });
  const { endpoint, velocity: steadiness } = consistencyFlowMatchingLoss(
    velocity,
    { x0, x1, t },
    { step: 0.1 },
  );
  return Math.sqrt(endpoint.add(steadiness).item());
}

/** A grid of standard normal noise, [61, 1], with its probabilities. */
function noiseGrid(): { readonly noise: Tensor; readonly weights: Tensor } {
  const { points: noise } = gridQuadrature(-6, 6, 61, 1);
  const unscaled = noise.square().multiply(-0.5).exp().reshape([-1]);
  return { noise, weights: unscaled.divide(unscaled.sum()) };
}

export const reflowClaims: readonly Claim[] = [
  {
    id: 'reflow.pairs',
    part,
    claim: 'Reflow pairs noise with where the flow takes it',
    equation: 'F_data(x₁) = Φ(x₀),  d = 1',
    compared: 'Pairs by 120 Runge–Kutta steps of the exact field, and by distribution functions; the mixture',
    bound: 'at most',
    tolerance: 1e-7,
    measure: () => pairs(),
  },
  {
    id: 'reflow.cost',
    part,
    claim: 'The pairs are nearer than independent ones',
    equation: 'E‖x₁ − x₀‖² falls from 1 + s² to (1 − s)²',
    compared: 'The cost of the pairs of RK4 on a grid of noise, relative to (1 − s)²; Gaussian data, s = 0.6',
    bound: 'at most',
    tolerance: 1e-6,
    measure: () => transportCost(),
  },
  {
    id: 'reflow.curved',
    part,
    claim: 'The first flow is not straight',
    equation: 'S = ∫ E‖(x₁ − x₀) − v(x_t, t)‖² dt > 0',
    compared: 'S along the trajectories of 20 points: must show; Gaussian data',
    bound: 'at least',
    tolerance: 1e-2,
    measure: () => straightness(curved, somePoints(36, 20, 1)).item(),
    without: () => straightness(straight, somePoints(36, 20, 1)).item(),
  },
  {
    id: 'reflow.straight',
    part,
    claim: 'The flow of the new pairs is',
    equation: 'v(x, t) = (s − 1)·x/(1 − t + t·s),  S = 0',
    compared: 'S along the trajectories of 20 points; Gaussian data',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => straightness(straight, somePoints(36, 20, 1)).item(),
  },
  {
    id: 'reflow.fixed',
    part,
    claim: 'And it is what the loss learns from them',
    equation: '∇E‖(x₁ − x₀) − v(x_t, t)‖² = 0',
    compared: 'The gradient in 105 directions, against that at 1.1·v; Gaussian data',
    bound: 'at most',
    tolerance: 1e-6,
    measure: () => pullAtStraight(),
  },
  {
    id: 'reflow.step',
    part,
    claim: 'One Euler step of it is exact',
    equation: 'x₀ + v(x₀, 0) = x₁',
    compared: 'One step of the straight flow, and the solution s·x₀; Gaussian data',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => oneStep(),
  },
  {
    id: 'reflow.consistent',
    part,
    claim: 'There, consistency FM has no bias',
    equation: 'f(t, x_t) = f(t+Δt, x_{t+Δt}),  v(t, x_t) = v(t+Δt, x_{t+Δt})',
    compared: 'Both terms on the new pairs, Δt = 0.1, at each sample; Gaussian data',
    bound: 'at most',
    tolerance: 1e-6,
    measure: () => consistencyOfStraight(),
  },
];
