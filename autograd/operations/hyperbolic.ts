import * as lib from '../../lib/index.ts';
import { add } from './addition.ts';
import { divide, multiply, sqrt, square, subtract } from './arithmetic.ts';
import { ofInput, ofOutput, unary } from './elementwise.ts';

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
  ofOutput((t, y) => multiply(t, subtract(1, square(y)))),
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
  ofInput((t, x) => divide(t, sqrt(add(square(x), 1)))),
);

/**
 * The inverse of `cosh`, elementwise: NaN below 1, with derivative ∞ at 1.
 * @example acosh(tensor([1, 2])); // [0, 1.3169579]
 */
export const acosh = unary(
  'acosh',
  lib.acosh,
  ofInput((t, x) => divide(t, sqrt(subtract(square(x), 1)))),
);

/**
 * The inverse of `tanh`, elementwise: ±∞ at ±1, NaN outside.
 * @example atanh(tensor([0, 0.5])); // [0, 0.54930614]
 */
export const atanh = unary(
  'atanh',
  lib.atanh,
  ofInput((t, x) => divide(t, subtract(1, square(x)))),
);
