/** Compiled training steps are the eager ones, bit for bit; and where they cannot be, the run is eager. */
import { expect } from 'chai';
import {
  add,
  divide,
  grad,
  log,
  matmul,
  mean,
  random,
  slice,
  sqrt,
  square,
  subtract,
  type Tensor,
  tensor,
} from '../../../autograd/index.ts';
import { optimalTransportCoupling, takePairs } from '../../../flows/couplings/index.ts';
import { conditionalFlowMatchingLoss } from '../../../flows/losses/index.ts';
import { mlpVelocityNetwork, type VelocityParameters } from '../../../flows/networks/index.ts';
import { optimalTransportPath } from '../../../flows/paths/index.ts';
import { noiseToData } from '../../../flows/time.ts';
import {
  adam,
  adamW,
  cosineSchedule,
  type Losses,
  momentum,
  type Optimizer,
  optimizer,
  type StepReport,
  shuffledBatches,
  type TrainingOptions,
  train,
} from '../../../flows/training/index.ts';
import { useVectors } from '../../tools/with-vectors.ts';
import { compare, expectCompiled, numbersOf, runOf, steps } from './compiled-run.ts';

interface Line {
  readonly w: Tensor;
  readonly b: Tensor;
}
interface Points {
  readonly x: Tensor;
  readonly y: Tensor;
}

const x = random.normal(random.key(1), [30, 2]);
const y = add(matmul(x, tensor([[2], [-3]])), 0.5);

function squaredError({ w, b }: Line, batch: Points): Losses {
  return { loss: mean(square(subtract(add(matmul(batch.x, w), b), batch.y))) };
}

function noisyLoss(line: Line, batch: Points, key: random.Key): Losses {
  return squaredError(line, { ...batch, x: add(batch.x, random.normal(key, batch.x.shape)) });
}

function lineOptions(): TrainingOptions<Line, Points> {
  return {
    loss: noisyLoss,
    parameters: { w: tensor([[0], [0]]), b: tensor([0]) },
    optimizer: adam(),
    schedule: cosineSchedule({ from: 0.05, steps }),
    steps,
    batches: shuffledBatches({ x, y }, { batchSize: 8, key: random.key(2) }),
    key: random.key(3),
    ema: 0.9,
  };
}

interface ConditionedPoints {
  readonly data: Tensor;
  readonly conditions: Tensor;
}

/** Flow matching with continuous conditions, in micro-batches; with optimal transport on demand. */
function flowMatchingOptions({
  coupled,
}: {
  readonly coupled: boolean;
}): TrainingOptions<VelocityParameters, ConditionedPoints> {
  const network = mlpVelocityNetwork({ features: 2, hidden: 8, layers: 1, conditions: 2, frequencies: 2 });
  const conditions = random.normal(random.key(7), [20, 2]);
  const data = random.normal(random.key(10), [20, 2]);
  return {
    optimizer: adamW({ weightDecay: 0.1 }),
    schedule: cosineSchedule({ from: 0.05, steps }),
    steps,
    key: random.key(3),
    parameters: network.initialise(random.key(11)),
    batches: shuffledBatches({ data, conditions }, { batchSize: 8, key: random.key(12) }),
    loss: (parameters: VelocityParameters, batch: ConditionedPoints, key: random.Key) => {
      const noise = random.normal(random.foldIn(key, 1), batch.data.shape);
      const { x0, x1 } = coupled
        ? takePairs(optimalTransportCoupling(noise, batch.data), noise, batch.data)
        : { x0: noise, x1: batch.data };
      const t = random.uniform(random.foldIn(key, 2), [batch.data.shape[0] as number, 1]);
      const velocity = noiseToData((z, at) => network.apply(parameters, z, at, at, batch.conditions));
      return { loss: conditionalFlowMatchingLoss(velocity, optimalTransportPath(), { x0, x1, t }) };
    },
    microBatches: 2,
    clip: 0.5,
  };
}

