/** Distributions in the plane with arms that turn around the origin. */
import type { random } from '../../autograd/index.ts';
import { ArgumentError, completeOptions } from '../../lib/index.ts';
import { drawPoints, requireNoise } from './draw.ts';
import type { LabelledPoints, ToyOptions } from './toy.ts';

export interface SpiralsOptions extends ToyOptions {
  /** The standard deviation of the Gaussian noise on each coordinate, ≥ 0. Default 0.1. */
  readonly noise?: number;
}

/**
 * Points [count, 2] on two arms that spiral out from the origin, in one and a half turns, to a radius of π.
 * The arms have the labels 0 and 1, each with probability ½. The second arm is the first, turned by 180°.
 *
 * A point of the first arm is (−θ·cos θ + w, θ·sin θ + w′)/3 plus noise, with θ = 3π√u, u uniform on [0, 1),
 * and w and w′ uniform on [0, ½).
 *
 * Source: Grathwohl et al., "FFJORD" (2019), the toy data set "2spirals".
 * @throws ArgumentError for negative noise, or a count that is not a whole number ≥ 0
 * @example const { points, labels } = spirals(random.key(0), 1000);
 */
export function spirals(key: random.Key, count: number, options: SpiralsOptions = {}): LabelledPoints {
  const { noise, dtype } = completeOptions('spirals', { noise: 0.1, dtype: 'float32' }, options);
  requireNoise('spirals', { noise });
  const { points, labels } = drawPoints('spirals', key, count, dtype, {
    dimension: 2,
    classes: 2,
    place({ label, uniform: [u, w, w2], normal: [a, b] }) {
      const angle = 3 * Math.PI * Math.sqrt(u);
      const side = label === 0 ? 1 : -1;
      const x = (side * (-angle * Math.cos(angle) + w / 2)) / 3;
      const y = (side * (angle * Math.sin(angle) + w2 / 2)) / 3;
      return [x + noise * a!, y + noise * b!];
    },
  });
  return { points, labels };
}

export interface PinwheelOptions extends ToyOptions {
  /** The number of arms, ≥ 1. Default 5. */
  readonly arms?: number;
  /** Standard deviation along an arm. Default 0.3. */
  readonly radialDeviation?: number;
  /** Standard deviation across an arm. Default 0.1. */
  readonly tangentialDeviation?: number;
  /** How fast an arm turns with the distance a: by rate·exp(a) radians. Default 0.25. */
  readonly rate?: number;
}

/**
 * Points [count, 2] on the arms of a pinwheel around the origin. The arms have the labels 0 … arms − 1, each
 * with the same probability.
 *
 * Let n and n′ be standard normal, a = 1 + radialDeviation·n and b = tangentialDeviation·n′. A point of arm k
 * is 2·(a, b), turned clockwise by 2πk/arms + rate·exp(a).
 *
 * Source: Johnson et al., "Composing graphical models with neural networks" (2016). The factor 2 is that of
 * Grathwohl et al., "FFJORD" (2019).
 * @throws ArgumentError for negative deviations, a number of arms below 1, or a count that is not a whole
 * number ≥ 0
 * @example const { points, labels } = pinwheel(random.key(0), 1000, { arms: 3 });
 */
export function pinwheel(key: random.Key, count: number, options: PinwheelOptions = {}): LabelledPoints {
  const { arms, radialDeviation, tangentialDeviation, rate, dtype } = completeOptions(
    'pinwheel',
    { arms: 5, radialDeviation: 0.3, tangentialDeviation: 0.1, rate: 0.25, dtype: 'float32' },
    options,
  );
  requireNoise('pinwheel', { radialDeviation, tangentialDeviation });
  if (!Number.isInteger(arms) || arms < 1) {
    throw new ArgumentError(`pinwheel: wanted a whole number of arms, at least 1, got ${arms}`);
  }
  const { points, labels } = drawPoints('pinwheel', key, count, dtype, {
    dimension: 2,
    classes: arms,
    place({ label, normal: [n, n2] }) {
      const [along, across] = [1 + radialDeviation * n!, tangentialDeviation * n2!];
      const angle = (2 * Math.PI * label) / arms + rate * Math.exp(along);
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      return [2 * (along * cos + across * sin), 2 * (across * cos - along * sin)];
    },
  });
  return { points, labels };
}
