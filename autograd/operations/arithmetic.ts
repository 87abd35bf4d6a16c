import * as lib from '../../lib/index.ts';
import type { Operand, Tensor } from '../core/tensor.ts';
import { negate } from './addition.ts';
import { equal, greater, lessEqual, logicalAnd } from './comparisons.ts';
import { binary, ofInput, ofOutput, unary, using } from './elementwise.ts';
import { broadcastOperands } from './operands.ts';
import { where } from './selection.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    subtract: None;
    multiply: None;
    divide: None;
    square: None;
    sqrt: None;
    rsqrt: None;
    reciprocal: None;
    abs: None;
    sign: None;
    floor: None;
    ceil: None;
    round: None;
    maximum: None;
    minimum: None;
  }
}

/**
 * x − y, elementwise with broadcasting. float32 or float64 (mixed gives float64).
 * @example subtract(tensor([1, 2]), 1); // [0, 1]
 */
export const subtract = binary('subtract', lib.subtract, [1, -1]);

/**
 * x·y, elementwise with broadcasting. float32 or float64 (mixed gives float64).
 * @example multiply(tensor([1, 2]), 3); // [3, 6]
 */
export const multiply = binary('multiply', lib.multiply, [
  using({ inputs: [1] }, (t, at) => multiply(t, at.input(1))),
  using({ inputs: [0] }, (t, at) => multiply(t, at.input(0))),
]);

/**
 * x / y, elementwise with broadcasting. float32 or float64 (mixed gives float64).
 * @example divide(tensor([1, 2]), 2); // [0.5, 1]
 */
export const divide = binary('divide', lib.divide, [
  using({ inputs: [1] }, (t, at) => divide(t, at.input(1))),
  using({ inputs: [1], outputs: [0] }, (t, at) => negate(multiply(t, divide(at.output(0), at.input(1))))),
]);

/**
 * x², elementwise.
 * @example square(tensor([1, -2])); // [1, 4]
 */
export const square = unary(
  'square',
  lib.square,
  ofInput((t, x) => multiply(t, multiply(x, 2))),
);

/**
 * √x, elementwise; its derivative at 0 is ∞.
 * @example sqrt(tensor([1, 4])); // [1, 2]
 */
export const sqrt = unary(
  'sqrt',
  lib.sqrt,
  ofOutput((t, y) => divide(t, multiply(y, 2))),
);

/**
 * 1/√x, elementwise.
 * @example rsqrt(tensor([1, 4])); // [1, 0.5]
 */
export const rsqrt = unary(
  'rsqrt',
  lib.rsqrt,
  // Not t·y³, whose power may over- or underflow where the derivative does not.
  ofOutput((t, y) => multiply(multiply(multiply(t, y), y), multiply(-0.5, y))),
);

/**
 * 1/x, elementwise.
 * @example reciprocal(tensor([1, 4])); // [1, 0.25]
 */
export const reciprocal = unary(
  'reciprocal',
  lib.reciprocal,
  ofOutput((t, y) => negate(multiply(multiply(t, y), y))),
);

/**
 * |x|, elementwise; its derivative at 0 is 0.
 * @example abs(tensor([1, -2])); // [1, 2]
 */
export const abs = unary(
  'abs',
  lib.abs,
  ofInput((t, x) => multiply(t, sign(x))),
);

/**
 * −1, 0 or 1, elementwise; its derivative is 0.
 * @example sign(tensor([-3, 0, 2])); // [-1, 0, 1]
 */
export const sign = unary('sign', lib.sign, 0);

/**
 * The largest integer ≤ x, elementwise; its derivative is 0.
 * @example floor(tensor([1.5, -1.5])); // [1, -2]
 */
export const floor = unary('floor', lib.floor, 0);

/**
 * The smallest integer ≥ x, elementwise; its derivative is 0.
 * @example ceil(tensor([1.5, -1.5])); // [2, -1]
 */
export const ceil = unary('ceil', lib.ceil, 0);

/**
 * The nearest integer, elementwise, halves to even; its derivative is 0.
 * @example round(tensor([0.5, 1.5, 1.7])); // [0, 2, 2]
 */
export const round = unary('round', lib.round, 0);

/**
 * The larger of x and y, elementwise with broadcasting; NaN if either is. Where x = y, each gets half of the
 * derivative.
 * @example maximum(tensor([1, -2]), 0); // [1, 0]
 */
export const maximum = binary('maximum', lib.maximum, [
  using({ inputs: [0, 1] }, (t, at) => shareOfWinner(t, at.input(0), at.input(1))),
  using({ inputs: [0, 1] }, (t, at) => shareOfWinner(t, at.input(1), at.input(0))),
]);

/**
 * The smaller of x and y, elementwise with broadcasting; NaN if either is. Where x = y, each gets half of the
 * derivative.
 * @example minimum(tensor([1, -2]), 0); // [0, -2]
 */
export const minimum = binary('minimum', lib.minimum, [
  using({ inputs: [0, 1] }, (t, at) => shareOfWinner(t, at.input(1), at.input(0))),
  using({ inputs: [0, 1] }, (t, at) => shareOfWinner(t, at.input(0), at.input(1))),
]);

/**
 * x brought into [low, high], elementwise with broadcasting: minimum(maximum(x, low), high), which is high
 * where low > high, and NaN where one of the three is. The derivative is 1 inside and on the border, 0
 * outside.
 * @example clip(tensor([-1, 0.5, 2]), 0, 1); // [0, 0.5, 1]
 */
export function clip(x: Operand, low: Operand, high: Operand): Tensor {
  const [input, least, most] = broadcastOperands('clip', x, low, high) as [Tensor, Tensor, Tensor];
  const inside = logicalAnd(lessEqual(least, input), lessEqual(input, most));
  return where(inside, input, minimum(maximum(input, least), most));
}

/** t where a > b, t/2 where they tie, 0 where a < b. */
function shareOfWinner(t: Tensor, larger: Tensor, smaller: Tensor): Tensor {
  return where(greater(larger, smaller), t, where(equal(larger, smaller), multiply(t, 0.5), 0));
}
