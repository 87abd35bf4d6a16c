import * as lib from '../../lib/index.ts';
import { abs, multiply, reciprocal, subtract } from './arithmetic.ts';
import { equal, less, logicalAnd, logicalNot } from './comparisons.ts';
import { binary, using } from './elementwise.ts';
import { log } from './exponential.ts';
import { where } from './selection.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    power: None;
  }
}

/**
 * x^y, elementwise with broadcasting, by the rules of IEEE 754: 1^y and x^0 are 1 also for NaN; NaN for a
 * negative x with a y that is not an integer.
 * At x = 0 the derivative with respect to x is 0 where y = 0, and that with respect to y is 0 where y ≥ 0.
 * @example power(tensor([1, 2, 3]), 2); // [1, 4, 9]
 */
export const power = binary('power', lib.power, [
  // The inner `where`s keep the ∞ of 0⁻¹ and of log 0 out of the side not taken. It would become 0·∞ = NaN at
  // second order.
  using({ inputs: [0, 1] }, (t, at) => {
    const [x, y] = [at.input(0), at.input(1)];
    const invertible = less(abs(reciprocal(x)), Number.POSITIVE_INFINITY);
    const corner = logicalAnd(equal(y, 0), logicalNot(invertible));
    const slope = multiply(y, power(where(corner, 1, x), subtract(y, 1)));
    return multiply(t, where(corner, 0, slope));
  }),
  using({ inputs: [0, 1], outputs: [0] }, (t, at) => {
    const [x, y] = [at.input(0), at.input(1)];
    const flat = logicalAnd(equal(x, 0), logicalNot(less(y, 0)));
    return multiply(t, where(flat, 0, multiply(at.output(0), log(where(flat, 1, x)))));
  }),
]);
