import { expect } from 'chai';
import { expectClose, float64, numbersOf } from '../numbers.ts';
import { modes, pairs } from './gradient-descent.ts';
import type { Run } from './runs.ts';
import { ridge, saddle } from './saddle.ts';

describe('GradBench: saddle', function () {
  this.timeout(60_000);

  for (const { outer, inner } of pairs) {
    it(`${outer} over ${inner} gives the published 8.246324826140356e-06`, () => {
      for (const coordinate of numbersOf(saddle(outer, inner, 'compiled', float64([1, 1]))))
        expect(coordinate / 8.246324826140356e-6).to.be.closeTo(1, 1e-10);
    });

    it(`${outer} over ${inner} has the values of the eager functions`, () => {
      const start = float64([1, 1]);
      const slope = (run: Run) => modes[outer](ridge(inner, run, start))(start);
      expectClose(slope('compiled'), slope('eager'), 1e-15);
    });
  }
});
