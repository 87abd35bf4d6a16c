/** Angles are in radians. */
import * as lib from '../../lib/index.ts';
import type { Point } from '../core/point.ts';
import type { None } from '../core/primitive.ts';
import type { Tensor } from '../core/tensor.ts';
import { add, negate } from './addition.ts';
import { divide, multiply, sqrt, square, subtract } from './arithmetic.ts';
import { binary, ofInput, ofOutput, unary, using } from './elementwise.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    sin: None;
    cos: None;
    tan: None;
    asin: None;
    acos: None;
    atan: None;
    atan2: None;
  }
}

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

/**
 * The angle of the point (x, y), from −π to π, elementwise with broadcasting. Mind the order: y first.
 * @example atan2(tensor([1, 0]), tensor([0, -1])); // [1.5707963, 3.1415927]
 */
export const atan2 = binary('atan2', lib.atan2, [
  using({ inputs: [0, 1] }, (t, at) => divide(multiply(t, at.input(1)), squaredRadius(at))),
  using({ inputs: [0, 1] }, (t, at) => negate(divide(multiply(t, at.input(0)), squaredRadius(at)))),
]);

function squaredRadius(at: Point<None>): Tensor {
  return add(square(at.input(0)), square(at.input(1)));
}
