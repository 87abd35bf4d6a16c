/**
 * The elementary transcendental functions. Every function takes a float32 or float64 array of any shape, also
 * a view, and returns a new contiguous array of the same shape and dtype. It throws a DTypeError for any
 * other dtype.
 */
import { unary, unaryLoop } from './declare.ts';
import { ops } from './ops.ts';
import { withSimd } from './simd/index.ts';

/**
 * eˣ. It is ∞ where the dtype overflows: above 88.7 in float32, above 709.7 in float64.
 * @example exp(x); // [0, 1] → [1, 2.718…]
 */
export const exp = withSimd('exp', unary('exp', ops.exp));
/**
 * The natural logarithm. It is −∞ for 0, and NaN for x < 0.
 * @example log(x); // [1, 2] → [0, 0.693…]
 */
export const log = withSimd('log', unary('log', ops.log));
/**
 * The sine of x in radians. It is NaN for ±∞.
 * @example sin(x); // [0, π/2] → [0, 1]
 */
export const sin = withSimd('sin', unary('sin', ops.sin));
/**
 * The cosine of x in radians. It is NaN for ±∞.
 * @example cos(x); // [0, π] → [1, −1]
 */
export const cos = withSimd('cos', unary('cos', ops.cos));
/**
 * The tangent of x in radians. It is NaN for ±∞.
 * @example tan(x); // [0, π/4] → [0, 1]
 */
export const tan = unary('tan', ops.tan);
/**
 * The arcsine, from −π/2 to π/2. It is NaN outside [−1, 1].
 * @example asin(x); // [0, 1] → [0, π/2]
 */
export const asin = unary('asin', ops.asin);
/**
 * The arccosine, from 0 to π. It is NaN outside [−1, 1].
 * @example acos(x); // [1, −1] → [0, π]
 */
export const acos = unary('acos', ops.acos);
/**
 * The arctangent, from −π/2 to π/2, which it reaches at ±∞.
 * @example atan(x); // [0, 1] → [0, π/4]
 */
export const atan = unary('atan', ops.atan);

/**
 * eˣ − 1, accurate near 0.
 * @example expm1(x); // [0, 1] → [0, 1.718…]
 */
export const expm1 = unaryLoop('expm1', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.expm1(x[i] as number);
});

/**
 * log(1 + x), accurate near 0. It is −∞ for −1, and NaN for x < −1.
 * @example log1p(x); // [0, 1] → [0, 0.693…]
 */
export const log1p = unaryLoop('log1p', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.log1p(x[i] as number);
});

/**
 * The hyperbolic sine (eˣ − e⁻ˣ)/2, accurate near 0.
 * @example sinh(x); // [0, 1] → [0, 1.175…]
 */
export const sinh = unaryLoop('sinh', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.sinh(x[i] as number);
});

/**
 * The hyperbolic cosine (eˣ + e⁻ˣ)/2.
 * @example cosh(x); // [0, 1] → [1, 1.543…]
 */
export const cosh = unaryLoop('cosh', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.cosh(x[i] as number);
});

/**
 * The hyperbolic tangent, from −1 to 1, accurate near 0.
 * @example tanh(x); // [0, 1] → [0, 0.761…]
 */
export const tanh = withSimd(
  'tanh',
  unaryLoop('tanh', (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = Math.tanh(x[i] as number);
  }),
);

/**
 * The inverse of `sinh`, accurate near 0.
 * @example asinh(x); // [0, 1] → [0, 0.881…]
 */
export const asinh = unaryLoop('asinh', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.asinh(x[i] as number);
});

/**
 * The inverse of `cosh`, ≥ 0. It is NaN for x < 1.
 * @example acosh(x); // [1, 2] → [0, 1.316…]
 */
export const acosh = unaryLoop('acosh', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.acosh(x[i] as number);
});

/**
 * The inverse of `tanh`. It is ±∞ at ±1, and NaN outside [−1, 1].
 * @example atanh(x); // [0, 0.5] → [0, 0.549…]
 */
export const atanh = unaryLoop('atanh', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.atanh(x[i] as number);
});
