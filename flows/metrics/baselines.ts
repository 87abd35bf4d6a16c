/** Yardsticks for a generative model of labelled data: two simple models to beat, and a floor. */
import { fromNDArray, random, type Tensor } from '../../autograd/index.ts';
import { ArgumentError, allocate, dtypeOf, isFloating, wrap } from '../../lib/index.ts';
import { arrayOf, type Labels, labelArray, type PointSet, type Points, pointSet } from '../points.ts';
import { energyDistance } from './energy-distance.ts';

/**
 * Samples of the class means plus Gaussian noise. The noise has one variance for all classes and coordinates:
 * that of the data around their class means, averaged over all coordinates.
 *
 * @param points data of shape [n, d] with their labels, [n]
 * @param asked the classes to draw from, [m]; each must occur among the labels
 * @returns samples of shape [m, d], of the points' dtype if it is floating, else float32
 * @throws ShapeError, DTypeError (labels that are not integers), ArgumentError (a class without data)
 * @example
 * classMeansPlusNoise(random.key(0), images, labels, asked);
 */
export function classMeansPlusNoise(key: random.Key, points: Points, labels: Labels, asked: Labels): Tensor {
  const classes = classMoments('classMeansPlusNoise', points, labels);
  let total = 0;
  let count = 0;
  for (const { variance, members } of classes.values()) {
    for (const value of variance) total += members * value;
    count += members * variance.length;
  }
  const deviation = Math.sqrt(total / count);
  return drawFromClasses('classMeansPlusNoise', key, points, classes, asked, () => deviation);
}

/**
 * Samples of a Gaussian with diagonal covariance for each class. It has the class's own mean and variance in
 * every coordinate.
 *
 * @param points data of shape [n, d] with their labels, [n]
 * @param asked the classes to draw from, [m]; each must occur among the labels
 * @returns samples of shape [m, d], of the points' dtype if it is floating, else float32
 * @throws ShapeError, DTypeError (labels that are not integers), ArgumentError (a class without data)
 * @example
 * perClassDiagonalGaussian(random.key(0), images, labels, asked);
 */
export function perClassDiagonalGaussian(
  key: random.Key,
  points: Points,
  labels: Labels,
  asked: Labels,
): Tensor {
  const classes = classMoments('perClassDiagonalGaussian', points, labels);
  const deviation = ({ variance }: Moments, j: number) => Math.sqrt(variance[j] as number);
  return drawFromClasses('perClassDiagonalGaussian', key, points, classes, asked, deviation);
}

/**
 * The energy distance between two random halves of the data. A perfect model would reach about this figure
 * with n/2 samples.
 *
 * @param points data of shape [n, d], n ≥ 2, any dtype
 * @returns a distance in the units of the points
 * @throws ShapeError for another shape, ArgumentError for fewer than 2 points
 * @example
 * energyDistanceFloor(random.key(0), images); // 0.1 for the digits
 */
export function energyDistanceFloor(key: random.Key, points: Points): number {
  const { data, count, dimension } = pointSet('energyDistanceFloor', points);
  if (count < 2) throw new ArgumentError(`energyDistanceFloor: wanted at least 2 points, got ${count}`);
  const order = random.permutation(key, count).toTypedArray();
  const half = Math.floor(count / 2);
  const take = (indices: ArrayLike<number>) => {
    const rows = Array.from(indices, (i) => [...data.subarray(i * dimension, (i + 1) * dimension)]);
    return wrap(Float64Array.from(rows.flat()), [rows.length, dimension]);
  };
  return energyDistance(take(order.subarray(0, half)), take(order.subarray(half)));
}

/** Mean and (population) variance of each coordinate over the members of a class. */
interface Moments {
  readonly members: number;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

function classMoments(operation: string, points: Points, labels: Labels): Map<number, Moments> {
  const set = pointSet(operation, points);
  const rows = new Map<number, number[]>();
  labelArray(operation, labels, set.count).forEach((label, i) => {
    const members = rows.get(label);
    if (members) members.push(i);
    else rows.set(label, [i]);
  });
  return new Map([...rows].map(([label, members]) => [label, momentsOf(set, members)]));
}

function momentsOf({ data, dimension }: PointSet, rows: readonly number[]): Moments {
  const average = (f: (value: number, j: number) => number) =>
    Float64Array.from({ length: dimension }, (_, j) => {
      return rows.reduce((sum, i) => sum + f(data[i * dimension + j] as number, j), 0) / rows.length;
    });
  const mean = average((value) => value);
  const variance = average((value, j) => (value - (mean[j] as number)) ** 2);
  return { members: rows.length, mean, variance };
}

function drawFromClasses(
  operation: string,
  key: random.Key,
  points: Points,
  classes: ReadonlyMap<number, Moments>,
  asked: Labels,
  deviation: (moments: Moments, coordinate: number) => number,
): Tensor {
  const dtype = dtypeOf(arrayOf(points));
  const labels = labelArray(operation, asked);
  const dimension = arrayOf(points).shape[1] as number;
  const noise = random.normal(key, [labels.length, dimension], { dtype: 'float64' }).toTypedArray();
  const samples = allocate(noise.length, isFloating(dtype) ? dtype : 'float32');
  labels.forEach((label, i) => {
    const moments = classes.get(label);
    if (!moments) throw new ArgumentError(`${operation}: class ${label} was asked for, but has no data`);
    for (let j = 0; j < dimension; j++) {
      const at = i * dimension + j;
      samples[at] = (moments.mean[j] as number) + deviation(moments, j) * (noise[at] as number);
    }
  });
  return fromNDArray(wrap(samples, [labels.length, dimension]));
}
