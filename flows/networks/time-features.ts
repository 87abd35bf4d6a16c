/** How networks see a time: the time itself, its cosines and its sines at several frequencies. */
import { concatenate, cos, multiply, sin, type Tensor, tensor } from '../../autograd/index.ts';
import { ArgumentError, describe } from '../../lib/index.ts';
import { requireTensor } from '../checks.ts';

/**
 * Which frequencies: `'fourier'` has low ones (`timeFeatures`), `'sinusoidal'` a geometric sequence up to
 * 1000 (`sinusoidalTimeFeatures`).
 */
export type TimeEmbedding = 'fourier' | 'sinusoidal';

const embeddings: Readonly<Record<TimeEmbedding, (s: Tensor, frequencies: number) => Tensor>> = {
  fourier: timeFeatures,
  sinusoidal: sinusoidalTimeFeatures,
};

/** The embedding of that name: a function from times [batch, 1] to [batch, 1 + 2·frequencies]. */
export function timeEmbeddingOf(
  operation: string,
  name: TimeEmbedding,
): (s: Tensor, frequencies: number) => Tensor {
  if (Object.hasOwn(embeddings, name)) return embeddings[name];
  throw new ArgumentError(
    `${operation}: wanted timeEmbedding 'fourier' or 'sinusoidal', got '${String(name)}'`,
  );
}

/**
 * A time and its sines and cosines at `frequencies` half-integer frequencies: s, cos(πks), sin(πks) for k = 1
 * … frequencies.
 *
 * The frequencies are few and low on purpose. MeanFlow differentiates the network with respect to time, and
 * the derivative ∂/∂s of a feature grows with its frequency: it is πk times as large as the feature.
 *
 * @param s times, [batch, 1]
 * @returns [batch, 1 + 2·frequencies], of the dtype of s
 * @example timeFeatures(t, 4).shape; // [batch, 9]
 */
export function timeFeatures(s: Tensor, frequencies: number): Tensor {
  requireTimes('timeFeatures', s, frequencies);
  return waves(
    s,
    Array.from({ length: frequencies }, (_, k) => Math.PI * (k + 1)),
  );
}

/**
 * A time and its sines and cosines, s, cos(ωs), sin(ωs), at angular frequencies ω that fall geometrically
 * from 1000 to 0.1. Diffusion models with 1000 numbered steps use the same ones. They tell close times
 * apart. MeanFlow's targets contain ∂u/∂t, so its training starts less steadily with them than with
 * 'fourier'.
 *
 * Source: Vaswani et al. 2017, "Attention Is All You Need", section 3.5, at the position 1000·s; Ho et al.
 * 2020.
 *
 * @param s times, [batch, 1]
 * @returns [batch, 1 + 2·frequencies], of the dtype of s
 * @example sinusoidalTimeFeatures(t, 16).shape; // [batch, 33]
 */
export function sinusoidalTimeFeatures(s: Tensor, frequencies: number): Tensor {
  requireTimes('sinusoidalTimeFeatures', s, frequencies);
  return waves(
    s,
    Array.from({ length: frequencies }, (_, k) => 1000 * 1e-4 ** (k / Math.max(frequencies - 1, 1))),
  );
}

function requireTimes(operation: string, s: Tensor, frequencies: number): void {
  requireTensor(operation, 's', s);
  if (Number.isInteger(frequencies) && frequencies >= 0 && frequencies < most) return;
  throw new ArgumentError(
    `${operation}: wanted a whole number of frequencies from 0, got ${describe(frequencies)}`,
  );
}

/** A longer list has no place in JavaScript. */
const most = 2 ** 32;

function waves(s: Tensor, angularFrequencies: readonly number[]): Tensor {
  if (angularFrequencies.length === 0) return s;
  const angles = multiply(s, tensor([angularFrequencies], { dtype: s.dtype }));
  return concatenate([s, cos(angles), sin(angles)], 1);
}
