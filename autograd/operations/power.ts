import * as lib from '../../lib/index.ts';
import { binary, using } from '../core/elementwise.ts';
import { multiply, subtract } from './arithmetic.ts';
import { equal, less, logicalAnd, logicalNot } from './comparisons.ts';
import { log } from './exponential.ts';
import { where } from './selection.ts';

/**
 * x^y, elementwise with broadcasting; NaN for a negative x with a y that is not an integer.
 * At x = 0 the derivative with respect to x is 0 where y = 0, and that with respect to y is 0 where y ≥ 0.
 * @example power(tensor([1, 2, 3]), 2); // [1, 4, 9]
 */
export const power = binary('power', lib.power, [
  using({ inputs: [0, 1] }, (t, at) => {
    const [x, y] = [at.input(0), at.input(1)];
    const slope = multiply(y, power(x, subtract(y, 1)));
    return multiply(t, where(equal(y, 0), 0, slope));
  }),
  using({ inputs: [0, 1], outputs: [0] }, (t, at) => {
    const [x, y] = [at.input(0), at.input(1)];
    const flat = logicalAnd(equal(x, 0), logicalNot(less(y, 0)));
    // The inner `where` keeps log(0) out of the product: its ∞ would survive as 0·∞ in the next derivative.
    return multiply(t, where(flat, 0, multiply(at.output(0), log(where(flat, 1, x)))));
  }),
]);
