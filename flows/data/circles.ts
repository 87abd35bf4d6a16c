import type { random } from '../../autograd/index.ts';
import { ArgumentError, completeOptions } from '../../lib/index.ts';
import { drawPoints, requireNoise } from './draw.ts';
import type { LabelledPoints, ToyOptions } from './toy.ts';

export interface CirclesOptions extends ToyOptions {
  /** The radius of the inner circle, below 1. Default 0.8. */
  readonly factor?: number;
  /** Standard deviation of the Gaussian noise that is added. Default 0.05. */
  readonly noise?: number;
}

/**
 * Two circles around the origin with noise, of radius 1 (label 0) and `factor` (label 1), each with
 * probability ½: points [count, 2].
 *
 * Source: scikit-learn's `make_circles`, with independent angles instead of equally spaced ones.
 * @throws ArgumentError for a factor outside [0, 1), negative noise, or a count that is no whole number ≥ 0
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
