/** Small distributions in the plane, in which a reader can see what a flow does. */
import { broadcastTo, fromNDArray, random, type Tensor, tensor } from '../../autograd/index.ts';
import { ArgumentError, allocate, completeOptions, wrap } from '../../lib/index.ts';
import { requireList, requireObject } from '../checks.ts';

/** Labelled samples of a distribution. */
export interface LabelledPoints {
  /** [count, d] */
  readonly points: Tensor;
  /** [count], int32: the component that each point comes from. */
  readonly labels: Tensor;
}

/** A mixture of k Gaussians in d dimensions: Σ_k w_k N(m_k, s_k² I). */
export interface IsotropicMixture {
  /** [k]: the weight w_k > 0 of each component. The weights need not sum to 1. */
  readonly weights: readonly number[];
  /** [k][d]: the mean m_k of each component. */
  readonly means: readonly (readonly number[])[];
  /** [k]: the standard deviation s_k of each component, ≥ 0. */
  readonly deviations: readonly number[];
}

/** Three Gaussians of different weight and width, without any symmetry that could hide an error. */
export const asymmetricMixture: IsotropicMixture = {
  weights: [0.5, 0.3, 0.2],
  means: [
    [-2, 0.5],
    [1.5, 1.8],
    [1.2, -1.6],
  ],
  deviations: [0.25, 0.35, 0.5],
};

export interface ToyOptions {
  /** The dtype of the points. Default 'float32'. */
  readonly dtype?: 'float32' | 'float64';
}

export interface MoonsOptions extends ToyOptions {
  /** The standard deviation of the Gaussian noise on each coordinate, ≥ 0. Default 0.1. */
  readonly noise?: number;
}

/**
 * Independent samples of a mixture of Gaussians: points [count, d], and the component of each as its label.
 *
 * @throws ArgumentError if the mixture's lists do not fit together, or `count` is not a whole number ≥ 0
 * @example
 * const { points } = gaussianMixture(random.key(0), 1000, asymmetricMixture, { dtype: 'float64' });
 */
export function gaussianMixture(
  key: random.Key,
  count: number,
  mixture: IsotropicMixture = asymmetricMixture,
  options: ToyOptions = {},
): LabelledPoints {
  const { dtype } = completeOptions('gaussianMixture', { dtype: 'float32' }, options);
  checkCount('gaussianMixture', count);
  const dimension = checkMixture(mixture);
  const { weights, means, deviations } = mixture;
  const [componentKey, noiseKey] = random.split(key);
  const logits = tensor(weights.map(Math.log), { dtype: 'float64' });
  const labels = random.categorical(componentKey, broadcastTo(logits, [count, weights.length]));
  const components = labels.toTypedArray();
  const noise = random.normal(noiseKey, [count, dimension], { dtype: 'float64' }).toTypedArray();
  const values = allocate(noise.length, dtype);
  components.forEach((k, i) => {
    means[k]!.forEach((mean, j) => {
      values[i * dimension + j] = mean + deviations[k]! * noise[i * dimension + j]!;
    });
  });
  return { points: fromNDArray(wrap(values, [count, dimension])), labels };
}

/**
 * Points [count, 2] on two interleaved half circles, with noise. The upper one has the label 0, the lower one
 * 1, each with probability ½.
 *
 * The upper one is (cos θ, sin θ), the lower one (1 − cos θ, ½ − sin θ), with θ uniform on [0, π).
 *
 * Source: scikit-learn's `make_moons`, with independent angles instead of equally spaced ones.
 * @throws ArgumentError if `noise` is negative, or `count` is not a whole number ≥ 0
 * @example
 * const { points, labels } = moons(random.key(0), 500, { noise: 0.05 });
 */
export function moons(key: random.Key, count: number, options: MoonsOptions = {}): LabelledPoints {
  const { noise: deviation, dtype } = completeOptions('moons', { noise: 0.1, dtype: 'float32' }, options);
  checkCount('moons', count);
  if (!(deviation >= 0)) throw new ArgumentError(`moons: wanted noise ≥ 0, got ${deviation}`);
  const [labelKey, angleKey, noiseKey] = random.split(key, 3);
  const labels = random.randint(labelKey, [count], 0, 2);
  const lower = labels.toTypedArray();
  const angles = random.uniform(angleKey, [count], { high: Math.PI, dtype: 'float64' }).toTypedArray();
  const noise = random.normal(noiseKey, [count, 2], { dtype: 'float64' }).toTypedArray();
  const values = allocate(2 * count, dtype);
  angles.forEach((angle, i) => {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    values[2 * i] = (lower[i] ? 1 - cos : cos) + deviation * noise[2 * i]!;
    values[2 * i + 1] = (lower[i] ? 0.5 - sin : sin) + deviation * noise[2 * i + 1]!;
  });
  return { points: fromNDArray(wrap(values, [count, 2])), labels };
}

function checkCount(operation: string, count: number): void {
  if (Number.isInteger(count) && count >= 0) return;
  throw new ArgumentError(`${operation}: wanted a whole number of points, got ${count}`);
}

/** Throws an ArgumentError unless the mixture's lists fit together. Returns the dimension d. */
function checkMixture(mixture: IsotropicMixture): number {
  requireObject('gaussianMixture', 'a mixture of weights, means and deviations', mixture);
  const { weights, means, deviations } = mixture;
  for (const list of [weights, means, deviations, ...(Array.isArray(means) ? means : [])])
    requireList('gaussianMixture', 'lists of weights, means and deviations', list);
  const dimension = means[0]?.length ?? 0;
  const fits = means.length === weights.length && deviations.length === weights.length;
  if (!fits || dimension === 0 || means.some((mean) => mean.length !== dimension)) {
    const got = `${weights.length} weights, ${means.length} means, ${deviations.length} deviations`;
    throw new ArgumentError(
      `gaussianMixture: wanted as many weights, means (of one dimension) and deviations, got ${got}`,
    );
  }
  if (!weights.every((weight) => weight > 0) || !deviations.every((deviation) => deviation >= 0)) {
    throw new ArgumentError('gaussianMixture: wanted weights > 0 and deviations ≥ 0');
  }
  return dimension;
}
