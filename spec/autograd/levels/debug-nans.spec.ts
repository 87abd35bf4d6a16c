import { expect } from 'chai';
import {
  add,
  debugNaNs,
  divide,
  grad,
  log,
  multiply,
  NonFiniteError,
  sqrt,
  subtract,
  sum,
  type Tensor,
} from '../../../autograd/index.ts';
import { expectClose, float64 } from '../numbers.ts';

describe('debugNaNs', () => {
  it('names the operation in which the first NaN or ∞ is born', () => {
    const fn = (x: Tensor) => add(multiply(log(subtract(x, 1)), 2), 3);
    expect(() => debugNaNs(fn)(float64([3, 1]))).to.throw(
      NonFiniteError,
      /^log: made -Infinity \(element 1\).*\[2\]/,
    );
    expect(() => debugNaNs((x: Tensor) => divide(x, x))(float64(0))).to.throw(
      NonFiniteError,
      /^divide: made NaN/,
    );
  });

  it('sees into derivatives', () => {
    const fn = (x: Tensor) => sum(sqrt(x));
    expectClose(debugNaNs(fn)(float64([0, 1])), float64(1), 0);
    expect(() => debugNaNs(grad(fn))(float64([0, 1]))).to.throw(NonFiniteError, /^divide: made Infinity/);
  });

  it('passes what is finite, and what came in infinite', () => {
    const fn = ({ a }: { a: Tensor }) => ({ b: multiply(a, 2) });
    expectClose(debugNaNs(fn)({ a: float64([1, 2]) }).b, float64([2, 4]), 0);
    expectClose(debugNaNs(fn)({ a: float64([1, 1 / 0]) }).b, float64([2, 1 / 0]), 0);
    expectClose(grad((x: Tensor) => debugNaNs((y: Tensor) => multiply(y, y))(x))(float64(3)), float64(6), 0);
  });
});
