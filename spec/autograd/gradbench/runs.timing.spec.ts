/** What programs save where the loops around them look at values. */
import { expect } from 'chai';
import { compile, square, type Tensor } from '../../../autograd/index.ts';
import { interleaved, least, ratio } from '../../bench/measure.ts';
import { useVectors } from '../../tools/with-vectors.ts';
import { float64 } from '../numbers.ts';
import { modes, pairs } from './gradient-descent.ts';
import { missBy } from './particle.ts';
import type { Run } from './runs.ts';
import { ridge } from './saddle.ts';

describe('GradBench: programs', function () {
  this.timeout(120_000);
  useVectors();

  const start = float64([1, 1]);
  const problems: Record<string, (run: Run) => () => unknown> = {
    saddle: (run) => slopes((inner) => ridge(inner, run, start), start),
    particle: (run) => slopes((inner) => missBy(inner, run), float64([0.1])),
  };

  for (const [name, of] of Object.entries(problems)) {
    it(`make ${name} at least three times as fast`, () => {
      const times = interleaved({ eager: of('eager'), compiled: of('compiled') }, 3);
      expect(ratio(times, 'eager', 'compiled')).to.be.at.least(3);
    });
  }

  it('cost at most ten microseconds a call', () => {
    const compiled = compile((x: Tensor) => square(x));
    const x = float64(3);
    const calls = () => {
      for (let i = 0; i < 10_000; i++) compiled(x);
    };
    expect(least(interleaved({ calls }, 7).calls) / 10_000).to.be.at.most(0.01);
  });
});

/** Value and gradient by each outer mode over each inner one. */
function slopes(fn: (inner: 'forward' | 'reverse') => (x: Tensor) => Tensor, x: Tensor): () => void {
  const all = pairs.map(({ outer, inner }) => modes[outer](fn(inner)));
  return () => {
    for (const slope of all) slope(x);
  };
}
