/** The energy distance: how far apart two distributions are, judged by samples of each. */
import { type PointSet, type Points, pointSet, sameDimension } from '../points.ts';

/**
 * The energy distance 2 E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖ between two samples, with the Euclidean norm.
 *
 * It is the V-statistic: every pair counts, also a point with itself. So it is never negative, and it is zero
 * for equal samples. For two independent samples of one distribution it is about E‖X − X′‖ (1/n + 1/m).
 * O((n + m)²·d), in float64.
 *
 * Source: Székely and Rizzo, "Energy statistics: a class of statistics based on distances" (2013),
 * equation 5.
 *
 * @param x points of shape [n, d], any dtype
 * @param y points of shape [m, d]
 * @returns a distance in the units of the points
 * @throws ShapeError if the shapes are not [n, d] and [m, d]
 * @example
 * energyDistance(tensor([[0], [1]]), tensor([[3], [3]])); // 2 · 2.5 − 0.5 − 0 = 4.5
 */
export function energyDistance(x: Points, y: Points): number {
  const first = pointSet('energyDistance', x);
  const second = pointSet('energyDistance', y);
  sameDimension('energyDistance', first, second);
  return 2 * meanDistance(first, second) - meanDistance(first, first) - meanDistance(second, second);
}

/** The mean of ‖xᵢ − yⱼ‖ over all pairs. A partial sum for each i keeps the rounding error small. */
function meanDistance(x: PointSet, y: PointSet): number {
  let total = 0;
  for (let i = 0; i < x.count; i++) {
    // The matrix of distances within one set is symmetric with a zero diagonal: half of it is enough.
    total += x === y ? 2 * sumOfDistances(x, i, y, i + 1) : sumOfDistances(x, i, y, 0);
  }
  return total / (x.count * y.count);
}

/** Σ ‖xᵢ − yⱼ‖ over j ≥ start. */
function sumOfDistances(x: PointSet, i: number, y: PointSet, start: number): number {
  const point = x.data.subarray(i * x.dimension, (i + 1) * x.dimension);
  let sum = 0;
  for (let j = start; j < y.count; j++) sum += Math.sqrt(squaredDistance(point, y.data, j * y.dimension));
  return sum;
}

/** ‖point − y‖² for the point of `data` that starts at `offset`. */
export function squaredDistance(point: Float64Array, data: Float64Array, offset: number): number {
  let sum = 0;
  for (let k = 0; k < point.length; k++) {
    const difference = (point[k] as number) - (data[offset + k] as number);
    sum += difference * difference;
  }
  return sum;
}
