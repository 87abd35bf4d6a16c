import * as lib from '../../lib/index.ts';
import type { Tensor } from '../core/tensor.ts';
import { add, negate } from './addition.ts';
import { abs, divide, multiply, sqrt, square, subtract } from './arithmetic.ts';
import { greater } from './comparisons.ts';
import { ofInput, unary } from './elementwise.ts';
import { sigmoid } from './exponential.ts';
import { where } from './selection.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    tanh: None;
    sinh: None;
    cosh: None;
    asinh: None;
    acosh: None;
    atanh: None;
  }
}

/**
 * The hyperbolic tangent, elementwise.
 * @example tanh(tensor([0, 800])); // [0, 1]
 */
export const tanh = unary(
  'tanh',
  lib.tanh,
  // 1/cosh²(x) = 4·σ(2x)·σ(−2x): 1 − y² would cancel where y is near ±1.
  ofInput((t, x) => {
    const doubled = multiply(x, 2);
    return multiply(t, multiply(4, multiply(sigmoid(doubled), sigmoid(negate(doubled)))));
  }),
);

/**
 * The hyperbolic sine, elementwise.
 * @example sinh(tensor([0, 1])); // [0, 1.1752012]
 */
export const sinh = unary(
  'sinh',
  lib.sinh,
  ofInput((t, x) => multiply(t, cosh(x))),
);

/**
 * The hyperbolic cosine, elementwise.
 * @example cosh(tensor([0, 1])); // [1, 1.5430806]
 */
export const cosh = unary(
  'cosh',
  lib.cosh,
  ofInput((t, x) => multiply(t, sinh(x))),
);

/**
 * The inverse of `sinh`, elementwise.
 * @example asinh(tensor([0, 1])); // [0, 0.88137359]
 */
export const asinh = unary(
  'asinh',
  lib.asinh,
  ofInput((t, x) => {
    // √(1 + x²) = |L|·√(1 + (S/L)²), where S is the smaller and L the larger of 1 and x: x² may overflow.
    const isLarge = greater(abs(x), 1);
    const [larger, smaller] = [where(isLarge, x, 1), where(isLarge, 1, x)];
    return divide(divide(t, abs(larger)), sqrt(add(1, square(divide(smaller, larger)))));
  }),
);

/**
 * The inverse of `cosh`, elementwise: NaN below 1, with derivative ∞ at 1.
 * @example acosh(tensor([1, 2])); // [0, 1.3169579]
 */
export const acosh = unary(
  'acosh',
  lib.acosh,
  // Not √(x² − 1), which would overflow, or lose its digits where x is near 1.
  ofInput((t, x) => divide(divide(t, sqrt(add(x, 1))), sqrt(subtract(x, 1)))),
);

/**
 * The inverse of `tanh`, elementwise: ±∞ at ±1, NaN outside.
 * @example atanh(tensor([0, 0.5])); // [0, 0.54930614]
 */
export const atanh = unary(
  'atanh',
  lib.atanh,
  ofInput((t, x) => divide(t, oneMinusSquare(x))),
);

/**
 * 1 − x², which loses no digits near ±1, where its factors are exact, and whose derivative loses none near 0,
 * where that of the factors would cancel.
 */
export function oneMinusSquare(x: Tensor): Tensor {
  return where(greater(abs(x), 0.5), multiply(subtract(1, x), add(1, x)), subtract(1, square(x)));
}
