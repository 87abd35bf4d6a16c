import { concatenate, cos, multiply, sin, type Tensor, tensor } from '../../autograd/index.ts';

/**
 * A time and its sines and cosines at `frequencies` half-integer frequencies: s, cos(πks), sin(πks) for k = 1 … frequencies.
 *
 * The frequencies are few and low on purpose: MeanFlow differentiates the network with respect to time, and ∂/∂s
 * of a feature of frequency k is k times as large as the feature.
 *
 * @param s times, [batch, 1]
 * @returns [batch, 1 + 2·frequencies], of the dtype of s
 * @example timeFeatures(t, 4).shape; // [batch, 9]
 */
export function timeFeatures(s: Tensor, frequencies: number): Tensor {
  if (frequencies === 0) return s;
  const angularFrequencies = Array.from({ length: frequencies }, (_, k) => Math.PI * (k + 1));
  const angles = multiply(s, tensor([angularFrequencies], { dtype: s.dtype }));
  return concatenate([s, cos(angles), sin(angles)], 1);
}
