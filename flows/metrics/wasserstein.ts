/** The Wasserstein distance: how far the points of one sample must move to become another. */
import { random } from '../../autograd/index.ts';
import { ArgumentError, requireFunction, wrap } from '../../lib/index.ts';
import { assignment } from '../assignment.ts';
import { type PointSet, type Points, pointSet, sameDimension } from '../points.ts';
import { squaredDistances } from '../squared-distances.ts';

/**
 * The exact 2-Wasserstein distance of two samples of equal size: the root of the least mean squared distance
 * over all ways to pair their points. Computed in float64. 1,000 points take about 0.1 s, 4,000 take several
 * seconds.
 *
 * Two samples of one distribution are about n^(−1/d) apart, not 0. Quote n and the floor
 * (`wasserstein2Floor`) beside every figure: without them it means nothing.
 *
 * Source: Peyré and Cuturi, "Computational Optimal Transport" (2019), section 2.2 (assignment) and
 * proposition 2.2.
 * @param x points of shape [n, d], any dtype
 * @param y points of shape [n, d]
 * @returns a distance in the units of the points
 * @throws ShapeError for other shapes, ArgumentError unless both have the same number of points
 * @example wasserstein2(tensor([[0], [1]]), tensor([[3], [4]])); // 3
 */
export function wasserstein2(x: Points, y: Points): number {
  const [first, second] = [pointSet('wasserstein2', x), pointSet('wasserstein2', y)];
  sameDimension('wasserstein2', first, second);
  if (first.count !== second.count) {
    throw new ArgumentError(
      `wasserstein2: wanted as many points in both, got ${first.count} and ${second.count}`,
    );
  }
  const costs = squaredDistances(first, second);
  let total = 0;
  assignment(wrap(costs, [first.count, first.count])).forEach((column, row) => {
    total += costs[row * first.count + column] as number;
  });
  return Math.sqrt(total / first.count);
}

/** Draws `count` independent points of a distribution; returns them as [count, d]. */
export type Sampler = (key: random.Key, count: number) => Points;

/**
 * The sampling floor: the W₂ between two independent samples of one distribution, averaged over several pairs
 * of samples. No model can be expected to come below it.
 *
 * @param count how many points each sample has
 * @param repeats how many pairs of samples to draw; by default 4
 * @throws ArgumentError unless `repeats` is a whole number ≥ 1
 * @example
 * wasserstein2Floor(random.key(0), (key, count) => moons(key, count).points, 1000); // 0.06
 */
export function wasserstein2Floor(key: random.Key, draw: Sampler, count: number, repeats = 4): number {
  requireFunction('wasserstein2Floor', draw);
  if (!Number.isInteger(repeats) || repeats < 1) {
    throw new ArgumentError(
      `wasserstein2Floor: wanted a whole number of repeats, at least 1, got ${repeats}`,
    );
  }
  const keys = random.split(key, 2 * repeats);
  let total = 0;
  for (let k = 0; k < repeats; k++) {
    total += wasserstein2(draw(keys[2 * k] as random.Key, count), draw(keys[2 * k + 1] as random.Key, count));
  }
  return total / repeats;
}

/**
 * The sliced 2-Wasserstein distance: the root mean square, over random directions, of the W₂ between the
 * samples' projections onto a direction. In one dimension W₂ takes only sorting, so the cost is
 * O(projections·n·(d + log n)). The two samples may differ in size.
 *
 * Between Gaussians of equal covariance it is the distance of the means divided by √d.
 *
 * Source: Bonneel et al., "Sliced and Radon Wasserstein Barycenters of Measures" (2015).
 * @param x points of shape [n, d], any dtype
 * @param y points of shape [m, d]
 * @param projections how many directions; by default 128
 * @returns a distance in the units of the points
 * @throws ShapeError for other shapes, ArgumentError unless `projections` is a whole number ≥ 1
 * @example slicedWasserstein2(random.key(0), samples, images);
 */
export function slicedWasserstein2(key: random.Key, x: Points, y: Points, projections = 128): number {
  const [first, second] = [pointSet('slicedWasserstein2', x), pointSet('slicedWasserstein2', y)];
  const dimension = sameDimension('slicedWasserstein2', first, second);
  if (!Number.isInteger(projections) || projections < 1) {
    throw new ArgumentError(`slicedWasserstein2: wanted at least 1 projection, got ${projections}`);
  }
  const directions = random
    .normal(key, [projections, dimension], { dtype: 'float64' })
    .toTypedArray() as Float64Array;
  let total = 0;
  for (let k = 0; k < projections; k++) {
    const direction = directions.subarray(k * dimension, (k + 1) * dimension);
    const length = Math.hypot(...direction);
    total += squaredDistanceOnLine(project(first, direction), project(second, direction)) / length ** 2;
  }
  return Math.sqrt(total / projections);
}

/** The points' components along a direction, sorted. */
function project({ data, count, dimension }: PointSet, direction: Float64Array): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    return direction.reduce((sum, component, j) => sum + component * (data[i * dimension + j] as number), 0);
  }).sort();
}

/** W₂² of two sorted samples: ∫ (F⁻¹(q) − G⁻¹(q))² dq; both quantile functions are steps. */
function squaredDistanceOnLine(x: Float64Array, y: Float64Array): number {
  let [i, j, reached, sum] = [0, 0, 0, 0];
  while (i < x.length && j < y.length) {
    // In units of 1/(n·m), so that both are whole numbers.
    const [nextX, nextY] = [(i + 1) * y.length, (j + 1) * x.length];
    const next = Math.min(nextX, nextY);
    sum += (next - reached) * ((x[i] as number) - (y[j] as number)) ** 2;
    reached = next;
    if (next === nextX) i++;
    if (next === nextY) j++;
  }
  return sum / (x.length * y.length);
}
