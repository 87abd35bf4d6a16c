/**
 * GradBench's "particle": where to put a charge so that a particle, which moves in the field of two, hits the
 * origin. The force is a derivative of the potential, and the trajectory is differentiated with respect to
 * the charge's place (Pearlmutter & Siskind 2008).
 */
import { expect } from 'chai';
import {
  add,
  divide,
  multiply,
  negate,
  rsqrt,
  slice,
  square,
  subtract,
  sum,
  type Tensor,
} from '../../../autograd/index.ts';
import { expectClose, float64 } from '../numbers.ts';
import { argmin, modes } from './gradient-descent.ts';

type Mode = keyof typeof modes;

/**
 * The squared distance from the origin at which the particle crosses the first axis, by Euler's method with
 * time step 0.1.
 */
function miss(mode: Mode, w: Tensor): Tensor {
  const charges = add(float64([[10, 10], [10, 0]]), multiply(w, float64([[0, -1], [0, 0]]))); // biome-ignore format: a charge a row
  const potential = (x: Tensor) => sum(rsqrt(sum(square(subtract(x, charges)), { axes: 1 })));
  const force = (x: Tensor) => negate(modes[mode](potential)(x)[1]);
  let [x, velocity] = [float64([0, 8]), float64([0.75, 0])];
  for (;;) {
    const next = add(x, multiply(velocity, 0.1));
    if (slice(next, [1]).item() <= 0) break;
    [x, velocity] = [next, add(velocity, multiply(force(x), 0.1))];
  }
  const untilCrossing = negate(divide(slice(x, [1]), slice(velocity, [1])));
  return square(slice(add(x, multiply(velocity, untilCrossing)), [0]));
}

describe('GradBench: particle', function () {
  this.timeout(60_000);

  const pairs = (['forward', 'reverse'] as const).flatMap((outer) =>
    (['forward', 'reverse'] as const).map((inner) => ({ outer, inner })),
  );
  const objective = (mode: Mode) => (w: Tensor) => miss(mode, slice(w, [0]));

  it('gives the published 0.2071918746486116', () => {
    const best = argmin(modes.reverse, objective('reverse'), float64([0]));
    expect(best.toTypedArray()[0] as number).to.be.closeTo(0.2071918746486116, 0.2071918746486116e-10);
  });

  for (const { outer, inner } of pairs) {
    it(`${outer} over ${inner} has the derivative that differences have`, () => {
      const [w, h] = [0.1, 1e-4];
      const at = (place: number) => miss(inner, float64(place)).item();
      const difference = (8 * (at(w + h) - at(w - h)) - (at(w + 2 * h) - at(w - 2 * h))) / (12 * h);
      const [, slope] = modes[outer](objective(inner))(float64([w]));
      expectClose(slope, float64([difference]), 1e-9);
    });
  }
});
