/** Training steps on another engine: onnxruntime-web, which runs the same files as onnxruntime-node. */
import { expect } from 'chai';
import * as ort from 'onnxruntime-web';
import {
  add,
  type CompileTarget,
  divide,
  LevelError,
  matmul,
  mean,
  random,
  square,
  subtract,
  type Tensor,
  tensor,
} from '../../../autograd/index.ts';
import { type OnnxRuntimeModule, onnxRuntime } from '../../../flows/formats/index.ts';
import {
  adam,
  constantSchedule,
  type Losses,
  TrainingError,
  type TrainingOptions,
} from '../../../flows/training/index.ts';
import { makeSteps, makeStepsOn, type StatelessReport } from '../../../flows/training/training-steps.ts';

interface Line {
  readonly w: Tensor;
  readonly b: Tensor;
}
type Batch = Tensor;

const data = random.normal(random.key(1), [16, 2]);

/** Of points with noise, so that the bits of the draws matter. */
function loss({ w, b }: Line, points: Batch, key: random.Key): Losses {
  const x = add(points, random.normal(key, points.shape));
  const error = square(subtract(add(matmul(x, w), b), matmul(points, tensor([[2], [-3]]))));
  return { loss: mean(error), largest: error.max() };
}

const steps = 12;

function optionsFor(
  of: (line: Line, points: Batch, key: random.Key) => Losses,
): TrainingOptions<Line, Batch> {
  return {
    loss: of,
    parameters: { w: tensor([[0.1], [0.2]]), b: tensor([0]) },
    ...{ optimizer: adam(), schedule: constantSchedule(0.1), steps, ema: 0.9, clip: 5 },
    batches: Array.from({ length: steps }, () => data),
    key: random.key(2),
  };
}

async function failure(reports: AsyncIterable<unknown>): Promise<Error> {
  try {
    for await (const _ of reports);
  } catch (error) {
    return error as Error;
  }
  throw new Error('wanted an error, got all steps');
}

describe('training steps on onnxruntime', () => {
  let target: CompileTarget;
  before(async () => {
    target = await onnxRuntime({ runtime: ort as unknown as OnnxRuntimeModule });
  });

  it('have the losses of our own, and states that stay', async () => {
    const ours = [...makeSteps('train', optionsFor(loss))];
    const kept: ReturnType<StatelessReport<Line>['keepState']>[] = [];
    let previous: StatelessReport<Line> | undefined;
    for await (const report of makeStepsOn(target, 'train', optionsFor(loss))) {
      const wanted = ours[report.step - 1] as StatelessReport<Line>;
      for (const [name, value] of Object.entries(wanted.losses)) {
        expect(report.losses[name]).to.be.closeTo(value, 1e-5 * Math.abs(value));
      }
      expect(report.gradientNorm).to.be.closeTo(wanted.gradientNorm, 1e-5 * wanted.gradientNorm);
      if (previous && report.step % 2 === 0)
        expect(previous.keepState).to.throw(LevelError, 'after the next step');
      if (report.step % 2 === 0) kept.push(report.keepState());
      previous = report;
    }
    expect(kept.map(({ step }) => step)).to.deep.equal([2, 4, 6, 8, 10, 12]);
    const wanted = ours.at(-1)!.keepState();
    for (const part of ['parameters', 'average'] as const) {
      expect(JSON.stringify(kept[0]![part])).not.to.equal(JSON.stringify(kept[5]![part]));
    }
    const [mine, its] = [wanted.parameters.w.toTypedArray(), kept[5]!.parameters.w.toTypedArray()];
    its.forEach((value, i) => {
      expect(value).to.be.closeTo(mine[i] as number, 1e-5);
    });
  });

  it('stop at a loss that is not finite, with the step and the state before it', async () => {
    const options = optionsFor((line, points, key) => {
      const { loss: value } = loss(line, points, key);
      return { loss: divide(value, points.slice([0, 0])) };
    });
    const batches = [data, data, data.multiply(0)];
    const states: StatelessReport<Line>[] = [];
    const failing = makeStepsOn(target, 'train', { ...options, batches });
    const error = await failure(
      (async function* () {
        for await (const report of failing) yield states.push(report);
      })(),
    );
    expect(error).to.be.instanceOf(TrainingError).with.property('step', 3);
    expect(states.at(-1)?.keepState().step).to.equal(2);
  });

  it('refuse a loss that looks at values, or that uses what changes', async () => {
    const looking = optionsFor((line, points, key) => {
      if (line.w.sum().item() > 100) return { loss: line.b.sum() };
      return loss(line, points, key);
    });
    expect(await failure(makeStepsOn(target, 'train', looking))).to.be.instanceOf(LevelError);
    let scale = 1;
    const changing = optionsFor((line, points, key) => {
      scale *= 2;
      return { loss: loss(line, points, key).loss.multiply(scale) };
    });
    expect(await failure(makeStepsOn(target, 'train', changing)))
      .to.be.instanceOf(TrainingError)
      .with.property('message')
      .that.includes('the first step has other losses on onnxruntime');
  });
});
