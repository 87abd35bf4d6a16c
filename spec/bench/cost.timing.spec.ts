import { expect } from 'chai';
import { grad } from '../../autograd/index.ts';
import { expectClose } from '../autograd/numbers.ts';
import { costInMemory, costOfDerivatives, costOfLength, type Figure, growthOfHeap } from './cost.ts';
import { gradientByHand, loss, setUp } from './two-layers.ts';

describe('cost', function () {
  this.timeout(60_000);

  it('is compared with a gradient by hand that is the gradient', () => {
    const { x, y, weights } = setUp(16, 8);
    expectClose(grad(loss)(weights, x, y), gradientByHand(weights, x, y), 1e-6);
  });

  it('of derivatives, in units of the value and of a gradient by hand, is within bounds', () => {
    within(() => costOfDerivatives({ rows: 256, width: 512, rounds: 7 }).figures);
  });

  it('of a MeanFlow step in memory is that of a plain gradient', () => {
    within(() => [costInMemory(64, 128)]);
  });

  it('of a gradient is linear in the length of the program', () => {
    within(() => [costOfLength(5)]);
  });

  it('leaves the heap flat over 10⁴ training steps', () => {
    within(() => [growthOfHeap()]);
  });
});

/**
 * A busy machine can spoil a measurement, but not make it better: of several attempts, each figure's best
 * counts.
 */
function within(measure: () => readonly Figure[], attempts = 8): void {
  let best = measure();
  const over = () => best.filter(({ measured, bound }) => !(measured <= bound));
  for (let attempt = 1; attempt < attempts && over().length > 0; attempt++) {
    best = measure().map((figure, i) =>
      figure.measured < (best[i] as Figure).measured ? figure : (best[i] as Figure),
    );
  }
  const found = over().map(
    ({ name, measured, bound, unit }) => `${name}: ${measured} ${unit}, bound ${bound}`,
  );
  expect(found).to.deep.equal([]);
}
