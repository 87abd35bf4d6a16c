/** The maximum mean discrepancy: how far apart two distributions are, judged by a kernel. */
import { ArgumentError, completeOptions } from '../../lib/index.ts';
import { type PointSet, type Points, pointSet, sameDimension } from '../points.ts';
import { squaredDistance } from './energy-distance.ts';

export interface DiscrepancyOptions {
  /**
   * Widths σ of the Gaussian kernels, in the units of the points; k is the mean of these kernels. Default ¼,
   * ½, 1, 2 and 4 times `medianDistance` of the second sample.
   */
  readonly bandwidths?: readonly number[];
}

/**
 * The squared maximum mean discrepancy E k(X, X′) − 2 E k(X, Y) + E k(Y, Y′) of two samples, with
 * k(x, y) = mean over σ of exp(−‖x − y‖²/(2σ²)).
 *
 * The estimate is unbiased. For two samples of one distribution its expectation is 0, so it may be negative.
 * O((n + m)²·d), in float64.
 *
 * Source: Gretton et al., "A Kernel Two-Sample Test" (2012), equation 3.
 * @param x points of shape [n, d], n ≥ 2, any dtype: the samples
 * @param y points of shape [m, d], m ≥ 2: the data, which decides the default bandwidths
 * @throws ShapeError for other shapes, ArgumentError for samples of one point, or bandwidths that are not
 * positive
 * @example squaredDiscrepancy(samples, images);
 */
export function squaredDiscrepancy(x: Points, y: Points, options: DiscrepancyOptions = {}): number {
  const { bandwidths: given } = completeOptions('squaredDiscrepancy', { bandwidths: undefined }, options);
  const [first, second] = [pointSet('squaredDiscrepancy', x), pointSet('squaredDiscrepancy', y)];
  sameDimension('squaredDiscrepancy', first, second);
  if (first.count < 2 || second.count < 2) {
    throw new ArgumentError(
      `squaredDiscrepancy: wanted at least 2 points in both, got ${first.count} and ${second.count}`,
    );
  }
  const bandwidths = given ?? [0.25, 0.5, 1, 2, 4].map((factor) => factor * medianDistance(y));
  if (bandwidths.length === 0 || !bandwidths.every((width) => width > 0 && Number.isFinite(width))) {
    throw new ArgumentError(`squaredDiscrepancy: wanted bandwidths > 0, got [${bandwidths.join(', ')}]`);
  }
  return (
    meanKernel(first, first, bandwidths) +
    meanKernel(second, second, bandwidths) -
    2 * meanKernel(first, second, bandwidths)
  );
}

/**
 * The median of the distances between different points. It reads at most 500 points, evenly spaced through
 * the sample.
 *
 * @param points [n, d], n ≥ 2, any dtype
 * @returns a distance in the units of the points; NaN for a single point
 * @throws ShapeError for another shape
 * @example medianDistance(images);
 */
export function medianDistance(points: Points): number {
  const { data, count, dimension } = pointSet('medianDistance', points);
  const used = Math.min(count, 500);
  const rows = Array.from({ length: used }, (_, k) => Math.floor((k * count) / used));
  const squares: number[] = [];
  rows.forEach((row, k) => {
    const point = data.subarray(row * dimension, (row + 1) * dimension);
    for (const other of rows.slice(k + 1)) squares.push(squaredDistance(point, data, other * dimension));
  });
  squares.sort((a, b) => a - b);
  return Math.sqrt(squares[Math.floor(squares.length / 2)] ?? Number.NaN);
}

/** The mean of k(x, y) over all pairs. If x and y are one sample, over all pairs of different points. */
function meanKernel(x: PointSet, y: PointSet, bandwidths: readonly number[]): number {
  const factors = bandwidths.map((width) => -0.5 / width ** 2);
  let [total, pairs] = [0, 0];
  for (let i = 0; i < x.count; i++) {
    const point = x.data.subarray(i * x.dimension, (i + 1) * x.dimension);
    let sum = 0;
    for (let j = x === y ? i + 1 : 0; j < y.count; j++) {
      const square = squaredDistance(point, y.data, j * y.dimension);
      for (const factor of factors) sum += Math.exp(factor * square);
      pairs++;
    }
    total += sum;
  }
  return total / (pairs * bandwidths.length);
}
