/** Sampling: steps of the average velocity against the ODE that they shortcut. */
import type { Tensor } from '../../../autograd/index.ts';
import { optimalTransportPath } from '../../paths/index.ts';
import { marginalField } from '../../paths/marginal-field.ts';
import { sampleFlow, sampleMeanFlow } from '../../sampling/sample.ts';
import { type OdeMethod, odeSolve } from '../../solvers/index.ts';
import { type AverageVelocity, dataToNoise, reverseTime } from '../../time.ts';
import type { Claim, Measurement } from '../claim.ts';
import {
  gaussianAverageVelocity,
  gaussianDeviation,
  gaussianVelocity,
  quantileTransport,
  timesLike,
} from '../exact-velocities.ts';
import { somePoints, threeComponents, threePointField, threePoints } from '../examples.ts';
import { float64, relativeGap } from '../numerics.ts';

const part = 'Sampling';
const s = 0.6;

/** Gaussian data: 1, 2 and 4 steps with the exact u, and RK4 on the ODE, all against z₀ = s·z₁. */
export function gaussianSteps(u: AverageVelocity = gaussianAverageVelocity(s)): number {
  const noise = somePoints(21, 20, 2);
  const solved = sampleFlow(gaussianVelocity(s), noise, { steps: 100 }).x;
  const gaps = [1, 2, 4].map((steps) =>
    relativeGap(sampleMeanFlow(u, noise, { steps }).x, noise.multiply(s)),
  );
  return Math.max(...gaps, relativeGap(solved, noise.multiply(s)));
}

/**
 * A mixture of three in one dimension: 1 and 2 steps with the exact u, against RK4. The exact u comes from
 * distribution functions: F_r(z_r) = F_t(z_t).
 */
export function mixtureSteps(u: AverageVelocity = quantileVelocity): number {
  const noise = somePoints(22, 20, 1);
  const { velocity } = marginalField(optimalTransportPath(), threeComponents[1]);
  const solved = sampleFlow(reverseTime(velocity), noise, { steps: 70 }).x;
  return Math.max(...[1, 2].map((steps) => relativeGap(sampleMeanFlow(u, noise, { steps }).x, solved)));
}

/** (t − r)·u(z_t, r, t) = (t − m)·u(z_t, m, t) + (m − r)·u(z_m, r, m): two steps reach what one reaches. */
export function composition(u: AverageVelocity = gaussianAverageVelocity(s)): number {
  const z = somePoints(23, 20, 2);
  const [r, m, t] = [0.1, 0.45, 0.9];
  const step = (from: number, to: number, position: Tensor) =>
    u(position, float64(to), float64(from)).multiply(from - to);
  const first = step(t, m, z);
  return relativeGap(first.add(step(m, r, z.subtract(first))), step(t, r, z));
}

/** One Euler step with the velocity itself, against the solution: the error that MeanFlow avoids. */
export function oneEulerStep(steps = 1): number {
  const noise = somePoints(21, 20, 2);
  const { x } = sampleFlow(gaussianVelocity(s), noise, { steps, method: 'euler' });
  return relativeGap(x, noise.multiply(s));
}

/** At t = 1 noise says nothing of the data, so v(z, 1) = z − E[x]. */
export function eulerToMean(scale = 1): number {
  const noise = somePoints(21, 20, 2);
  const { points, weights } = threePoints[2];
  const mean = weights.reshape([1, -1]).matmul(points).broadcastTo(noise.shape);
  return Math.max(
    ...[threePoints[2], threeComponents[2]].map((data) => {
      const { velocity } = marginalField(optimalTransportPath(), data);
      const moved = dataToNoise((z, t) => reverseTime(velocity)(z, t).multiply(scale));
      return relativeGap(sampleFlow(moved, noise, { steps: 1, method: 'euler' }).x, mean);
    }),
  );
}

/** Solves the flow's ODE from noise to data in both time conventions: the ends must be the same. */
export function reversal(convert: typeof reverseTime = reverseTime): number {
  const { velocity } = threePointField('ot', 2);
  const noise = somePoints(24, 20, 2);
  const forwards = odeSolve(velocity, noise, { from: 0, to: 1, steps: 40 }).x;
  const reversed = odeSolve(convert(velocity), noise, { from: 1, to: 0, steps: 40 }).x;
  return relativeGap(reversed, forwards);
}

