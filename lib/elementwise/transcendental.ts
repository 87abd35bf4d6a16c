/** The elementary transcendental functions, of float32 and float64. */
import ops from 'ndarray-ops';
import { unary, unaryLoop } from './declare.ts';
import { withSimd } from './simd/index.ts';

export const exp = withSimd('exp', unary('exp', ops.exp));
export const log = withSimd('log', unary('log', ops.log));
export const sin = withSimd('sin', unary('sin', ops.sin));
export const cos = withSimd('cos', unary('cos', ops.cos));
export const tan = unary('tan', ops.tan);
export const asin = unary('asin', ops.asin);
export const acos = unary('acos', ops.acos);
export const atan = unary('atan', ops.atan);

/** e^x − 1, accurate near 0. */
export const expm1 = unaryLoop('expm1', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.expm1(x[i] as number);
});

/** log(1 + x), accurate near 0. */
export const log1p = unaryLoop('log1p', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.log1p(x[i] as number);
});

export const sinh = unaryLoop('sinh', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.sinh(x[i] as number);
});

export const cosh = unaryLoop('cosh', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.cosh(x[i] as number);
});

export const tanh = withSimd(
  'tanh',
  unaryLoop('tanh', (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = Math.tanh(x[i] as number);
  }),
);

export const asinh = unaryLoop('asinh', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.asinh(x[i] as number);
});

export const acosh = unaryLoop('acosh', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.acosh(x[i] as number);
});

export const atanh = unaryLoop('atanh', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.atanh(x[i] as number);
});
