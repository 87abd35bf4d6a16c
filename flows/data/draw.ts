/**
 * What the toy distributions share: independent random numbers for each point, and a rule that turns them
 * into coordinates.
 */
import { fromNDArray, random, type Tensor } from '../../autograd/index.ts';
import { ArgumentError, allocate, wrap } from '../../lib/index.ts';
import type { ToyOptions } from './toy.ts';

/** What one point is made from. */
export interface Chances {
  /** A class, each with the same probability. */
  readonly label: number;
  /** Uniform on [0, 1). */
  readonly uniform: readonly [number, number, number];
  /** Standard normal, as many as the point has coordinates. */
  readonly normal: readonly number[];
}

export interface PointRule {
  readonly dimension: number;
  readonly classes: number;
  /** The coordinates of a point. */
  readonly place: (chances: Chances) => readonly number[];
}

export interface DrawnPoints {
  /** [count, dimension] */
  readonly points: Tensor;
  /** [count], int32 */
  readonly labels: Tensor;
  /** What each point was made from. */
  readonly chances: readonly Chances[];
}

/** Draws `count` points by a rule. The same key gives the same points. */
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

/** Throws unless an option is a number ≥ 0. */
export function requireNoise(operation: string, options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new ArgumentError(`${operation}: wanted ${name} ≥ 0, got ${value}`);
    }
  }
}
