/** How long `trainAsync` keeps the event loop waiting. Counted in steps: a clock counts other programs. */
import { expect } from 'chai';
import { random, tensor } from '../../../autograd/index.ts';
import { adam, constantSchedule, shuffledBatches, trainAsync } from '../../../flows/training/index.ts';

describe('trainAsync', () => {
  it('lets the event loop turn at least every 50 ms of steps that take 5 ms or more', async () => {
    let steps = 0;
    let isOver = false;
    const stepsAtTurns: number[] = [];
    const turn = () => {
      stepsAtTurns.push(steps);
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    await trainAsync({
      parameters: tensor([3, -3]),
      loss: (p, x) => ({ loss: x.subtract(p).square().mean() }),
      optimizer: adam(),
      schedule: constantSchedule(0.05),
      steps: 80,
      batches: shuffledBatches(random.normal(random.key(1), [64, 2]), { batchSize: 16, key: random.key(2) }),
      key: random.key(3),
      compile: false,
      onStep() {
        for (const until = performance.now() + 5; performance.now() < until; );
        steps++;
      },
    });
    isOver = true;
    const stepsBetween = stepsAtTurns.map((count, i) => count - (stepsAtTurns[i - 1] ?? 0));
    expect(steps).to.equal(80);
    expect(stepsAtTurns.at(-1)).to.be.above(60);
    expect(Math.max(...stepsBetween)).to.be.below(50 / 5);
  });
});
