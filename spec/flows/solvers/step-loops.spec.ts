import { expect } from 'chai';
import { grad, random, type Tensor, vmap } from '../../../autograd/index.ts';
import { OdeError, type OdeField, odeSolve, sdeSolve } from '../../../flows/index.ts';
import { f64 } from '../support.ts';

describe('steps of given lengths through what is not finite', () => {
  const x = f64([1, 2]);
  const solve = (field: OdeField, options: object = { from: 0, to: 1, steps: 4 }) =>
    odeSolve(field, x, options as never);
  const endless: OdeField = (y, t) => y.divide(t.negate().add(1));
  const reciprocal: OdeField = (y, t) => y.divide(t);

  it('names the time of the velocity, and what to do at either end', () => {
    expect(() => solve(endless)).to.throw(
      OdeError,
      "odeSolve: the velocity is not finite at time 1, in the step from 0.75 to 1; 'euler' and 'midpoint' do not " +
        'evaluate the last time; or give times that stop a little before it',
    );
    expect(() => solve(reciprocal)).to.throw(
      OdeError,
      /at time 0, in the step from 0 to 0.25; give times that start/,
    );
    expect(() => solve(reciprocal, { times: [-1, 0, 1] })).to.throw(
      OdeError,
      /time 0, in the step from -1 to 0; take more/,
    );
    for (const method of ['euler', 'midpoint']) {
      expect(solve(endless, { from: 0, to: 1, steps: 4, method }).x.max().item()).to.be.within(2, 1e3);
    }
  });

  it('tells a velocity that is not finite from a state that grew over all bounds, or was not finite to begin with', () => {
    const explosive = (y: Tensor) => y.square().multiply(1e100);
    expect(() => solve(explosive)).to.throw(OdeError, /take more steps/);
    expect(() => solve((y) => y.multiply(5e307), { from: 0, to: 9, steps: 1, method: 'euler' })).to.throw(
      OdeError,
      'odeSolve: the state is no longer finite at time 9; take more steps',
    );
    const start = f64([1, Number.NaN]);
    expect(() => odeSolve((y) => y, start, { from: 0, to: 1, steps: 1 })).to.throw(
      OdeError,
      /starts from, at time 0/,
    );
  });

  it('also with noise on the way', () => {
    const solveWithNoise = (drift: OdeField) => () =>
      sdeSolve(drift, x, { from: 0, to: 1, steps: 4, diffusion: 1, key: random.key(0) });
    expect(solveWithNoise(reciprocal)).to.throw(OdeError, /sdeSolve: the drift is not finite at time 0/);
    expect(solveWithNoise(endless)).to.not.throw();
  });

  it('sees the primal under a derivative, and nothing under vmap', () => {
    const end = (y: Tensor) => odeSolve(endless, y, { from: 0, to: 1, steps: 4 }).x;
    expect(() => grad((y: Tensor) => end(y).sum())(x)).to.throw(OdeError, /at time 1/);
    expect(vmap(end)(x).toArray()).to.deep.equal([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});
