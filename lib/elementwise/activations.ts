/**
 * The activation functions of neural networks, accurate from −∞ to ∞. Every function takes a float32 or
 * float64 array of any shape, also a view, and returns a new contiguous array of the same shape and dtype. It
 * throws a DTypeError for any other dtype.
 */
import { unaryLoop } from './declare.ts';
import { erfcOf } from './error-function.ts';
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
    for (let i = 0; i < x.length; i++) {
      const value = x[i] as number;
      y[i] = value < farLeft ? Math.exp(value) : 1 / (1 + Math.exp(-value));
    }
  }),
);

/**
 * x·σ(x), also called swish. silu(−∞) is −0, the limit; −∞·0 would be NaN.
 * @example silu(x); // [0, 1] → [0, 0.731…]
 */
export const silu = withSimd(
  'silu',
  unaryLoop('silu', (x, y) => {
    for (let i = 0; i < x.length; i++) {
      const value = x[i] as number;
      if (value < farLeft) y[i] = value === -Infinity ? -0 : value * Math.exp(value);
      else y[i] = value / (1 + Math.exp(-value));
    }
  }),
);

/**
 * The derivative of x·σ(x), which is σ(x)·(1 + x·(1 − σ(x))). It is 0 at −∞ and 1 at ∞.
 * @example siluSlope(x); // [0, 1] → [0.5, 0.927…]
 */
export const siluSlope = withSimd(
  'siluSlope',
  unaryLoop('siluSlope', (x, y) => {
    for (let i = 0; i < x.length; i++) {
      const value = x[i] as number;
      // Beyond these bounds the slope is 0 or 1 to all digits. The bounds prevent ∞·0.
      const bounded = Math.min(Math.max(value, farLeft), -farLeft);
      const s = 1 / (1 + Math.exp(-bounded));
      y[i] = s * (1 + bounded * (1 - s));
    }
  }),
);

/**
 * max(x, 0). It keeps NaN.
 * @example relu(x); // [−1, 2] → [0, 2]
 */
export const relu = withSimd(
  'relu',
  unaryLoop('relu', (x, y) => {
    for (let i = 0; i < x.length; i++) {
      const value = x[i] as number;
      y[i] = value <= 0 ? 0 : value;
    }
  }),
);

/**
 * log(1 + e^x), also where e^x overflows.
 * @example softplus(x); // [0, 1] → [0.693…, 1.313…]
 */
export const softplus = withSimd(
  'softplus',
  unaryLoop('softplus', (x, y) => {
    for (let i = 0; i < x.length; i++) {
      const value = x[i] as number;
      y[i] = Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));
    }
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
    for (let i = 0; i < x.length; i++) {
      const value = x[i] as number;
      y[i] = value === -Infinity ? -0 : 0.5 * value * erfcOf(-value * Math.SQRT1_2);
    }
  }),
);

/**
 * The derivative of x·Φ(x), which is Φ(x) + x·φ(x), with φ the density of N(0, 1). It is 0 at −∞ and 1 at ∞.
 * @example geluSlope(x); // [0, 1] → [0.5, 1.083…]
 */
export const geluSlope = withSimd(
  'geluSlope',
  unaryLoop('geluSlope', (x, y) => {
    for (let i = 0; i < x.length; i++) {
      const value = x[i] as number;
      // Beyond these bounds φ is 0. The bounds prevent ∞·0.
      const bounded = Math.min(Math.max(value, -40), 40);
      const density = Math.exp(-0.5 * bounded * bounded) / Math.sqrt(2 * Math.PI);
      y[i] = 0.5 * erfcOf(-bounded * Math.SQRT1_2) + bounded * density;
    }
  }),
);
