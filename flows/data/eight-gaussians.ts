import type { random } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { requireNoise } from './draw.ts';
import { gaussianMixture, type IsotropicMixture, type LabelledPoints, type ToyOptions } from './toy.ts';

export interface EightGaussiansOptions extends ToyOptions {
  /** The radius of the ring. Default 5. */
  readonly scale?: number;
  /** Standard deviation of each Gaussian. Default 0.1^¼ ≈ 0.562. */
  readonly deviation?: number;
}

/**
 * Points [count, 2] of eight Gaussians of equal weight, on a ring at multiples of 45°. The labels 0 … 7 count
 * the Gaussians anticlockwise from the positive x axis.
 *
 * Source: Tong et al. 2024 (TorchCFM), with `scale` 5 and "var" 0.1. TorchCFM's covariance matrix is √var·I,
 * so the standard deviation is var^¼. The published figures use this value, and so do we.
 * @throws ArgumentError for a negative scale or deviation, or a count that is not a whole number ≥ 0
 * @example const { points } = eightGaussians(random.key(0), 1000);
 */
export function eightGaussians(
  key: random.Key,
  count: number,
  options: EightGaussiansOptions = {},
): LabelledPoints {
  const { scale, deviation, dtype } = completeOptions(
    'eightGaussians',
    { scale: 5, deviation: 0.1 ** 0.25, dtype: 'float32' },
    options,
  );
  requireNoise('eightGaussians', { scale, deviation });
  return gaussianMixture(key, count, ringMixture(scale, deviation), { dtype });
}

function ringMixture(scale: number, deviation: number): IsotropicMixture {
  const eighths = Array.from({ length: 8 }, (_, k) => (k * Math.PI) / 4);
  return {
    weights: eighths.map(() => 1),
    means: eighths.map((angle) => [scale * Math.cos(angle), scale * Math.sin(angle)]),
    deviations: eighths.map(() => deviation),
  };
}
