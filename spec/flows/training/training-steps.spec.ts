import { expect } from 'chai';
import {
  add,
  log,
  matmul,
  mean,
  random,
  square,
  subtract,
  type Tensor,
  tensor,
} from '../../../autograd/index.ts';
import { flattenNames } from '../../../flows/formats/index.ts';
import {
  adam,
  cosineSchedule,
  initialState,
  momentum,
  movingAverage,
  shuffledBatches,
  TrainingError,
  type TrainingOptions,
  type TrainingState,
  train,
  trainingStep,
  trainingSteps,
} from '../../../flows/training/index.ts';
import { expectClose } from '../support.ts';

interface Line {
  readonly w: Tensor;
  readonly b: Tensor;
}

interface Batch {
  readonly x: Tensor;
  readonly y: Tensor;
}

const x = random.normal(random.key(1), [30, 2]);
const y = add(matmul(x, tensor([[2], [-3]])), 0.5);

function loss({ w, b }: Line, batch: Batch, key: random.Key) {
  const noisy = add(batch.x, random.normal(key, batch.x.shape).multiply(0.1));
  return { loss: mean(square(subtract(add(matmul(noisy, w), b), batch.y))) };
}

function options(from?: TrainingState<Line>): TrainingOptions<Line, Batch> {
  return {
    loss,
    parameters: { w: tensor([[0], [0]]), b: tensor([0]) },
    optimizer: adam(),
    schedule: cosineSchedule({ from: 0.05, steps: 40 }),
    steps: 40,
    batches: shuffledBatches({ x, y }, { batchSize: 8, key: random.key(2), skip: from?.step ?? 0 }),
    key: random.key(3),
    ema: 0.9,
    ...(from && { from }),
  };
}

/** Every number of a state, to the last bit. */
const bits = (state: TrainingState<Line>) => {
  const { w, b } = state.parameters;
  const trees = { p: { w, b }, o: state.optimizer, a: state.average };
  return [state.step, Object.entries(flattenNames(trees)).map(([name, t]) => [name, [...t.toTypedArray()]])];
};

