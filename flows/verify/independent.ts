/**
 * Computes the marginal velocity a second way, without conditional velocities.
 *
 * In one dimension the flow carries the distribution function along: ∂ₜF + u·p = 0, so u = −∂ₜF/p. If the
 * data is a product of one-dimensional distributions, each coordinate flows by itself. This gives the
 * velocity in two dimensions, too.
 */
import { concatenate, exp, fromNDArray, slice, type Tensor, toNDArray } from '../../autograd/index.ts';
import { erfc } from '../../lib/index.ts';
import type { GaussianPath } from '../paths/index.ts';
import type { Dimension, FiniteData } from './examples.ts';
import { differenceQuotient, float64 } from './numerics.ts';

/** F_t(x) = Σₖ qₖ Φ((x − μₖ)/σₖ) for x [m, 1] and data points [n, 1]; returns [m, 1]. */
export function distributionFunction(path: GaussianPath, data: FiniteData, x: Tensor, t: number): Tensor {
  return standardized(path, data, x, t).phi.multiply(data.weights).sum({ axes: 1, keepDims: true });
}

/** p_t(x) = Σₖ qₖ φ((x − μₖ)/σₖ)/σₖ; returns [m, 1]. */
export function density(path: GaussianPath, data: FiniteData, x: Tensor, t: number): Tensor {
  const { z, sigma } = standardized(path, data, x, t);
  const normal = exp(z.square().multiply(-0.5)).divide(Math.sqrt(2 * Math.PI));
  return normal.divide(sigma).multiply(data.weights).sum({ axes: 1, keepDims: true });
}

/** u_t(x) = −∂ₜF_t(x)/p_t(x), with the derivative by differences; returns [m, 1]. */
function velocityFromDistribution(path: GaussianPath, data: FiniteData, x: Tensor, t: number): Tensor {
  const rate = differenceQuotient((time) => distributionFunction(path, data, x, time), t, 0.05);
  return rate.negate().divide(density(path, data, x, t));
}

/** Data with independent coordinates, and its velocity at x [m, d] from their distribution functions. */
interface ProductExample {
  readonly data: FiniteData;
  velocity(path: GaussianPath, x: Tensor, t: number): Tensor;
}

const axes: readonly FiniteData[] = [
  { points: float64([[-1.2], [0.3], [1.1]]), weights: float64([0.5, 0.3, 0.2]) },
  { points: float64([[-0.8], [0.9]]), weights: float64([0.6, 0.4]) },
];

/** For d = 1 three points. For d = 2 the product of these with two points: six points. */
export function productExample(dimension: Dimension): ProductExample {
  const factors = axes.slice(0, dimension);
  return {
    data: factors.reduce(productOf),
    velocity: (path, x, t) =>
      concatenate(
        factors.map((data, i) => velocityFromDistribution(path, data, slice(x, [null, [i, i + 1]]), t)),
        1,
      ),
  };
}

function productOf(a: FiniteData, b: FiniteData): FiniteData {
  const [n, m] = [a.points.shape[0] as number, b.points.shape[0] as number];
  const left = a.points.reshape([n, 1, -1]).broadcastTo([n, m, a.points.shape[1] as number]);
  const right = b.points.reshape([1, m, -1]).broadcastTo([n, m, b.points.shape[1] as number]);
  return {
    points: concatenate([left, right], 2).reshape([n * m, -1]),
    weights: a.weights
      .reshape([n, 1])
      .multiply(b.weights)
      .reshape([n * m]),
  };
}

/** z = (x − μₖ)/σₖ and Φ(z) for all pairs of a row of x and a data point, [m, n]; and σₖ, [n]. */
function standardized(path: GaussianPath, { points }: FiniteData, x: Tensor, t: number) {
  const sigma = path.deviation(points, t).broadcastTo(points.shape).reshape([-1]);
  const z = x.subtract(path.mean(points, t).reshape([-1])).divide(sigma);
  const phi = fromNDArray(erfc(toNDArray(z.divide(-Math.SQRT2)))).divide(2);
  return { z, sigma, phi };
}
