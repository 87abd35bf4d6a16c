/**
 * Draws the points of the toy distributions. Each point gets its own random numbers. The rule of a
 * distribution turns them into coordinates.
 */
import { fromNDArray, random, type Tensor } from '../../autograd/index.ts';
import { ArgumentError, allocate, wrap } from '../../lib/index.ts';
import type { ToyOptions } from './toy.ts';

/** The random numbers of one point. */
export interface Chances {
  /** A class. All classes have the same probability. */
  readonly label: number;
  /** Independent numbers, uniform on [0, 1). */
  readonly uniform: readonly [number, number, number];
  /** Independent standard normal numbers, one for each coordinate. */
  readonly normal: readonly number[];
}

/** How a distribution makes a point. */
export interface PointRule {
  readonly dimension: number;
  readonly classes: number;
  /** Returns the coordinates of a point: `dimension` numbers. */
  readonly place: (chances: Chances) => readonly number[];
}

export interface DrawnPoints {
  /** [count, dimension] */
  readonly points: Tensor;
  /** [count], int32 */
  readonly labels: Tensor;
  /** The random numbers of each point. */
  readonly chances: readonly Chances[];
}

/**
 * Draws `count` points by a rule. The same key gives the same points.
 * @throws ArgumentError, in the name of `operation`, for a count that is not a whole number ≥ 0
 */
export function drawPoints(
  operation: string,
  key: random.Key,
  count: number,
  dtype: Required<ToyOptions>['dtype'],
  { dimension, classes, place }: PointRule,
): DrawnPoints {
  if (!Number.isInteger(count) || count < 0) {
    throw new ArgumentError(`${operation}: wanted a whole number of points, got ${count}`);
  }
  const [labelKey, uniformKey, normalKey] = random.split(key, 3);
  const labels = random.randint(labelKey, [count], 0, classes);
  const uniforms = random.uniform(uniformKey, [count, 3], { dtype: 'float64' }).toArray() as [
    number,
    number,
    number,
  ][];
  const normals = random.normal(normalKey, [count, dimension], { dtype: 'float64' }).toArray() as number[][];
  const chances = Array.from(labels.toTypedArray(), (label, i): Chances => {
    return { label, uniform: uniforms[i]!, normal: normals[i]! };
  });
  const values = allocate(count * dimension, dtype);
  chances.forEach((each, i) => {
    values.set(place(each) as number[], i * dimension);
  });
  return { points: fromNDArray(wrap(values, [count, dimension])), labels, chances };
}

/** Throws an ArgumentError unless all options are finite numbers ≥ 0. */
export function requireNoise(operation: string, options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new ArgumentError(`${operation}: wanted ${name} ≥ 0, got ${value}`);
    }
  }
}
