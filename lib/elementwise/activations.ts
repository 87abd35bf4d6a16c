/**
 * The activation functions of neural networks, accurate from −∞ to ∞. Every function takes a float32 or
 * float64 array of any shape, also a view, and returns a new contiguous array of the same shape and dtype. It
 * throws a DTypeError for any other dtype.
 */
import { unaryLoop } from './declare.ts';
import { erfcOf, expOfMinusHalfSquare, scaledUpperTail } from './error-function.ts';
import { withSimd } from './simd/index.ts';

/** A little further left, e^−x overflows. Here 1 + e^x already rounds to 1, so σ(x) = e^x. */
const farLeft = -700;

/**
 * σ(x) = 1/(1 + e^−x).
 * @example sigmoid(x); // [0, 1] → [0.5, 0.731…]
 */
export const sigmoid = withSimd(
  'sigmoid',
  unaryLoop('sigmoid', (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = sigmoidOf(x[i] as number);
  }),
);

/**
 * x·σ(x), also called swish. silu(−∞) is −0, the limit; −∞·0 would be NaN.
 * @example silu(x); // [0, 1] → [0, 0.731…]
 */
export const silu = withSimd(
  'silu',
  unaryLoop('silu', (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = siluOf(x[i] as number);
  }),
);

/**
 * The derivative of x·σ(x), which is σ(x)·(1 + x·(1 − σ(x))). It is 0 at −∞ and 1 at ∞.
 * @example siluSlope(x); // [0, 1] → [0.5, 0.927…]
 */
export const siluSlope = withSimd(
  'siluSlope',
  unaryLoop('siluSlope', (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = siluSlopeOf(x[i] as number);
  }),
);

/**
 * max(x, 0). It keeps NaN.
 * @example relu(x); // [−1, 2] → [0, 2]
 */
export const relu = withSimd(
  'relu',
  unaryLoop('relu', (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = reluOf(x[i] as number);
  }),
);

/**
 * log(1 + e^x), also where e^x overflows.
 * @example softplus(x); // [0, 1] → [0.693…, 1.313…]
 */
export const softplus = withSimd(
  'softplus',
  unaryLoop('softplus', (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = softplusOf(x[i] as number);
  }),
);

/**
 * x·Φ(x), with Φ the distribution function of N(0, 1); gelu(−∞) is −0.
 *
 * Source: Hendrycks and Gimpel, "Gaussian error linear units" (2016), the exact form.
 * @example gelu(x); // [0, 1] → [0, 0.841…]
 */
export const gelu = withSimd(
  'gelu',
  unaryLoop('gelu', (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = geluOf(x[i] as number);
  }),
);

/**
 * The derivative of x·Φ(x), which is Φ(x) + x·φ(x), with φ the density of N(0, 1). It is 0 at −∞ and 1 at ∞.
 * @example geluSlope(x); // [0, 1] → [0.5, 1.083…]
 */
export const geluSlope = withSimd(
  'geluSlope',
  unaryLoop('geluSlope', (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = geluSlopeOf(x[i] as number);
  }),
);

export function sigmoidOf(x: number): number {
  return x < farLeft ? Math.exp(x) : 1 / (1 + Math.exp(-x));
}

export function siluOf(x: number): number {
  if (x < farLeft) return x === -Infinity ? -0 : x * Math.exp(x);
  return x / (1 + Math.exp(-x));
}

export function siluSlopeOf(x: number): number {
  // The bounds prevent ∞·0: beyond −800 the slope is 0, beyond −farLeft it is 1.
  const bounded = Math.min(Math.max(x, -800), -farLeft);
  if (bounded < farLeft) return (1 + bounded) * Math.exp(bounded) + 0; // no −0
  const s = 1 / (1 + Math.exp(-bounded));
  return s * (1 + bounded * (1 - s));
}

export function reluOf(x: number): number {
  return x <= 0 ? 0 : x;
}

export function softplusOf(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

export function geluOf(x: number): number {
  return x === -Infinity ? -0 : x * normalDistribution(x);
}

export function geluSlopeOf(x: number): number {
  // Beyond these bounds φ is 0. The bounds prevent ∞·0.
  const bounded = Math.min(Math.max(x, -40), 40);
  const density = expOfMinusHalfSquare(bounded) / Math.sqrt(2 * Math.PI);
  return normalDistribution(bounded) + bounded * density;
}

/** Φ(x). In the left tail, rounding x/√2 would cost up to x² units in the last place of e^(−x²/2). */
function normalDistribution(x: number): number {
  const z = -x * Math.SQRT1_2;
  return 0.5 * (z > 1 ? expOfMinusHalfSquare(x) * scaledUpperTail(z) : erfcOf(z));
}
