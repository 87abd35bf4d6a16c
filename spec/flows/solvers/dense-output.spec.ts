import { expect } from 'chai';
import { ArgumentError, type Tensor } from '../../../autograd/index.ts';
import { odeSolve } from '../../../flows/index.ts';
import { expectClose, f64 } from '../support.ts';

const decay = (x: Tensor) => x.negate();

describe('dense output', () => {
  it('is e^(−t) within each step, the first and the last too, and nothing outside', () => {
    for (const [from, to] of [
      [0, 1],
      [1, 0],
    ] as const) {
      for (const steps of [1, 2, 5]) {
        const { at, times, states } = odeSolve(decay, f64([Math.exp(-from)]), {
          from,
          to,
          steps,
          trajectory: true,
          method: 'tsitouras54',
        });
        for (const t of [0.01, 0.1, 0.27, 0.5, 0.73, 0.9, 0.99]) {
          expectClose(at(t), f64([Math.exp(-t)]), 1e-3 / steps ** 4);
        }
        // A step starts with the very state in which the one before ends.
        for (let i = 0; i < steps; i++) expectClose(at(times[i] as number), states[i] as Tensor, 0);
        for (const t of [-1e-9, 1 + 1e-9, Number.NaN])
          expect(() => at(t)).to.throw(ArgumentError, 'a time between');
      }
    }
  });

  it('comes with the times and states of the steps, between which it lies', () => {
    const options = { from: 1, to: 0, trajectory: true } as const;
    const solution = odeSolve(decay, f64([Math.exp(-1)]), { ...options, steps: 2, method: 'tsitouras54' });
    expect(solution.times).to.deep.equal([1, 0.5, 0]);
    expect(solution.rejected).to.equal(0);
    solution.states.forEach((state, i) => {
      expectClose(state, f64([Math.exp(-(solution.times[i] as number))]), 1e-4);
    });
    const adaptive = odeSolve(decay, f64([Math.exp(-1)]), options);
    expect([adaptive.times.at(0), adaptive.times.at(-1)]).to.deep.equal([1, 0]);
    expectClose(adaptive.at(0.5), f64([Math.exp(-0.5)]), 1e-3);
    expect(odeSolve(decay, f64([1]), { from: 1, to: 0, steps: 2 })).to.have.all.keys(
      'x',
      'evaluations',
      'rejected',
    );
  });

  it('is refused for methods without it', () => {
    const { at } = odeSolve(decay, f64([1]), { from: 0, to: 1, steps: 2, trajectory: true, method: 'heun' });
    expect(() => at(0.5)).to.throw(ArgumentError, 'dense output');
  });

  it('is the state at the ends, forwards and backwards', () => {
    for (const [from, to] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const { at, x } = odeSolve(decay, f64([1]), { from, to, trajectory: true });
      expectClose(at(from), f64([1]), 0);
      expectClose(at(to), x, 1e-14);
    }
  });
});
