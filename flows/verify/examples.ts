/**
 * The small examples that the claims are checked on. They are asymmetric, because on symmetric data a wrong
 * formula can give the right result.
 */
import { random, type Tensor } from '../../autograd/index.ts';
import { mlp } from '../networks/index.ts';
import {
  type ClosedFormPath,
  optimalTransportPath,
  varianceExplodingPath,
  variancePreservingPath,
} from '../paths/index.ts';
import { type MarginalField, marginalField } from '../paths/marginal-field.ts';
import { float64 } from './numerics.ts';

/** The note's three paths. */
export const paths = {
  ot: optimalTransportPath({ sigmaMin: 0.1 }),
  vp: variancePreservingPath({ betaMin: 0.1, betaMax: 20 }),
  ve: varianceExplodingPath({ sigmaMin: 0.1, sigmaMax: 5 }),
} satisfies Record<string, ClosedFormPath>;

export type PathName = keyof typeof paths;
export const pathNames = Object.keys(paths) as readonly PathName[];

export type Dimension = 1 | 2;
export const dimensions: readonly Dimension[] = [1, 2];

/** A data distribution on finitely many points. */
export interface FiniteData {
  /** [n, d] */
  readonly points: Tensor;
  /** [n], with sum 1 */
  readonly weights: Tensor;
}

/** Three points with unequal weights and unequal gaps. */
export const threePoints: Readonly<Record<Dimension, FiniteData>> = {
  1: { points: float64([[-1.2], [0.3], [1.1]]), weights: float64([0.5, 0.3, 0.2]) },
  2: {
    points: float64([
      [-1.2, 0.4],
      [0.3, -0.9],
      [1.1, 0.8],
    ]),
    weights: float64([0.5, 0.3, 0.2]),
  },
};

/** Calls `fn` with each data point, [1, d], and its probability, []; returns the results. */
export function eachPoint<T>(
  { points, weights }: FiniteData,
  fn: (point: Tensor, q: Tensor) => T,
): readonly T[] {
  return Array.from({ length: weights.size }, (_, k) => fn(points.slice([[k, k + 1]]), weights.slice([k])));
}

/** A Gaussian mixture of three unequal components. */
export const threeComponents = {
  1: {
    means: float64([[-1.2], [0.3], [1.1]]),
    deviations: float64([0.25, 0.4, 0.15]),
    weights: float64([0.5, 0.3, 0.2]),
  },
  2: {
    means: threePoints[2].points,
    deviations: float64([0.25, 0.4, 0.15]),
    weights: float64([0.5, 0.3, 0.2]),
  },
} as const satisfies Record<Dimension, { means: Tensor; deviations: Tensor; weights: Tensor }>;

/** The exact marginal field of a path for the three points. */
export function threePointField(path: PathName, dimension: Dimension): MarginalField {
  return marginalField(paths[path], threePoints[dimension]);
}

/** A network with two hidden layers of 8, which gets a point and one time, or two. */
export function smallNetwork(dimension: Dimension, times: 1 | 2 = 1) {
  return mlp({ sizes: sizesOf(dimension, times), dtype: 'float64' });
}

/** How many parameters `smallNetwork` has: each layer has a weight per input and output, and biases. */
export function parameterCount(dimension: Dimension, times: 1 | 2 = 1): number {
  const sizes = sizesOf(dimension, times);
  return sizes.slice(1).reduce((total, size, i) => total + ((sizes[i] as number) + 1) * size, 0);
}

function sizesOf(dimension: Dimension, times: 1 | 2): readonly number[] {
  return [dimension + times, 8, 8, dimension];
}

/** Normal points of deviation `scale`, [count, dimension]. The same seed gives the same points. */
export function somePoints(seed: number, count: number, dimension: number, scale = 1): Tensor {
  return random.normal(random.key(seed), [count, dimension], { dtype: 'float64' }).multiply(scale);
}
