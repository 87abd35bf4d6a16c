/** Distributions on curved sheets in space. */
import { type random, type Tensor, tensor } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { type DrawnPoints, drawPoints, requireNoise } from './draw.ts';
import type { ToyOptions } from './toy.ts';

export interface SurfaceOptions extends ToyOptions {
  /** The standard deviation of the Gaussian noise on each coordinate, ≥ 0. Default 0. */
  readonly noise?: number;
}

export interface SurfacePoints {
  /** [count, 3] */
  readonly points: Tensor;
  /** [count], of the points' dtype: the angle θ of each point, its place along the curve. */
  readonly position: Tensor;
}

/**
 * The swiss roll: points [count, 3], (θ·cos θ, h, θ·sin θ) plus noise. The angle is θ = 1.5π(1 + 2u), from
 * 4.7 to 14.1, with u uniform on [0, 1), and h is uniform on [0, 21). For the usual picture in the plane,
 * take the first and the last coordinate, divided by 5.
 *
 * Source: scikit-learn's `make_swiss_roll` (Marsland, "Machine Learning: An Algorithmic Perspective", 2014).
 * @throws ArgumentError for negative noise, or a count that is not a whole number ≥ 0
 * @example const { points, position } = swissRoll(random.key(0), 1000, { noise: 0.5 });
 */
export function swissRoll(key: random.Key, count: number, options: SurfaceOptions = {}): SurfacePoints {
  const angleOf = (u: number) => 1.5 * Math.PI * (1 + 2 * u);
  return surface('swissRoll', key, count, options, angleOf, (angle, u) => [
    angle * Math.cos(angle),
    21 * u,
    angle * Math.sin(angle),
  ]);
}

/**
 * The S-curve: points [count, 3], (sin θ, h, sign(θ)·(cos θ − 1)) plus noise. The angle is θ = 3π(u − ½),
 * from −4.7 to 4.7, with u uniform on [0, 1), and h is uniform on [0, 2).
 *
 * Source: scikit-learn's `make_s_curve`.
 * @throws ArgumentError for negative noise, or a count that is not a whole number ≥ 0
 * @example const { points, position } = sCurve(random.key(0), 1000, { noise: 0.05 });
 */
export function sCurve(key: random.Key, count: number, options: SurfaceOptions = {}): SurfacePoints {
  const angleOf = (u: number) => 3 * Math.PI * (u - 0.5);
  return surface('sCurve', key, count, options, angleOf, (angle, u) => [
    Math.sin(angle),
    2 * u,
    Math.sign(angle) * (Math.cos(angle) - 1),
  ]);
}

function surface(
  operation: string,
  key: random.Key,
  count: number,
  options: SurfaceOptions,
  angleOf: (u: number) => number,
  place: (angle: number, u: number) => readonly [number, number, number],
): SurfacePoints {
  const { noise, dtype } = completeOptions(operation, { noise: 0, dtype: 'float32' }, options);
  requireNoise(operation, { noise });
  const { points, chances }: DrawnPoints = drawPoints(operation, key, count, dtype, {
    dimension: 3,
    classes: 1,
    place: ({ uniform: [u, h], normal }) => place(angleOf(u), h).map((x, j) => x + noise * normal[j]!),
  });
  return {
    points,
    position: tensor(
      Float64Array.from(chances, ({ uniform: [u] }) => angleOf(u)),
      { dtype },
    ),
  };
}
