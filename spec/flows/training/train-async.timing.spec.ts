/** How long `trainAsync` keeps the event loop waiting, in processor time. */
import { expect } from 'chai';
import { random, tensor } from '../../../autograd/index.ts';
import { adam, constantSchedule, shuffledBatches, trainAsync } from '../../../flows/training/index.ts';

describe('trainAsync', () => {
  it('lets the event loop turn between steps of 5 ms, at least every 50 ms of its own time', async () => {
    const turns: number[] = [];
    let isOver = false;
    const turn = () => {
      turns.push(cpuMilliseconds());
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    const spend = () => {
      for (const until = cpuMilliseconds() + 5; cpuMilliseconds() < until; );
    };
    const start = cpuMilliseconds();
    await trainAsync({
      parameters: tensor([3, -3]),
      loss: (p, x) => ({ loss: x.subtract(p).square().mean() }),
      optimizer: adam(),
      schedule: constantSchedule(0.05),
      steps: 80,
      batches: shuffledBatches(random.normal(random.key(1), [64, 2]), { batchSize: 16, key: random.key(2) }),
      key: random.key(3),
      compile: false,
      onStep: spend,
    });
    isOver = true;
    const gaps = turns.map((time, i) => time - (turns[i - 1] ?? start));
    expect(turns.at(-1)! - start).to.be.above(300);
    expect(Math.max(...gaps)).to.be.below(50);
  });
});

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