describe('trainingSteps', () => {
  const whole = [...trainingSteps(options())];

  it('goes on from any of its states as if there had been no stop', () => {
    const last = whole.at(-1)!.state;
    for (const stop of [1, 3, 4, 17, 39]) {
      const rest = [...trainingSteps(options(whole[stop - 1]!.state))];
      expect(rest.map(({ losses }) => losses)).to.deep.equal(whole.slice(stop).map(({ losses }) => losses));
      expect(bits(rest.at(-1)!.state)).to.deep.equal(bits(last));
    }
  });

  it('asks the schedule for its first rate in the first step', () => {
    const { schedule } = options();
    expect(whole.map(({ learningRate }) => learningRate)).to.deep.equal(whole.map((_, i) => schedule(i)));
  });

  it('gives each step a key of its own, the same whoever asks', () => {
    const seen: string[] = [];
    const looking = (p: Line, batch: Batch, key: random.Key) => {
      seen.push(String(key));
      return loss(p, batch, key);
    };
    for (const _ of trainingSteps({ ...options(), loss: looking, compile: false }));
    expect(seen).to.deep.equal(whole.map(({ step }) => String(random.foldIn(options().key, step))));
    expect(new Set(seen).size).to.equal(40);
  });

  it('clips the gradients: without momentum, a step is no longer than rate × norm', () => {
    const steps = trainingSteps({ ...options(), optimizer: momentum({ momentum: 0 }), clip: 1e-3, steps: 1 });
    const { parameters } = [...steps][0]!.state;
    const moved = Math.hypot(...parameters.w.toTypedArray(), ...parameters.b.toTypedArray());
    expect(moved).to.be.closeTo(0.05 * 1e-3, 1e-9);
  });

  it('averages the parameters that a step leaves behind', () => {
    const { parameters, average } = whole[0]!.state;
    expectClose(movingAverage(0.9).value(average).w, parameters.w, 1e-6);
    expect(parameters.w.toArray()).not.to.deep.equal([[0], [0]]);
  });

  it('makes a step only when asked, and leaves the states that it handed out as they were', () => {
    let made = 0;
    function* counting() {
      for (const batch of options().batches) {
        made++;
        yield batch;
      }
    }
    const steps = trainingSteps({ ...options(), batches: counting() });
    const first = (steps.next().value as (typeof whole)[number]).state;
    const before = bits(first);
    steps.next();
    steps.return();
    expect(made).to.equal(2);
    expect(bits(first)).to.deep.equal(before);
  });

  it("reports the gradient's norm", () => {
    const fixed = {
      ...options(),
      loss: ({ w, b }: Line) => ({ loss: add(w.multiply(3).sum(), b.multiply(4).sum()) }),
    };
    expect(trainingSteps(fixed).next().value?.gradientNorm).to.be.closeTo(Math.sqrt(9 + 9 + 16), 1e-12);
  });

  it('is what train does; a run that is already finished gives its state back', () => {
    const { state, curves, average } = train(options());
    expect(bits(state)).to.deep.equal(bits(whole.at(-1)!.state));
    expect(curves.loss).to.deep.equal(whole.map(({ losses }) => losses.loss));
    const again = train(options(state));
    expect(again.state).to.equal(state);
    expect(again.average.w.toArray()).to.deep.equal(average.w.toArray());
  });

  it('names the operation that bore a NaN, and the step', () => {
    const downhill = {
      ...options(),
      optimizer: momentum(),
      schedule: () => 0.5,
      // The logarithm's argument falls below 0 after a few steps.
      loss: ({ w }: Line) => ({ loss: log(add(w.sum(), 2)) }),
    };
    const stop = () => [...trainingSteps(downhill)];
    expect(stop).to.throw(
      TrainingError,
      /^trainingSteps: the loss is NaN at step \d+: log: made NaN \(element 0\)/,
    );
    try {
      stop();
    } catch (error) {
      expect((error as TrainingError).step).to.be.within(2, 10);
    }
  });

  it('stops at a gradient that is not finite, though the loss is', () => {
    const kink = { ...options(), loss: ({ w }: Line) => ({ loss: w.sum().sqrt() }) };
    expect(() => [...trainingSteps(kink)]).to.throw(
      TrainingError,
      /the gradient norm is Infinity at step 1: \w+: made/,
    );
  });

  it('says when no operation on the parameters is to blame', () => {
    const bad = { ...options(), loss: ({ w }: Line) => ({ loss: w.sum(), other: tensor(Number.NaN) }) };
    expect(() => [...trainingSteps(bad)]).to.throw(
      TrainingError,
      "recorded 'other' is NaN at step 1: it comes from",
    );
  });
});

describe('the errors of a training run', () => {
  const bare = { ...options(), loss: ({ w }: Line) => w.sum() as never };
  const { parameters, batches, steps, schedule, from, key, ...step } = bare;
  const short = { ...options(), batches: [{ x, y }] };

  it('name the function that the caller called', () => {
    const calls: readonly (readonly [() => unknown, RegExp])[] = [
      [() => train(bare), /^train: wanted a loss function/],
      [() => train(short), /^train: the batches ran out/],
      [() => train({ ...options(), schedule: 0.1 as never }), /^train: wanted a schedule/],
      [() => [...trainingSteps(bare)], /^trainingSteps: wanted a loss function/],
      [() => [...trainingSteps(short)], /^trainingSteps: the batches ran out/],
      [
        () => trainingStep(step)(initialState(parameters, step.optimizer), { x, y }, key, 0.1),
        /^trainingStep: wanted a loss/,
      ],
    ];
    for (const [call, message] of calls) expect(call).to.throw(message);
  });
});

describe('shuffledBatches, skipping', () => {
  it('goes on where as many batches end, in any epoch', () => {
    const take = (count: number, skip: number) => {
      const batches = shuffledBatches({ x }, { batchSize: 8, key: random.key(0), skip })[Symbol.iterator]();
      return Array.from({ length: count }, () => (batches.next().value as { x: Tensor }).x.toArray());
    };
    const all = take(10, 0);
    for (const skip of [1, 2, 3, 4, 8]) expect(take(10 - skip, skip)).to.deep.equal(all.slice(skip));
  });
});
