import { expect } from 'chai';
import { expectClose, float64 } from '../numbers.ts';
import { minimiser, modes, pairs } from './gradient-descent.ts';
import { missBy } from './particle.ts';
import type { Run } from './runs.ts';

describe('GradBench: particle', function () {
  this.timeout(60_000);

  it('gives the published 0.2071918746486116', () => {
    const best = minimiser('reverse', 'eager', missBy('reverse', 'compiled'))(float64([0]));
    expect(best.item()).to.be.closeTo(0.2071918746486116, 0.2071918746486116e-10);
  });

  for (const { outer, inner } of pairs) {
    it(`${outer} over ${inner} has the derivative that differences have`, () => {
      const miss = missBy(inner, 'compiled');
      const [w, h] = [0.1, 1e-4];
      const at = (place: number) => miss(float64([place])).item();
      const difference = (8 * (at(w + h) - at(w - h)) - (at(w + 2 * h) - at(w - 2 * h))) / (12 * h);
      const [, slope] = modes[outer](miss)(float64([w]));
      expectClose(slope, float64([difference]), 1e-9);
    });

    it(`${outer} over ${inner} has the values of the eager functions`, () => {
      const slope = (run: Run) => modes[outer](missBy(inner, run))(float64([0.1]));
      expectClose(slope('compiled'), slope('eager'), 1e-14);
    });
  }
});