describe('compiled training steps', () => {
  useVectors();

  it('are the eager ones, bit for bit, and so are the states that a caller keeps: a line, in both dtypes', () => {
    expectCompiled(lineOptions);
    expectCompiled(() => ({ ...lineOptions(), optimizer: momentum() }));
    const parameters = { w: tensor([[0], [0]], { dtype: 'float64' }), b: tensor([0], { dtype: 'float64' }) };
    const [x64, y64] = [x, y].map((data) => tensor(data.toArray(), { dtype: 'float64' })) as [Tensor, Tensor];
    const batches = shuffledBatches({ x: x64, y: y64 }, { batchSize: 8, key: random.key(2) });
    expectCompiled(() => ({ ...lineOptions(), loss: squaredError, parameters, batches }));
    expect(parameters.w.toArray()).to.deep.equal([[0], [0]]);
  });

  it('are the eager ones: flow matching with conditions, micro-batches, clipping and weight decay', () => {
    expectCompiled(() => flowMatchingOptions({ coupled: false }));
  });

  it('are the eager ones without batches', () => {
    const loss = ({ w, b }: Line): Losses => ({ loss: add(w.square().sum(), b.subtract(1).square().sum()) });
    for (const nothing of [null, undefined, []] as const) {
      const batches = Array<Points>(steps).fill(nothing as never);
      expectCompiled(() => ({ ...lineOptions(), loss, batches }));
    }
  });

  it('go on from eager states, and eager steps from theirs', () => {
    const { reports } = runOf({ ...lineOptions(), compile: false });
    const goOn = (compile: boolean, from: StepReport<Line>) => {
      const batches = shuffledBatches({ x, y }, { batchSize: 8, key: random.key(2), skip: from.step });
      return runOf({ ...lineOptions(), batches, from: from.state, compile }).reports;
    };
    const compiled = runOf(lineOptions()).reports;
    for (const stop of [1, 5, 7, 8]) {
      expect(numbersOf(goOn(true, reports[stop - 1]!))).to.deep.equal(numbersOf(reports.slice(stop)));
      expect(numbersOf(goOn(false, compiled[stop - 1]!))).to.deep.equal(numbersOf(reports.slice(stop)));
    }
  });

  it('are not worth it in a short run', () => {
    expect(runOf({ ...lineOptions(), steps: 31 }).calls).to.equal(31);
    expect(runOf({ ...lineOptions(), steps: 32 }).calls).to.be.below(10);
  });

  it('can be differentiated', () => {
    const learnt = (compile: boolean) => (scale: Tensor) => {
      const loss = (line: Line, batch: Points) => ({ loss: squaredError(line, batch).loss.multiply(scale) });
      const { parameters } = train({ ...lineOptions(), loss, optimizer: momentum(), compile });
      return parameters.w.sum();
    };
    const [compiled, eager] = [true, false].map((compile) => grad(learnt(compile))(tensor(0.1)).item());
    expect(compiled).to.equal(eager);
    expect(compiled).not.to.equal(0);
  });
});

describe('training steps that cannot be compiled', () => {
  useVectors();

  /** The options of two runs that must be the same, and what the compiled one says. */
  const cases: Readonly<
    Record<string, readonly [options: () => TrainingOptions<Line, Points>, says: RegExp]>
  > = {
    'a loss that looks at a value': [
      () => ({
        ...lineOptions(),
        loss: (line, batch) => {
          const { loss } = squaredError(line, batch);
          return { loss: loss.multiply(loss.item() > 3 ? 1 : 2) };
        },
      }),
      /item: looks at a value/,
    ],
    'an optimiser that computes with a number': [
      () => ({ ...lineOptions(), optimizer: plainOptimizer() }),
      /operators take no tensors/,
    ],
    'a batch with a number': [
      () => ({
        ...lineOptions(),
        batches: Array(steps).fill({ x, y, weight: 2 }),
        loss: (line, batch) => ({
          loss: squaredError(line, batch).loss.multiply((batch as unknown as { weight: number }).weight),
        }),
      }),
      /a batch holds a number/,
    ],
    'batches of ever other lengths': [
      () => ({
        ...lineOptions(),
        batches: Array.from({ length: steps }, (_, i) => ({
          x: slice(x, [[0, 1 + (i % 20)]]),
          y: slice(y, [[0, 1 + (i % 20)]]),
        })),
      }),
      /more than 8 shapes/,
    ],
  };

  for (const [name, [optionsOf, says]] of Object.entries(cases)) {
    it(`are eager, and a warning says so once: ${name}`, () => {
      const { warnings } = compare(optionsOf);
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.match(says);
    });
  }

  it('are eager, and a warning says so once: optimal transport within the loss', () => {
    const { warnings } = compare(() => flowMatchingOptions({ coupled: true }));
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/LevelError|traced/);
  });

  it('are eager where each call of the loss draws from another key, or counts', () => {
    // Compiled or not, these losses depend on how often they are called: only what is said can be compared.
    let calls = 0;
    const draws = (line: Line, batch: Points) => noisyLoss(line, batch, random.key(calls++));
    expect(runOf({ ...lineOptions(), loss: draws }).warnings.join()).to.match(
      /from a key that is none of its/,
    );
    const counts = (line: Line, batch: Points) => ({
      loss: squaredError(line, batch).loss.multiply(calls++ % 3),
    });
    expect(runOf({ ...lineOptions(), loss: counts }).warnings.join()).to.match(/something besides its arg/);
  });

  it('are eager where each step changes what the loss uses', () => {
    const optionsOf = () => {
      const teacher = { factor: 1 };
      const loss = (line: Line, batch: Points) => ({
        loss: squaredError(line, batch).loss.multiply(teacher.factor),
      });
      const next = (step: number) => {
        teacher.factor = 1 + step / 10;
      };
      return [{ ...lineOptions(), loss }, next] as const;
    };
    const [options, next] = optionsOf();
    const compiled = runOf(options, next);
    const [eagerOptions, eagerNext] = optionsOf();
    const eager = runOf({ ...eagerOptions, compile: false }, eagerNext);
    expect(numbersOf(compiled.reports)).to.deep.equal(numbersOf(eager.reports));
    expect(compiled.warnings).to.have.length(1);
  });

  it('stop the run where a step much later changes what the loss uses', () => {
    let factor = 1;
    const loss = (line: Line, batch: Points) => ({ loss: squaredError(line, batch).loss.multiply(factor) });
    const { error, reports } = runOf({ ...lineOptions(), loss }, (step) => {
      if (step === 20) factor = 2;
    });
    expect(error?.message).to.match(/changed between step 16 and step 32, which/);
    expect(reports.at(-1)?.state.parameters.w.toArray()).to.be.an('array');
  });
});

