import { expect } from 'chai';
import { full, type Tensor } from '../../../autograd/index.ts';
import { odeSolve } from '../../../flows/index.ts';
import { rungeKuttaStep, type State } from '../../../flows/solvers/runge-kutta.ts';
import { tableaus } from '../../../flows/solvers/tableaus.ts';
import { largestNumber } from '../../../lib/index.ts';
import { expectClose, f64 } from '../support.ts';

const decay = (x: Tensor) => x.negate();

/** A field as the solvers call it. */
const counted = (f: (x: Tensor, t: number) => Tensor) => {
  let count = 0;
  const evaluate = (x: State, t: number | Tensor) => {
    count++;
    return x.map((leaf) => f(leaf, t as number));
  };
  return Object.assign(evaluate, { evaluations: () => count });
};

describe('a Runge–Kutta step', () => {
  // On x′ = −x, a method of as many stages as its order gives the Taylor polynomial of e^(−h).
  const [h, x] = [0.5, f64([2])];
  const taylor = [1, -h, h ** 2 / 2, -(h ** 3) / 6, h ** 4 / 24];
  for (const [method, order] of [
    ['euler', 1],
    ['midpoint', 2],
    ['heun', 2],
    ['rungeKutta4', 4],
  ] as const) {
    it(`of ${method} is the Taylor polynomial of order ${order}, and integrates the powers of t below it`, () => {
      const { end } = rungeKuttaStep(tableaus[method], counted(decay), [x], { t: 0, h });
      const polynomial = taylor.slice(0, order + 1).reduce((sum, term) => sum + term, 0);
      expectClose(end[0] as Tensor, f64([2 * polynomial]), 1e-15);
      const power = counted((y, t) => full(y.shape, order * t ** (order - 1), { dtype: 'float64' }));
      const { end: integral } = rungeKuttaStep(tableaus[method], power, [x], { t: 1, h });
      expectClose(integral[0] as Tensor, f64([2 + 1.5 ** order - 1]), 1e-14);
    });
  }

  it('takes the first slope from the step before, if it is there, and computes the others', () => {
    const field = counted(decay);
    const slope = [f64([10])];
    const { end, slopes } = rungeKuttaStep(tableaus.heun, field, [x], { t: 0, h, slope });
    expect(field.evaluations()).to.equal(1);
    expect(slopes[0]).to.equal(slope);
    // 2 + h·(10 + slope of the end)/2, where the end is 2 + 10·h
    expectClose(end[0] as Tensor, f64([2 + (h * (10 - 7)) / 2]), 1e-15);
  });

  it('leaves out a slope without weight, though it is infinite', () => {
    const field = counted((y, t) => full(y.shape, t, { dtype: 'float64' }));
    const slope = [f64([Number.POSITIVE_INFINITY])];
    const { end } = rungeKuttaStep(tableaus.midpoint, field, [x], { t: 0, h, slope });
    expectClose(end[0] as Tensor, f64([2 + h * (h / 2)]), 0);
  });
});

describe('the times of a field', () => {
  it('may be as large as the dtype of the state allows', () => {
    const times: number[] = [];
    const still = (y: Tensor, t: Tensor) => {
      times.push(t.item());
      return y.multiply(0);
    };
    const largest = largestNumber.float32;
    odeSolve(still, full([1], 1), { from: largest, to: largest / 2, steps: 1, method: 'euler' });
    expect(times).to.deep.equal([largest]);
  });

  it('are counted, and come in the widest dtype of the state', () => {
    const dtypes: string[] = [];
    const field = (state: { a: Tensor; b: Tensor }, t: Tensor) => {
      dtypes.push(t.dtype);
      return { a: state.a.negate(), b: state.b.negate() };
    };
    const single = full([2], 1);
    const options = { from: 0, to: 1, steps: 3, method: 'heun' } as const;
    expect(odeSolve(field, { a: single, b: f64([1]) }, options).evaluations).to.equal(6);
    expect(new Set(dtypes.splice(0))).to.deep.equal(new Set(['float64']));
    odeSolve(field, { a: single, b: single }, options);
    expect(new Set(dtypes)).to.deep.equal(new Set(['float32']));
  });
});
