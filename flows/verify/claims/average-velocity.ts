/**
 * MeanFlow's average velocity and the identity that defines it without an integral. Time runs from data (0)
 * to noise (1).
 */
import { concatenate, jvp, random, type Tensor, type TensorLike } from '../../../autograd/index.ts';
import { meanFlowError } from '../../losses/index.ts';
import { optimalTransportPath } from '../../paths/index.ts';
import { marginalField } from '../../paths/marginal-field.ts';
import { odeSolve } from '../../solvers/index.ts';
import { type AverageVelocity, instantaneousVelocity, reverseTime, type Velocity } from '../../time.ts';
import type { Claim } from '../claim.ts';
import {
  averageVelocityOf,
  gaussianAverageVelocity,
  gaussianDeviation,
  gaussianVelocity,
  marginalVelocity,
  timesLike,
} from '../exact-velocities.ts';
import { eachPoint, smallNetwork, somePoints, threePoints } from '../examples.ts';
import { networkAverageVelocity } from '../integrals.ts';
import { differenceQuotient, float64, largest, relativeGap } from '../numerics.ts';

const part = 'MeanFlow: the average velocity';
const s = 0.6;
const [r, t] = [0.25, 0.8];

/** The tangents of (z, r, t); the identity needs (v, 0, 1). */
export type Tangents = (v: Tensor) => readonly [TensorLike, TensorLike, TensorLike];
const alongTrajectory: Tangents = (v) => [v, 0, 1];

/**
 * v(z_t, t) = E[v_t | z_t] = E[e − x | z_t]. The left side is the library's marginal field, reversed in time;
 * the right side is the posterior mean by hand.
 */
export function marginalOfConditional(sign = 1): number {
  const data = threePoints[1];
  const z = somePoints(12, 20, 1);
  const joint = eachPoint(data, (x, q) => {
    const e = z.subtract(x.multiply(1 - t)).divide(t);
    return { weight: e.square().multiply(-0.5).exp().multiply(q), v: e.subtract(x) };
  });
  const total = joint.map(({ weight }) => weight).reduce((a, b) => a.add(b));
  const mean = joint
    .map(({ weight, v }) => weight.multiply(v))
    .reduce((a, b) => a.add(b))
    .divide(total);
  return relativeGap(marginalVelocity(data)(z, t), mean.multiply(sign));
}

/**
 * The v of dz_t/dt = v(z_t, t), which carries p_t along, for Gaussian data: the library's marginal field
 * against the closed form (σ_t′/σ_t)·z.
 */
export function gaussianMarginal(deviation = s): number {
  const z = somePoints(12, 20, 2);
  const field = marginalField(optimalTransportPath(), {
    means: float64([[0, 0]]),
    deviations: float64([deviation]),
  });
  return relativeGap(reverseTime(field.velocity)(z, t), gaussianVelocity(s)(z, float64(t)));
}

/**
 * u(z_t, r, t) = 1/(t − r) ∫_r^t v(z_τ, τ) dτ. The ODE solver carries the integral along the trajectory as a
 * second coordinate.
 */
export function definition(u: AverageVelocity = gaussianAverageVelocity(s)): number {
  const z = somePoints(13, 10, 1);
  const v = gaussianVelocity(s);
  const augmented = (state: Tensor, time: Tensor) => {
    const velocity = v(state.slice([null, [0, 1]]), time);
    return concatenate([velocity, velocity], 1);
  };
  const start = concatenate([z, z.multiply(0)], 1);
  const integral = odeSolve(augmented, start, { from: t, to: r, steps: 200 })
    .x.slice([null, [1, 2]])
    .negate();
  return relativeGap(u(z, float64(r), float64(t)), integral.divide(t - r));
}

/** u = v − (t − r)·du/dt, with du/dt by jvp along the tangents. */
export function identity(
  u: AverageVelocity,
  v: Velocity<'dataToNoise'>,
  tangents: Tangents = alongTrajectory,
): number {
  const z = somePoints(14, 10, 2);
  const [from, to] = [timesLike(z, r), timesLike(z, t)];
  const velocity = v(z, to);
  const [average, dudt] = jvp(u, [z, from, to], tangents(velocity) as [TensorLike, TensorLike, TensorLike]);
  return relativeGap(velocity.subtract(dudt.multiply(t - r)), average);
}

/** The library's Δ = u − sg(v − (t − r)·du/dt) vanishes. */
function libraryError(u: AverageVelocity, v: Velocity<'dataToNoise'>): number {
  const z = somePoints(14, 10, 2);
  const [from, to] = [timesLike(z, r), timesLike(z, t)];
  return largest(meanFlowError(u, { z, v: v(z, to), r: from, t: to })) / largest(u(z, from, to));
}

/** d/dt((t − r)·u) = v, where one jvp differentiates the whole product. */
export function productDerivative(u: AverageVelocity = gaussianAverageVelocity(s)): number {
  const z = somePoints(14, 10, 2);
  const v = gaussianVelocity(s)(z, float64(t));
  const displacement = (position: Tensor, time: Tensor) =>
    u(position, float64(r), time).multiply(time.subtract(r));
  return relativeGap(jvp(displacement, [z, float64(t)], [v, 1])[1], v);
}

/** u(z, t, t) = v(z, t). */
export function instant(u: AverageVelocity = gaussianAverageVelocity(s)): number {
  const z = somePoints(15, 10, 2);
  return Math.max(
    ...[0.1, 0.5, 1].map((time) =>
      relativeGap(instantaneousVelocity(u)(z, time), gaussianVelocity(s)(z, time)),
    ),
  );
}

