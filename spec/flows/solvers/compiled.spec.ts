import { expect } from 'chai';
import { compile, LevelError, type Tensor } from '../../../autograd/index.ts';
import { type OdeField, odeSolve } from '../../../flows/index.ts';
import { f64 } from '../support.ts';

describe('odeSolve, compiled', () => {
  const field: OdeField = (x, t) => x.multiply(t).negate();
  const x = f64([1, 2, 3]);

  it('takes given steps with the same bits', () => {
    const end = (start: Tensor) => odeSolve(field, start, { from: 0, to: 1, steps: 7 }).x;
    expect(compile(end)(x).toTypedArray()).to.deep.equal(end(x).toTypedArray());
  });

  it('refuses adaptive steps, which look at values, and says what to give', () => {
    expect(() => compile((start: Tensor) => odeSolve(field, start, { from: 0, to: 1 }).x)(x)).to.throw(
      LevelError,
      /^odeSolve: adaptive steps look at values, .*; give steps or times/,
    );
  });
});
