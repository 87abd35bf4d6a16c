/** The activation functions of neural networks, stable from −∞ to ∞: the only exponential taken is that of −|x|. */
import { unaryLoop } from './declare.ts';
import { erfcOf } from './error-function.ts';

/** σ(x) = 1/(1 + e^−x). */
export const sigmoid = unaryLoop('sigmoid', (x, y) => {
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    const e = Math.exp(-Math.abs(value));
    y[i] = (value >= 0 ? 1 : e) / (1 + e);
  }
});

/** x·σ(x), also called swish. silu(−∞) is the limit, −0, and not −∞·0. */
export const silu = unaryLoop('silu', (x, y) => {
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    const e = Math.exp(-Math.abs(value));
    y[i] = value === -Infinity ? -0 : (value * (value >= 0 ? 1 : e)) / (1 + e);
  }
});

/** max(x, 0); NaN for NaN. */
export const relu = unaryLoop('relu', (x, y) => {
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    y[i] = value <= 0 ? 0 : value;
  }
});

/** log(1 + e^x). */
export const softplus = unaryLoop('softplus', (x, y) => {
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    y[i] = Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));
  }
});

/** x·Φ(x), with Φ the distribution function of N(0, 1) (Hendrycks & Gimpel 2016, the exact form). gelu(−∞) is −0. */
export const gelu = unaryLoop('gelu', (x, y) => {
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    y[i] = value === -Infinity ? -0 : 0.5 * value * erfcOf(-value * Math.SQRT1_2);
  }
});