/** du/dt by jvp, against differences of u along the trajectory z_τ = z·σ_τ/σ_t. */
export function derivativeAlongTrajectory(u: AverageVelocity, tangents: Tangents = alongTrajectory): number {
  const z = somePoints(16, 10, 2);
  const v = gaussianVelocity(s)(z, float64(t));
  const [, dudt] = jvp(
    u,
    [z, timesLike(z, r), timesLike(z, t)],
    tangents(v) as [TensorLike, TensorLike, TensorLike],
  );
  const trajectory = (tau: number) => {
    const growth = gaussianDeviation(s, float64(tau)).divide(gaussianDeviation(s, float64(t)));
    return u(z.multiply(growth), timesLike(z, r), timesLike(z, tau));
  };
  return relativeGap(dudt, differenceQuotient(trajectory, t, 0.05));
}

/** An untrained network: the claim is about derivatives, so it holds for any u. */
function anyNetwork(): AverageVelocity {
  return networkAverageVelocity(2)(smallNetwork(2, 2).initialise(random.key(5)));
}

const wrongTangents: readonly Tangents[] = [
  (v) => [v, 0, 0],
  (v) => [v, 1, 0],
  (v) => [v, 1, 1],
  () => [0, 0, 1],
];
const mixtureVelocity = () => marginalVelocity(threePoints[2]);

export const averageVelocityClaims: readonly Claim[] = [
  {
    id: 'average.marginal',
    part,
    claim: 'The marginal velocity is the mean conditional one',
    equation: 'v(z_t, t) = E[v_t | z_t],  v_t = e − x',
    compared: "Flow matching's marginal field in reversed time, and the posterior mean by hand; d = 1",
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => marginalOfConditional(),
  },
  {
    id: 'average.gaussian',
    part,
    claim: 'For Gaussian data it has a closed form',
    equation: 'v(z, t) = (σ_t′/σ_t)·z,  σ_t² = (1−t)²s² + t²',
    compared: 'The marginal field, and the closed form; d = 2',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => gaussianMarginal(),
  },
  {
    id: 'average.definition',
    part,
    claim: 'The average velocity, by definition',
    equation: 'u(z_t, r, t) = 1/(t−r) ∫_r^t v(z_τ, τ) dτ',
    compared:
      'Closed form z(1 − σ_r/σ_t)/(t − r) for Gaussian data, and the integral along the trajectory by RK4',
    bound: 'at most',
    tolerance: 1e-9,
    measure: () => definition(),
  },
  {
    id: 'average.identity',
    part,
    claim: 'The MeanFlow identity, in closed form',
    equation: 'u(z_t, r, t) = v(z_t, t) − (t−r)·du/dt',
    compared: 'Both sides for Gaussian data, du/dt = jvp(u, (z, r, t), (v, 0, 1)); and the Δ of the library',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => {
      const [u, v] = [gaussianAverageVelocity(s), gaussianVelocity(s)];
      return Math.max(identity(u, v), libraryError(u, v));
    },
  },
  {
    id: 'average.identity.mixture',
    part,
    claim: 'The MeanFlow identity, for three points in the plane',
    equation: 'u(z_t, r, t) = v(z_t, t) − (t−r)·du/dt',
    compared: 'u by 40 steps of RK4 along the exact marginal velocity, du/dt by jvp through them',
    bound: 'at most',
    tolerance: 1e-5,
    measure: () => identity(averageVelocityOf(mixtureVelocity()), mixtureVelocity()),
  },
  {
    id: 'average.caught',
    part,
    claim: 'Wrong tangents are caught',
    equation: 'u ≠ v − (t−r)·jvp(u, (z, r, t), τ) for τ = (v,0,0), (v,1,0), (v,1,1), (0,0,1)',
    compared: 'The smallest of the four residuals of the identity: must show; Gaussian data',
    bound: 'at least',
    tolerance: 1e-2,
    measure: () =>
      Math.min(
        ...wrongTangents.map((tangents) =>
          identity(gaussianAverageVelocity(s), gaussianVelocity(s), tangents),
        ),
      ),
    without: () => identity(gaussianAverageVelocity(s), gaussianVelocity(s)),
  },
  {
    id: 'average.product',
    part,
    claim: 'The displacement changes at the velocity',
    equation: 'd/dt [(t−r)·u(z_t, r, t)] = v(z_t, t)',
    compared: 'jvp of the product with tangents (v, 1) for (z, t), and v; Gaussian data',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => productDerivative(),
  },
  {
    id: 'average.instant',
    part,
    claim: 'Over no time, the average is the velocity',
    equation: 'u(z, t, t) = v(z, t)',
    compared: 'Both closed forms, t = 0.1, 0.5, 1; Gaussian data',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => instant(),
  },
  {
    id: 'average.derivative',
    part,
    claim: 'du/dt by jvp is the derivative along the trajectory',
    equation: 'du/dt = (∂_z u)·v + ∂_t u',
    compared:
      'jvp, and differences in τ of u(z_τ, r, τ); the closed form, and a network that has learned nothing',
    bound: 'at most',
    tolerance: 1e-10,
    measure: () =>
      Math.max(
        derivativeAlongTrajectory(gaussianAverageVelocity(s)),
        derivativeAlongTrajectory(anyNetwork()),
      ),
  },
];
