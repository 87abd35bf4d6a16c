/**
 * Data distributions in one dimension whose average velocity is known exactly, with quadrature over data and noise: expected
 * gradients of a loss without sampling. At each z_t the pairs (x, e) that lead there are a grid of their own, so that what holds
 * on average given z_t holds to rounding, however few the z_t.
 */
import { equal, erfc, type Tensor, where, withoutGradient } from '../../autograd/index.ts';
import { marginalField } from '../marginal-field.ts';
import { optimalTransportPath } from '../paths/index.ts';
import { type AverageVelocity, reverseTime, type Velocity } from '../time.ts';
import { gaussianAverageVelocity, gaussianVelocity } from './average-velocities.ts';
import { threeComponents } from './examples.ts';
import { gridQuadrature } from './numerics.ts';

export interface ExactExample {
  /** log q(x), [m, 1], up to a constant. */
  readonly logDensity: (x: Tensor) => Tensor;
  /** v(z, t) and u(z, r, t), exact. */
  readonly velocity: Velocity<'dataToNoise'>;
  readonly average: AverageVelocity;
}

const { means, deviations, weights } = threeComponents[1];
const mixtureField = marginalField(optimalTransportPath(), threeComponents[1]);
const mixtureVelocity = reverseTime(mixtureField.velocity);

/** x ~ N(0, 0.6²), all in closed form; and three unequal Gaussians, u from distribution functions. */
export const exactExamples = {
  gaussian: {
    logDensity: (x) => x.divide(0.6).square().multiply(-0.5),
    velocity: gaussianVelocity(0.6),
    average: gaussianAverageVelocity(0.6),
  },
  mixture: {
    logDensity: (x) => mixtureField.logDensity(x, 1).reshape([-1, 1]),
    velocity: mixtureVelocity,
    average: mixtureAverageVelocity,
  },
} as const satisfies Record<string, ExactExample>;

export type ExampleName = keyof typeof exactExamples;

/**
 * u(z, r, t) = (z − z_r)/(t − r), where F_r(z_r) = F_t(z): in one dimension the flow keeps the order of the points. z_r is found by
 * bisection, as a constant, and then improved by one step of Newton's, which also gives it the right first derivatives.
 */
function mixtureAverageVelocity(z: Tensor, r: Tensor, t: Tensor): Tensor {
  const found = withoutGradient(bisectQuantile)(z, r, t);
  const density = withoutGradient(mixtureField.logDensity)(found, r.negate().add(1)).exp().reshape(found.shape);
  const carried = found.subtract(distribution(found, r).subtract(distribution(z, t)).divide(density));
  const same = equal(r, t);
  return where(same, mixtureVelocity(z, t), z.subtract(carried).divide(where(same, 1, t.subtract(r))));
}

function bisectQuantile(z: Tensor, r: Tensor, t: Tensor): Tensor {
  const goal = distribution(z, t);
  let [low, high] = [z.multiply(0).subtract(12), z.multiply(0).add(12)];
  for (let i = 0; i < 36; i++) {
    const middle = low.add(high).divide(2);
    const below = distribution(middle, r).less(goal);
    [low, high] = [where(below, middle, low), where(below, high, middle)];
  }
  return low.add(high).divide(2);
}

/** F_t(z) = P(z_t ≤ z), like z. */
function distribution(z: Tensor, t: Tensor): Tensor {
  const rest = t.negate().add(1);
  const sigma = rest.multiply(deviations).square().add(t.square()).sqrt();
  const standardized = z.subtract(rest.multiply(means.reshape([-1]))).divide(sigma);
  return erfc(standardized.divide(-Math.SQRT2)).multiply(weights).sum({ axes: 1, keepDims: true }).divide(2);
}

/** Pairs of data and noise with their probabilities, which sum to about 1. */
export interface JointGrid {
  /** [n, 1] */
  readonly data: Tensor;
  readonly noise: Tensor;
  /** [n] */
  readonly weights: Tensor;
}

/** The pairs that lead to 15 points z_t, 91 for each. */
export function jointGrid({ logDensity }: ExactExample, t: number): JointGrid {
  const along = gridQuadrature(-2.1, 2.1, 15, 1);
  const across = gridQuadrature(-4.5, 4.5, 91, 1);
  const z = along.points.reshape([15, 1, 1]).broadcastTo([15, 91, 1]).reshape([-1, 1]);
  const data = across.points.reshape([1, 91, 1]).broadcastTo([15, 91, 1]).reshape([-1, 1]);
  const noise = z.subtract(data.multiply(1 - t)).divide(t);
  const unscaled = logDensity(data).subtract(noise.square().multiply(0.5)).exp().reshape([-1]);
  return { data, noise, weights: unscaled.divide(unscaled.sum()) };
}