/** A solver's order minus the expected one. The order is log₂ of the ratio of its errors at h and h/2. */
export function order(method: OdeMethod, expected: number): Measurement {
  // Spans and steps where the error is far above rounding, and its leading power dominates.
  const { from, to, steps } =
    expected < 5 ? { from: 0.9, to: 0.3, steps: 100 } : { from: 0.5, to: 0.1, steps: 20 };
  const z = float64([[1.3]]);
  const exact = z.multiply(gaussianDeviation(s, float64(to)).divide(gaussianDeviation(s, float64(from))));
  const errorOf = (count: number) =>
    relativeGap(odeSolve(gaussianVelocity(s), z, { from, to, steps: count, method }).x, exact);
  const slope = Math.log2(errorOf(steps) / errorOf(2 * steps));
  return { residual: slope - expected, detail: `order ${slope.toFixed(3)}` };
}

/** u(z, r, t) = (z_t − z_r)/(t − r) with z_r = F_r⁻¹(F_t(z_t)). */
const quantileVelocity: AverageVelocity = (z, r, t) => {
  const [from, to] = [t, r].map((time) => time.slice([0, 0]).item()) as [number, number];
  return z.subtract(quantileTransport(threeComponents[1], z, from, to)).divide(timesLike(z, from - to));
};

export const samplingClaims: readonly Claim[] = [
  {
    id: 'sampling.gaussian',
    part,
    claim: "One step of sampling is the ODE's solution",
    equation: 'z_r = z_t − (t−r)·u(z_t, r, t);  Gaussian data: z₀ = s·z₁',
    compared: '1, 2 and 4 steps with the exact u, 100 of RK4 with v, and the closed form; d = 2',
    bound: 'at most',
    tolerance: 1e-7,
    measure: () => gaussianSteps(),
  },
  {
    id: 'sampling.mixture',
    part,
    claim: 'The same for a mixture of three',
    equation: 'z_r = z_t − (t−r)·u(z_t, r, t),  F_r(z_r) = F_t(z_t)',
    compared:
      '1 and 2 steps with u from distribution functions (erf), and 70 of RK4 with the marginal field; d = 1',
    bound: 'at most',
    tolerance: 1e-6,
    measure: () => mixtureSteps(),
  },
  {
    id: 'sampling.composition',
    part,
    claim: 'Steps compose',
    equation: '(t−r)·u(z_t, r, t) = (t−m)·u(z_t, m, t) + (m−r)·u(z_m, r, m)',
    compared: 'Two steps, and one; Gaussian data, d = 2',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => composition(),
  },
  {
    id: 'sampling.euler',
    part,
    claim: 'One step with v instead of u is far off',
    equation: 'z₁ − v(z₁, 1) ≠ z₀',
    compared: 'One step of Euler, and the closed form: must show; Gaussian data, d = 2',
    bound: 'at least',
    tolerance: 0.1,
    measure: () => oneEulerStep(),
    without: () => gaussianSteps(),
  },
  {
    id: 'sampling.euler.mean',
    part,
    claim: 'It ends at the mean of the data, from any noise',
    equation: 'z₁ − v(z₁, 1) = E[x]',
    compared: 'One step of Euler along the marginal field, and Σ q(x)·x; three points and a mixture, d = 2',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => eulerToMean(),
  },
  {
    id: 'sampling.reversal',
    part,
    claim: 'The two time conventions describe one flow',
    equation: 'v′(x, s) = −v(x, 1 − s)',
    compared: 'RK4 from noise to data in either convention; OT, three points, d = 2',
    bound: 'at most',
    tolerance: 1e-10,
    measure: () => reversal(),
  },
  ...(
    [
      ['euler', 1],
      ['heun', 2],
      ['rungeKutta4', 4],
      ['dormandPrince54', 5],
      ['tsitouras54', 5],
    ] as const
  ).map(
    ([method, expected]): Claim => ({
      id: `sampling.order.${method}`,
      part,
      claim: `The order of the solver, ${method}`,
      equation: `error ~ h^${expected}`,
      compared: 'log₂ of the ratio of the errors with n and 2n steps, minus the order; Gaussian data',
      bound: 'at most',
      tolerance: 0.1,
      measure: () => order(method, expected),
    }),
  ),
];
