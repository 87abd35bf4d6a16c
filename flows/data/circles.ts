import type { random } from '../../autograd/index.ts';
import { ArgumentError, completeOptions } from '../../lib/index.ts';
import { drawPoints, requireNoise } from './draw.ts';
import type { LabelledPoints, ToyOptions } from './toy.ts';

export interface CirclesOptions extends ToyOptions {
  /** The radius of the inner circle, below 1. Default 0.8. */
  readonly factor?: number;
  /** The standard deviation of the Gaussian noise on each coordinate, ≥ 0. Default 0.05. */
  readonly noise?: number;
}

/**
 * Points [count, 2] on two circles around the origin, with noise: radius 1 (label 0) and radius `factor`
 * (label 1). Each point lies on either circle with probability ½.
 *
 * Source: scikit-learn's `make_circles`, with independent angles instead of equally spaced ones.
 * @throws ArgumentError for a factor outside [0, 1), noise < 0, or a count that is not a whole number ≥ 0
 * @example const { points, labels } = circles(random.key(0), 500, { factor: 0.5 });
 */
export function circles(key: random.Key, count: number, options: CirclesOptions = {}): LabelledPoints {
  const { factor, noise, dtype } = completeOptions(
    'circles',
    { factor: 0.8, noise: 0.05, dtype: 'float32' },
    options,
  );
  requireNoise('circles', { noise });
  if (!(factor >= 0 && factor < 1)) throw new ArgumentError(`circles: wanted 0 ≤ factor < 1, got ${factor}`);
  const { points, labels } = drawPoints('circles', key, count, dtype, {
    dimension: 2,
    classes: 2,
    place({ label, uniform: [u], normal: [a, b] }) {
      const radius = label === 0 ? 1 : factor;
      const angle = 2 * Math.PI * u;
      return [radius * Math.cos(angle) + noise * a!, radius * Math.sin(angle) + noise * b!];
    },
  });
  return { points, labels };
}
