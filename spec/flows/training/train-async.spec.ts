import { expect } from 'chai';
import { random, type Tensor, tensor } from '../../../autograd/index.ts';
import {
  adam,
  constantSchedule,
  shuffledBatches,
  type TrainAsyncOptions,
  TrainingError,
  train,
  trainAsync,
} from '../../../flows/training/index.ts';
import { ArgumentError } from '../../../lib/index.ts';

const data = random.normal(random.key(1), [64, 2]);

function options(steps = 100): TrainAsyncOptions<Tensor, Tensor> {
  return {
    parameters: tensor([3, -3]),
    loss: (p, x) => ({ loss: x.subtract(p).square().mean() }),
    optimizer: adam(),
    schedule: constantSchedule(0.05),
    steps,
    ema: 0.9,
    batches: shuffledBatches(data, { batchSize: 16, key: random.key(2) }),
    key: random.key(3),
  };
}

describe('trainAsync', () => {
  it('gives what train gives, bit for bit, eager or compiled', async () => {
    for (const compile of [true, false]) {
      const [one, other] = [await trainAsync({ ...options(), compile }), train({ ...options(), compile })];
      expect(one.curves).to.deep.equal(other.curves);
      expect(one.average.toArray()).to.deep.equal(other.average.toArray());
      expect(one.parameters.toArray()).to.deep.equal(other.parameters.toArray());
      expect(one.state.step).to.equal(100);
    }
  });

  it('stops at the signal, closes the batches, and rejects with its reason', async () => {
    const controller = new AbortController();
    let [last, closed] = [0, false];
    const batches = (function* () {
      try {
        for (;;) yield data;
      } finally {
        closed = true;
      }
    })();
    const run = trainAsync({
      ...options(1e9),
      batches,
      signal: controller.signal,
      onStep: ({ step }) => (last = step),
    });
    setTimeout(() => controller.abort(), 10);
    const error = await failureOf(run);
    expect(error).to.include({ name: 'AbortError' });
    expect(last).to.be.above(0);
    expect(closed).to.equal(true);
  });

  it('makes no step for a signal that is aborted before', async () => {
    const reason = new Error('enough');
    let steps = 0;
    const run = trainAsync({ ...options(), signal: AbortSignal.abort(reason), onStep: () => steps++ });
    expect(await failureOf(run)).to.equal(reason);
    expect(steps).to.equal(0);
  });

  it("rejects with train's errors, which name it", async () => {
    const exploding = trainAsync({ ...options(), loss: (p) => ({ loss: p.sum().multiply(1e39) }) });
    const error = await failureOf(exploding);
    expect(error).to.be.instanceOf(TrainingError);
    expect(String(error)).to.match(/trainAsync: the loss is/);
    const unknown = await failureOf(trainAsync({ ...options(), sginal: undefined } as never));
    expect(unknown).to.be.instanceOf(ArgumentError);
    expect(String(unknown)).to.match(/trainAsync.*sginal/);
  });
});

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