/** Gradient descent by someone who takes the learning rate for a number. */
function plainOptimizer(): Optimizer {
  const rule = optimizer('plain', {
    moments: 0,
    update: () => (gradient, _, parameter) => ({
      parameter: subtract(parameter, gradient.multiply(0.01)),
      moments: [],
    }),
  });
  return {
    ...rule,
    update: (gradients, state, parameters, rate) =>
      rule.update(gradients, state, parameters, 2 * (rate as number)),
  };
}

describe('errors of compiled training steps', () => {
  useVectors();

  const compareErrors = (options: () => TrainingOptions<Line, Points>): string => {
    const [compiled, eager] = [runOf(options()), runOf({ ...options(), compile: false })];
    expect(compiled.error?.name).to.equal(eager.error?.name);
    expect(compiled.error?.message).to.equal(eager.error?.message);
    expect(numbersOf(compiled.reports)).to.deep.equal(numbersOf(eager.reports));
    return compiled.error?.message ?? '';
  };
  /** The usual batches, but another one at one step. */
  const withBatch = (step: number, change: (batch: Points) => Points) => () => ({
    ...lineOptions(),
    batches: (function* () {
      let n = 0;
      for (const batch of lineOptions().batches) yield ++n === step ? change(batch) : batch;
    })(),
  });

  it('are the eager ones, and the states before are unharmed: a loss or gradient that is not finite', () => {
    for (const step of [3, 13, 16]) {
      const batches = withBatch(step, ({ x, y }) => ({ x, y: divide(y, 0) }));
      expect(compareErrors(batches)).to.match(new RegExp(`the loss is (NaN|Infinity) at step ${step}: `));
    }
    const kink = () => ({
      ...withBatch(13, ({ x, y }) => ({ x, y: y.multiply(0) }))(),
      loss: ({ w, b }: Line, batch: Points) => ({
        loss: add(sqrt(w.subtract(w).multiply(0).add(batch.y.square().sum()).multiply(square(b))).sum(), 1),
      }),
      parameters: { w: tensor([[0], [0]]), b: tensor([1]) },
    });
    expect(compareErrors(kink)).to.match(/the gradient norm is NaN at step 13: /);
    const recorded = () => ({
      ...withBatch(13, ({ x, y }) => ({ x, y: y.multiply(-1e9) }))(),
      loss: (line: Line, batch: Points) => ({
        ...squaredError(line, { ...batch, y: batch.y.multiply(1e-9) }),
        other: log(batch.y.sum().add(1e6)),
      }),
    });
    compareErrors(recorded);
    const steep = () => ({ ...lineOptions(), optimizer: momentum(), schedule: () => 3 });
    expect(compareErrors(steep)).to.match(/the (loss|gradient norm) is (NaN|Infinity) at step \d+: /);
  });

  it('are the eager ones: a batch of another kind, and a learning rate that is not finite', () => {
    const wrongShape = withBatch(13, ({ x, y }) => ({ x: x.transpose(), y }));
    expect(compareErrors(wrongShape)).to.match(/matmul/);
    const schedule = (step: number) => (step === 12 ? Number.NaN : 0.01);
    expect(compareErrors(() => ({ ...lineOptions(), schedule }))).to.match(/adam: wanted a finite learning/);
  });
});
