import { expect } from 'chai';
import {
  add,
  divide,
  matmul,
  mean,
  random,
  square,
  subtract,
  sum,
  type Tensor,
  tensor,
} from '../../../autograd/index.ts';
import {
  adam,
  constantSchedule,
  type Losses,
  sgd,
  shuffledBatches,
  TrainingError,
  type TrainOptions,
  train,
} from '../../../flows/training/index.ts';
import { ArgumentError } from '../../../lib/index.ts';
import { expectClose } from '../close.ts';

interface Line {
  readonly w: Tensor;
  readonly b: Tensor;
}

/** y = x·[2, −3] + 0.5, without noise. */
const x = random.normal(random.key(1), [64, 2]);
const y = add(matmul(x, tensor([[2], [-3]])), 0.5);

/** Least squares on inputs with a little noise from the step's key, so that the key matters. */
function loss({ w, b }: Line, batch: { x: Tensor; y: Tensor }, key: random.Key): Losses {
  const noisy = add(batch.x, random.normal(key, batch.x.shape).multiply(1e-3));
  const error = subtract(add(matmul(noisy, w), b), batch.y);
  return { loss: mean(square(error)), sumOfSquares: sum(square(error)) };
}

function options(seed = 0): TrainOptions<Line, { x: Tensor; y: Tensor }> {
  return {
    loss,
    parameters: { w: tensor([[0], [0]]), b: tensor([0]) },
    optimizer: adam(),
    schedule: constantSchedule(0.05),
    steps: 300,
    batches: shuffledBatches({ x, y }, { batchSize: 16, key: random.key(seed) }),
    key: random.key(seed),
  };
}

describe('train', () => {
  it('finds the line', () => {
    const { parameters } = train(options());
    expectClose(parameters.w.toTypedArray(), [2, -3], 0.01);
    expectClose(parameters.b.toTypedArray(), [0.5], 0.01);
  });

  it('gives the same curves and parameters for the same seed, bit for bit, and others for another', () => {
    const [first, second, other] = [train(options(3)), train(options(3)), train(options(4))];
    expect(first.curves).to.deep.equal(second.curves);
    expect(first.parameters.w.toArray()).to.deep.equal(second.parameters.w.toArray());
    expect(first.curves.loss).not.to.deep.equal(other.curves.loss);
  });

  it('records every loss, and reports each step with its learning rate', () => {
    const reports: [number, number, number][] = [];
    const schedule = (step: number) => 0.1 / (step + 1);
    const { curves } = train({
      ...options(),
      steps: 3,
      schedule,
      onStep: ({ step, learningRate, losses }) => reports.push([step, learningRate, losses.loss as number]),
    });
    expect(Object.keys(curves)).to.deep.equal(['loss', 'sumOfSquares']);
    const { loss: losses = [], sumOfSquares = [] } = curves;
    const means = sumOfSquares.map((value) => value / 16);
    expectClose(means, losses, 1e-5);
    expect(reports).to.deep.equal([0, 1, 2].map((i) => [i + 1, 0.1 / (i + 1), losses[i]]));
  });

  it('averages the parameters when asked, and otherwise returns the last ones', () => {
    const { parameters, average } = train({ ...options(), steps: 20 });
    expect(average.w.toArray()).to.deep.equal(parameters.w.toArray());
    const averaged = train({ ...options(), steps: 20, ema: 0.9 });
    expect(averaged.parameters.w.toArray()).to.deep.equal(parameters.w.toArray());
    // The weights climb from 0 to 2, so their average lags behind.
    const first = (line: Line) => line.w.toTypedArray()[0] as number;
    expect(first(averaged.average)).to.be.within(0.1, first(parameters) - 0.01);
  });

  it('stops at a loss that is not finite, and says at which step', () => {
    const broken = (line: Line, batch: { x: Tensor; y: Tensor }, key: random.Key) => {
      const { loss: value } = loss(line, batch, key);
      calls++;
      return { loss: calls < 3 ? value : divide(value, 0) };
    };
    let calls = 0;
    expect(() => train({ ...options(), loss: broken, compile: false })).to.throw(
      TrainingError,
      'the loss is Infinity at step 3',
    );
    expect(() => train({ ...options(), optimizer: sgd(), schedule: constantSchedule(1e20) })).to.throw(
      TrainingError,
      /is (NaN|Infinity) at step \d/,
    );
  });

  it('says what a loss and a schedule are', () => {
    const bare = ({ w }: Line) => w.sum() as never;
    expect(() => train({ ...options(), loss: bare })).to.throw(
      ArgumentError,
      /returns \{ loss \}.*got a tensor of shape \[\]/,
    );
    expect(() => train({ ...options(), schedule: 0.1 as never })).to.throw(
      ArgumentError,
      /constantSchedule.*got number 0.1/,
    );
  });

  it('says when the batches ran out, and rejects an unknown option', () => {
    expect(() => train({ ...options(), batches: [{ x, y }] })).to.throw(
      TrainingError,
      'ran out after 1 of 300',
    );
    expect(() => train({ ...options(), epochs: 3 } as object as ReturnType<typeof options>)).to.throw(
      ArgumentError,
      "unknown option 'epochs'",
    );
  });
});
