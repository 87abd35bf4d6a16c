import * as lib from '../../lib/index.ts';
import { ofInput, ofOutput, unary } from '../core/elementwise.ts';
import { add, negate } from './addition.ts';
import { multiply, subtract } from './arithmetic.ts';

/**
 * The sine of an angle in radians, elementwise.
 * @example sin(tensor([0, Math.PI / 2])); // [0, 1]
 */
export const sin = unary(
  'sin',
  lib.sin,
  ofInput((t, x) => multiply(t, cos(x))),
);

/**
 * The cosine of an angle in radians, elementwise.
 * @example cos(tensor([0, Math.PI])); // [1, -1]
 */
export const cos = unary(
  'cos',
  lib.cos,
  ofInput((t, x) => negate(multiply(t, sin(x)))),
);

/**
 * The tangent of an angle in radians, elementwise.
 * @example tan(tensor([0, Math.PI / 4])); // [0, 1]
 */
export const tan = unary(
  'tan',
  lib.tan,
  ofOutput((t, y) => multiply(t, add(1, multiply(y, y)))),
);

/**
 * The hyperbolic tangent, elementwise.
 * @example tanh(tensor([0, 800])); // [0, 1]
 */
export const tanh = unary(
  'tanh',
  lib.tanh,
  ofOutput((t, y) => multiply(t, subtract(1, multiply(y, y)))),
);
