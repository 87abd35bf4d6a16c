import { expect } from 'chai';
import {
  ArgumentError,
  add,
  checkpoint,
  debugNaNs,
  divide,
  grad,
  LevelError,
  log,
  multiply,
  NonFiniteError,
  sqrt,
  subtract,
  sum,
  type Tensor,
  vmap,
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

  it('says where to stand if a transform around it hides the values', () => {
    const fn = (x: Tensor) => multiply(x, 2);
    const xs = float64([1, 2]);
    expect(() => vmap(debugNaNs(fn))(xs)).to.throw(LevelError, /^debugNaNs: .*debugNaNs\(vmap\(f\)\)/);
    expect(() => checkpoint(debugNaNs(fn))(xs)).to.throw(LevelError, /^debugNaNs: .*checkpoint/);
    expectClose(debugNaNs(vmap(fn))(xs), float64([2, 4]), 0);
    expect(() => debugNaNs(vmap((x: Tensor) => log(x)))(float64([1, 0]))).to.throw(NonFiniteError, /^log/);
  });

  it('refuses arguments that are numbers alone, of which it would watch none', () => {
    expect(() => debugNaNs((x: number) => log(x))(-1)).to.throw(ArgumentError, /^debugNaNs: wanted a tensor/);
    expect(debugNaNs(() => log(2))().item()).to.equal(Math.fround(Math.LN2));
  });
});
