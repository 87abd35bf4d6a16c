/**
 * GradBench's "saddle": min over x of max over y of ‖x‖² − ‖y‖², both by gradient descent, so that one
 * derivative is taken through a whole optimisation that itself takes derivatives (Pearlmutter & Siskind
 * 2008).
 */
import { expect } from 'chai';
import { square, subtract, sum, type Tensor } from '../../../autograd/index.ts';
import { float64, numbersOf } from '../numbers.ts';
import { argmax, argmin, modes } from './gradient-descent.ts';

type Mode = keyof typeof modes;

function saddle(outer: Mode, inner: Mode, start: Tensor): readonly [x: Tensor, y: Tensor] {
  const f = (x: Tensor, y: Tensor) => subtract(sum(square(x)), sum(square(y)));
  const highest = (x: Tensor) =>
    f(
      x,
      argmax(modes[inner], (y) => f(x, y), start),
    );
  const x = argmin(modes[outer], highest, start);
  return [x, argmax(modes[outer], (y) => f(x, y), start)];
}

describe('GradBench: saddle', function () {
  this.timeout(60_000);

  for (const outer of ['forward', 'reverse'] as const) {
    for (const inner of ['forward', 'reverse'] as const) {
      it(`${outer} over ${inner} gives the published 8.246324826140356e-06`, () => {
        for (const coordinate of numbersOf(saddle(outer, inner, float64([1, 1])))) {
          expect(coordinate / 8.246324826140356e-6).to.be.closeTo(1, 1e-10);
        }
      });
    }
  }
});
