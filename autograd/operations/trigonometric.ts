/** Angles are in radians. */
import * as lib from '../../lib/index.ts';
import type { Tensor, TensorLike } from '../core/tensor.ts';
import { add, negate } from './addition.ts';
import { abs, divide, multiply, sqrt, square } from './arithmetic.ts';
import { greater } from './comparisons.ts';
import { binary, ofInput, ofOutput, unary, using } from './elementwise.ts';
import { oneMinusSquare } from './hyperbolic.ts';
import { where } from './selection.ts';

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
  ofInput((t, x) => divide(t, cosineOfAsin(x))),
);

/**
 * The inverse of `cos`, elementwise: NaN outside [−1, 1], with derivative −∞ at its ends.
 * @example acos(tensor([1, 0])); // [0, 1.5707963]
 */
export const acos = unary(
  'acos',
  lib.acos,
  ofInput((t, x) => negate(divide(t, cosineOfAsin(x)))),
);

/**
 * The inverse of `tan`, elementwise.
 * @example atan(tensor([0, 1])); // [0, 0.78539816]
 */
export const atan = unary(
  'atan',
  lib.atan,
  ofInput((t, x) => multiply(t, angleSlopes(x, 1).ofY)),
);

/**
 * The angle of the point (x, y), from −π to π, elementwise with broadcasting. Mind the order: y first.
 * @example atan2(tensor([1, 0]), tensor([0, -1])); // [1.5707963, 3.1415927]
 */
export const atan2 = binary('atan2', lib.atan2, [
  using({ inputs: [0, 1] }, (t, at) => multiply(t, angleSlopes(at.input(0), at.input(1)).ofY)),
  using({ inputs: [0, 1] }, (t, at) => multiply(t, angleSlopes(at.input(0), at.input(1)).ofX)),
]);

/** √(1 − x²); near ±1 that would lose the digits of 1 − |x|. */
function cosineOfAsin(x: Tensor): Tensor {
  return sqrt(oneMinusSquare(x));
}

/**
 * The derivatives x/(x² + y²) and −y/(x² + y²) of the angle. The squares may overflow or underflow: with the
 * larger coordinate L, the smaller S and r = S/L, the sum of the squares is L·(L + r·S).
 */
function angleSlopes(y: Tensor, x: TensorLike): { readonly ofY: Tensor; readonly ofX: Tensor } {
  const isSteep = greater(abs(y), abs(x));
  const [larger, smaller] = [where(isSteep, y, x), where(isSteep, x, y)];
  const ratio = divide(smaller, larger);
  const length = add(larger, multiply(ratio, smaller));
  return {
    ofY: divide(where(isSteep, ratio, 1), length),
    ofX: negate(divide(where(isSteep, 1, ratio), length)),
  };
}
