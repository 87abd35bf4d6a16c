/** How the adaptive solvers choose their first step. */
import { expect } from 'chai';
import type { Tensor } from '../../../autograd/index.ts';
import { odeSolve } from '../../../flows/index.ts';
import { f64 } from '../support.ts';

describe('the first step', () => {
  it('is that of Hairer, Nørsett & Wanner, section II.4', () => {
    // Of x′ = −x from 1 all sizes are 1 / scale: the trial is 0.01·d₀/d₁, the step (0.01/max(d₁, d₂))^(1/5).
    const asked: number[] = [];
    const field = (x: Tensor, t: Tensor) => {
      asked.push(t.item() as number);
      return x.negate();
    };
    const [relativeTolerance, absoluteTolerance] = [1e-6, 1e-6];
    const method = 'dormandPrince54';
    odeSolve(field, f64([1]), { from: 0, to: 1, method, relativeTolerance, absoluteTolerance });
    const step = (0.01 * (relativeTolerance + absoluteTolerance)) ** (1 / 5);
    const [start, trial, firstStage] = asked;
    expect(start).to.equal(0);
    expect(trial).to.be.closeTo(0.01, 1e-12);
    expect(firstStage).to.be.closeTo(step / 5, 1e-12);
  });
});
