/** Angles are in radians. */
import * as lib from '../../lib/index.ts';
import { ofInput, ofOutput, unary } from '../core/elementwise.ts';
import { add, negate } from './addition.ts';
import { divide, multiply, sqrt, square, subtract } from './arithmetic.ts';

/**
 * The sine, elementwise.
 * @example sin(tensor([0, Math.PI / 2])); // [0, 1]
 */
export const sin = unary(
  'sin',
  lib.sin,
  ofInput((t, x) => multiply(t, cos(x))),
);

/**
 * The cosine, elementwise.
 * @example cos(tensor([0, Math.PI])); // [1, -1]
 */
export const cos = unary(
  'cos',
  lib.cos,
  ofInput((t, x) => negate(multiply(t, sin(x)))),
);

/**
 * The tangent, elementwise.
 * @example tan(tensor([0, Math.PI / 4])); // [0, 1]
 */
export const tan = unary(
  'tan',
  lib.tan,
  ofOutput((t, y) => multiply(t, add(1, square(y)))),
);

/**
 * The inverse of `sin`, elementwise: NaN outside [−1, 1], with derivative ∞ at its ends.
 * @example asin(tensor([0, 1])); // [0, 1.5707963]
 */
export const asin = unary(
  'asin',
  lib.asin,
  ofInput((t, x) => divide(t, sqrt(subtract(1, square(x))))),
);

/**
 * The inverse of `cos`, elementwise: NaN outside [−1, 1], with derivative −∞ at its ends.
 * @example acos(tensor([1, 0])); // [0, 1.5707963]
 */
export const acos = unary(
  'acos',
  lib.acos,
  ofInput((t, x) => negate(divide(t, sqrt(subtract(1, square(x)))))),
);

/**
 * The inverse of `tan`, elementwise.
 * @example atan(tensor([0, 1])); // [0, 0.78539816]
 */
export const atan = unary(
  'atan',
  lib.atan,
  ofInput((t, x) => divide(t, add(1, square(x)))),
);
