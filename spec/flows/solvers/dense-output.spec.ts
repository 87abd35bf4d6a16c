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
        const { at } = odeSolve(decay, f64([Math.exp(-from)]), {
          from,
          to,
          steps,
          trajectory: true,
          method: 'tsitouras54',
        });
        for (const t of [0.01, 0.1, 0.27, 0.5, 0.73, 0.9, 0.99]) {
          expectClose(at(t), f64([Math.exp(-t)]), 1e-3 / steps ** 4);
        }
        for (const t of [-1e-9, 1 + 1e-9, Number.NaN])
          expect(() => at(t)).to.throw(ArgumentError, 'a time between');
      }
    }
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
