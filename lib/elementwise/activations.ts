/** The activation functions of neural networks, accurate from −∞ to ∞. */
import { unaryLoop } from './declare.ts';
import { erfcOf } from './error-function.ts';
import { withSimd } from './simd/index.ts';

/** A little further left, e^−x overflows. Here 1 + e^x already rounds to 1, so σ(x) = e^x. */
const farLeft = -700;

/** σ(x) = 1/(1 + e^−x), for float32 or float64, as all functions here. @example sigmoid(x); */
export const sigmoid = withSimd(
  'sigmoid',
  unaryLoop('sigmoid', (x, y) => {
    for (let i = 0; i < x.length; i++) {
      const value = x[i] as number;
      y[i] = value < farLeft ? Math.exp(value) : 1 / (1 + Math.exp(-value));
    }
  }),
);

/** x·σ(x), also called swish. silu(−∞) is −0, the limit; −∞·0 would be NaN. */
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

/** The derivative of x·σ(x), σ(x)·(1 + x·(1 − σ(x))): 0 at −∞, 1 at ∞. */
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

/** max(x, 0); NaN for NaN. */
export const relu = withSimd(
  'relu',
  unaryLoop('relu', (x, y) => {
    for (let i = 0; i < x.length; i++) {
      const value = x[i] as number;
      y[i] = value <= 0 ? 0 : value;
    }
  }),
);

/** log(1 + e^x). */
export const softplus = withSimd(
  'softplus',
  unaryLoop('softplus', (x, y) => {
    for (let i = 0; i < x.length; i++) {
      const value = x[i] as number;
      y[i] = Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));
    }
  }),
);

/** x·Φ(x), Φ the distribution function of N(0, 1); gelu(−∞) = −0 (Hendrycks & Gimpel 2016, exact form). */
export const gelu = withSimd(
  'gelu',
  unaryLoop('gelu', (x, y) => {
    for (let i = 0; i < x.length; i++) {
      const value = x[i] as number;
      y[i] = value === -Infinity ? -0 : 0.5 * value * erfcOf(-value * Math.SQRT1_2);
    }
  }),
);

/** The derivative of x·Φ(x), Φ(x) + x·φ(x), with φ the density of N(0, 1): 0 at −∞, 1 at ∞. */
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
