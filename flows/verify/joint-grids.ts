/**
 * Data distributions in one dimension whose average velocity is known exactly, and grids of data and noise.
 * The grids give the expected gradient of a loss by quadrature, without sampling.
 *
 * Each z_t has a grid of its own: the pairs (x, e) that lead to it. So a statement about the mean given z_t
 * holds to rounding on the grid, also with few z_t.
 */
import {
  equal,
  erfc,
  fromNDArray,
  subtract,
  type Tensor,
  toNDArray,
  where,
  withoutGradient,
} from '../../autograd/index.ts';
import { optimalTransportPath } from '../paths/index.ts';
import { marginalField } from '../paths/marginal-field.ts';
import { type AverageVelocity, dataToNoise, reverseTime, type Velocity } from '../time.ts';
import { gaussianAverageVelocity, gaussianVelocity } from './exact-velocities.ts';
import { threeComponents } from './examples.ts';
import { gridQuadrature, lazily } from './numerics.ts';

export interface ExactExample {
  /** log q(x), [m, 1], up to a constant. */
  readonly logDensity: (x: Tensor) => Tensor;
  /** v(z, t) and u(z, r, t), exact. */
  readonly velocity: Velocity<'dataToNoise'>;
  readonly average: AverageVelocity;
}

const { means, deviations, weights } = threeComponents[1];
const mixtureField = lazily(() => marginalField(optimalTransportPath(), threeComponents[1]));
const mixtureVelocity = dataToNoise((z, t) => reverseTime(mixtureField().velocity)(z, t));

/** x ~ N(0, 0.6²), all in closed form; and three unequal Gaussians, with u from distribution functions. */
export const exactExamples = {
  gaussian: {
    logDensity: (x) => x.divide(0.6).square().multiply(-0.5),
    velocity: gaussianVelocity(0.6),
    average: gaussianAverageVelocity(0.6),
  },
  mixture: {
    logDensity: (x) => mixtureField().logDensity(x, 1).reshape([-1, 1]),
    velocity: mixtureVelocity,
    average: mixtureAverageVelocity,
  },
} as const satisfies Record<string, ExactExample>;

export type ExampleName = keyof typeof exactExamples;

/**
 * u(z, r, t) = (z − z_r)/(t − r), where F_r(z_r) = F_t(z), because in one dimension the flow keeps the order
 * of the points. `quantile` finds z_r as a constant. One more Newton step then improves z_r and gives it the
 * right first derivatives.
 */
function mixtureAverageVelocity(z: Tensor, r: Tensor, t: Tensor): Tensor {
  const carried = newtonStep(quantile(z, r, t), r, distribution(z, t));
  const same = equal(r, t);
  return where(same, mixtureVelocity(z, t), z.subtract(carried).divide(where(same, 1, t.subtract(r))));
}

const quantiles = new Map<string, Tensor>();

/** `findQuantile` as a constant, computed once for the same numbers: all losses ask for the same grids. */
function quantile(...point: [z: Tensor, r: Tensor, t: Tensor]): Tensor {
  const constants = point.map((x) => fromNDArray(toNDArray(x))) as typeof point;
  const name = constants.map((x) => x.toTypedArray().join()).join(';');
  const known = quantiles.get(name) ?? findQuantile(...constants);
  quantiles.set(name, known);
  return known;
}

/** The z_r with F_r(z_r) = F_t(z): bisection to within 4·10⁻⁴, then two Newton steps. */
function findQuantile(z: Tensor, r: Tensor, t: Tensor): Tensor {
  const goal = distribution(z, t);
  let [low, high] = [z.multiply(0).subtract(12), z.multiply(0).add(12)];
  for (let i = 0; i < 16; i++) {
    const middle = low.add(high).divide(2);
    const below = distribution(middle, r).less(goal);
    [low, high] = [where(below, middle, low), where(below, high, middle)];
  }
  return newtonStep(newtonStep(low.add(high).divide(2), r, goal), r, goal);
}

/** A Newton step to F_r(x) = goal. If x is a constant near the root, derivatives in r and goal are right. */
function newtonStep(x: Tensor, r: Tensor, goal: Tensor): Tensor {
  return x.subtract(distribution(x, r).subtract(goal).divide(withoutGradient(density)(x, r)));
}

/** F_t(z) = P(z_t ≤ z), of the shape of z. */
function distribution(z: Tensor, t: Tensor): Tensor {
  const { standardized } = components(z, t);
  return erfc(standardized.divide(-Math.SQRT2)).multiply(weights).sum({ axes: 1, keepDims: true }).divide(2);
}

/** p_t(z) = F_t′(z), of the shape of z. */
function density(z: Tensor, t: Tensor): Tensor {
  const { standardized, sigma } = components(z, t);
  const normal = standardized
    .square()
    .multiply(-0.5)
    .exp()
    .divide(sigma.multiply(Math.sqrt(2 * Math.PI)));
  return normal.multiply(weights).sum({ axes: 1, keepDims: true });
}

/** (z − μ)/σ for each component of the mixture at time t, and its deviation σ. */
function components(z: Tensor, t: Tensor): { readonly standardized: Tensor; readonly sigma: Tensor } {
  const rest = subtract(1, t);
  const sigma = rest.multiply(deviations).square().add(t.square()).sqrt();
  return { standardized: z.subtract(rest.multiply(means.reshape([-1]))).divide(sigma), sigma };
}

/** Pairs of data and noise with their probabilities, which sum to about 1. */
export interface JointGrid {
  /** [n, 1] */
  readonly data: Tensor;
  readonly noise: Tensor;
  /** [n] */
  readonly weights: Tensor;
}

/** 9 points z_t, and for each of them 81 pairs of data and noise that lead to it: n = 729. */
export function jointGrid({ logDensity }: ExactExample, t: number): JointGrid {
  const along = gridQuadrature(-2, 2.2, 9, 1);
  const across = gridQuadrature(-4.5, 4.5, 81, 1);
  const z = along.points.reshape([9, 1, 1]).broadcastTo([9, 81, 1]).reshape([-1, 1]);
  const data = across.points.reshape([1, 81, 1]).broadcastTo([9, 81, 1]).reshape([-1, 1]);
  const noise = z.subtract(data.multiply(1 - t)).divide(t);
  const unscaled = logDensity(data).subtract(noise.square().multiply(0.5)).exp().reshape([-1]);
  return { data, noise, weights: unscaled.divide(unscaled.sum()) };
}
