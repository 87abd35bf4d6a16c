/**
 * A whole training step, written down once, computes what the eager step computes, bit for bit: every loss,
 * every network.
 */
import { expect } from 'chai';
import {
  flattenTree,
  full,
  type Graph,
  makeGraph,
  mapTree,
  random,
  runGraph,
  type Tensor,
  type TensorLike,
  treeLeaves,
} from '../../../autograd/index.ts';
import { flowMapFromAverage } from '../../../flows/flow-map.ts';
import {
  alphaFlowLoss,
  conditionalFlowMatchingLoss,
  consistencyFlowMatchingLoss,
  dropConditions,
  flowMatchingLoss,
  improvedMeanFlowLoss,
  meanFlowLoss,
  rectifiedFlowLoss,
  sampleShortcutTimes,
  sampleTimes,
  selfDistillationLoss,
  shortcutLoss,
  splitMeanFlowLoss,
} from '../../../flows/losses/index.ts';
import {
  mlpVelocityNetwork,
  transformerVelocityNetwork,
  unetVelocityNetwork,
  type VelocityNetwork,
} from '../../../flows/networks/index.ts';
import { optimalTransportPath } from '../../../flows/paths/index.ts';
import { marginalField } from '../../../flows/paths/marginal-field.ts';
import { type ConditionalAverageVelocity, dataToNoise, noiseToData } from '../../../flows/time.ts';
import {
  adam,
  adamW,
  initialState,
  type LearnerState,
  type Losses,
  momentum,
  nesterov,
  sgd,
  type TrainingStepOptions,
  trainingStep,
} from '../../../flows/training/index.ts';

const batchSize = 4;

/** All that any of the losses wants: the data, and what a step draws for them from its key. */
function drawBatch(key: random.Key, data: Tensor) {
  const [noiseKey, timesKey, labelsKey] = random.split(key, 3);
  const count = data.shape[0] as number;
  return {
    data,
    noise: random.normal(noiseKey, data.shape),
    ...sampleTimes(timesKey, count, { differentShare: 0.5 }),
    lambda: random.uniform(random.foldIn(timesKey, 1), [count, 1]),
    shortcut: sampleShortcutTimes(random.foldIn(timesKey, 2), count, { consistentShare: 0.5, finest: 4 }),
    labels: random.randint(labelsKey, [count], 0, 4),
    conditions: dropConditions(labelsKey, random.normal(labelsKey, [count, 2]), 0.5),
  };
}
type Batch = ReturnType<typeof drawBatch>;

const path = optimalTransportPath();
const guidance = { scale: 2, mixing: 0.5, nullClass: 3 };

/** The losses of u(z, r, t | labels), an average velocity in Geng et al.'s time. */
const losses = {
  flowMatchingLoss(u, { data, noise, t }) {
    const field = marginalField(path, { points: data }).velocity;
    return flowMatchingLoss(velocityOf(u), field, { x: noise, t });
  },
  conditionalFlowMatchingLoss: (u, { data, noise, t }) =>
    conditionalFlowMatchingLoss(velocityOf(u), path, { x0: noise, x1: data, t }),
  rectifiedFlowLoss: (u, { data, noise, t }) => rectifiedFlowLoss(velocityOf(u), { x0: noise, x1: data, t }),
  consistencyFlowMatchingLoss: (u, { data, noise, t }) =>
    consistencyFlowMatchingLoss(velocityOf(u), { x0: noise, x1: data, t }, { segments: 2, alpha: 0.1 }),
  meanFlowLoss: (u, { data, noise, r, t }) => meanFlowLoss(withoutLabels(u), { data, noise, r, t }),
  'meanFlowLoss, guided': (u, { data, noise, r, t, labels }) =>
    meanFlowLoss(u, { data, noise, r, t, labels }, { guidance, gamma: 0 }),
  improvedMeanFlowLoss: (u, { data, noise, r, t }) =>
    improvedMeanFlowLoss(withoutLabels(u), { data, noise, r, t }),
  'improvedMeanFlowLoss, guided, with a head': (u, { data, noise, r, t, labels }) => {
    const velocityHead = (classes: Tensor) => dataToNoise((z, at) => u(z, at, at, classes));
    return improvedMeanFlowLoss(u, { data, noise, r, t, labels }, { guidance, velocityHead });
  },
  'alphaFlowLoss, α = 1': (u, { data, noise, r, t }) =>
    alphaFlowLoss(withoutLabels(u), { data, noise, r, t }, { alpha: 1 }),
  'alphaFlowLoss, α = ½': (u, { data, noise, r, t }) =>
    alphaFlowLoss(withoutLabels(u), { data, noise, r, t }, { alpha: 0.5, velocity: 'average' }),
  'alphaFlowLoss, α = 0': (u, { data, noise, r, t }) =>
    alphaFlowLoss(withoutLabels(u), { data, noise, r, t }, { alpha: 0 }),
  splitMeanFlowLoss: (u, { data, noise, r, t, lambda }) =>
    splitMeanFlowLoss(withoutLabels(u), { data, noise, r, t, lambda }),
  selfDistillationLoss: (u, { data, noise, r, t }) =>
    selfDistillationLoss(flowMapFromAverage(withoutLabels(u)), { x0: noise, x1: data, s: r, t }),
  shortcutLoss: (u, { data, noise, shortcut }) =>
    shortcutLoss(flowMapFromAverage(withoutLabels(u)), { x0: noise, x1: data, ...shortcut }),
} satisfies Readonly<Record<string, StepOptions['loss']>>;

function withoutLabels(u: ConditionalAverageVelocity) {
  return (z: Tensor, r: Tensor, t: Tensor) => u(z, r, t, full([z.shape[0] as number], 3, { dtype: 'int32' }));
}

function velocityOf(u: ConditionalAverageVelocity) {
  return noiseToData((x, t) => withoutLabels(u)(x, t, t));
}

/** What changes from step to step: the arguments of the graph. */
interface Arguments<P> {
  readonly state: LearnerState<P>;
  readonly data: Tensor;
  readonly key: random.Key;
  readonly rate: TensorLike;
}

const small = { classes: 3, frequencies: 2 };
const image = { height: 4, width: 4, ...small };
const mlp = mlpVelocityNetwork({ features: 16, hidden: 8, layers: 1, ...small });

const networks = {
  'the MLP': (options) => traced(mlp, [16], options),
  'the U-Net': (options) =>
    traced(unetVelocityNetwork({ widths: [4, 6], groups: 2, ...image }), [4, 4, 1], options),
  'the transformer': (options) =>
    traced(transformerVelocityNetwork({ hidden: 8, layers: 1, heads: 2, ...image }), [4, 4, 1], options),
} satisfies Readonly<Record<string, (options: StepOptions) => TracedStep>>;

interface StepOptions
  extends Pick<TrainingStepOptions<never, Tensor>, 'optimizer' | 'clip' | 'microBatches'> {
  readonly loss: (u: ConditionalAverageVelocity, batch: Batch) => Losses | Tensor;
}

interface TracedStep {
  readonly graph: Graph;
  /** Takes some steps eagerly, and each also by the graph; throws where a bit differs. */
  compare(): void;
}

const key = random.key(1);
const rates = [1e-2, 3e-3, 1e-30];
/** The table of the times' frequencies, repeated for each sample. */
const frequencies = `${batchSize}×${small.frequencies}`;

/**
 * A whole step of a network, its draws and its next key within, written down with the first of several states
 * and rates.
 */
function traced<P>(
  network: VelocityNetwork<P>,
  event: readonly number[],
  { loss, ...options }: StepOptions,
): TracedStep {
  const update = trainingStep<P, Tensor>({
    loss: (parameters, data, drawKey) => {
      const batch = drawBatch(drawKey, data);
      const result = loss((z, r, t, labels) => network.apply(parameters, z, r, t, labels), batch);
      return 'loss' in result ? result : { loss: result };
    },
    ema: 0.9,
    ...options,
  });
  const step = ({ state, data, key, rate }: Arguments<P>) => {
    const [nextKey, drawKey] = random.split(key);
    return [update(state, data, drawKey, rate), nextKey] as const;
  };
  const argumentsOf = (state: LearnerState<P>, n: number, key: random.Key): Arguments<P> => ({
    state,
    data: random.normal(random.key(50 + n), [batchSize, ...event]),
    key,
    rate: full([], rates[n] as number, { dtype: 'float64' }),
  });
  const { step: _, ...start } = initialState(withoutZeros(network.initialise(key)), options.optimizer);
  const { leaves, rebuild } = flattenTree(argumentsOf(start, 0, key));
  const graph = makeGraph(
    (...given: readonly Tensor[]) => step(rebuild(given) as unknown as Arguments<P>),
    leaves,
  );
  return {
    graph,
    compare() {
      let [state, nextKey] = [start as LearnerState<P>, random.key(2)];
      rates.forEach((_, n) => {
        const given = argumentsOf(state, n, nextKey);
        const eager = step(given);
        const byGraph = runGraph(graph, treeLeaves(given) as readonly Tensor[]);
        expect(byGraph.map(numbersOf)).to.deep.equal((treeLeaves(eager) as readonly Tensor[]).map(numbersOf));
        expect(byGraph.flatMap(numbersOf).every(Number.isFinite)).to.equal(true);
        state = eager[0][0];
        nextKey = eager[1];
      });
    },
  };
}

/** A network begins with zeros at its gates and its output, behind which most of the gradient is zero too. */
function withoutZeros<P>(parameters: P): P {
  return mapTree(
    (p) => p.add(random.normal(random.foldIn(key, p.size), p.shape).multiply(0.3)),
    parameters,
  ) as P;
}

function numbersOf(x: Tensor): readonly number[] {
  return [...x.toTypedArray()];
}

/**
 * The constants that do not repeat one number, by shape. A batch, a key or parameters that were written down
 * would be among them.
 */
function tables({ constants }: Graph): readonly string[] {
  const isTable = (numbers: readonly number[]) => numbers.some((value) => !Object.is(value, numbers[0]));
  const shapes = constants
    .filter(({ tensor }) => isTable(numbersOf(tensor)))
    .map(({ tensor }) => tensor.shape.join('×'));
  return [...new Set(shapes)];
}

/**
 * The primitives of the equations from which no output follows. Draws do not count: not every loss wants all
 * of a batch.
 */
function deadPrimitives({ inputs, constants, equations, outputs }: Graph): readonly string[] {
  const needed = new Set(outputs.map(({ id }) => id));
  const drawn = new Set(
    [...inputs.filter(({ dtype }) => dtype === 'uint32'), ...constants.map(({ value }) => value)].map(
      ({ id }) => id,
    ),
  );
  for (const equation of equations) {
    if (equation.inputs.every(({ id }) => drawn.has(id)))
      for (const { id } of equation.outputs) drawn.add(id);
  }
  return [...equations].reverse().flatMap((equation) => {
    if (!equation.outputs.some(({ id }) => needed.has(id))) {
      return equation.outputs.every(({ id }) => drawn.has(id)) ? [] : [equation.primitive.name];
    }
    for (const { id } of equation.inputs) needed.add(id);
    return [];
  });
}

describe('a training step as a graph', () => {
  for (const [network, tracedWith] of Object.entries(networks)) {
    for (const [name, loss] of Object.entries(losses)) {
      it(`is the eager step, bit for bit: ${network}, ${name}`, () => {
        const { graph, compare } = tracedWith({ loss, optimizer: adam(), clip: 1 });
        compare();
        expect(tables(graph), 'what is written down besides numbers').to.deep.equal([frequencies]);
      });
    }
  }

  for (const optimizer of [sgd(), momentum(), nesterov(), adamW({ weightDecay: 0.1 })]) {
    it(`is the eager step, bit for bit: ${optimizer.name}`, () => {
      traced(mlp, [16], { loss: losses.meanFlowLoss, optimizer }).compare();
    });
  }

  it('is the eager step, bit for bit: parts of a batch, continuous conditions', () => {
    const network = mlpVelocityNetwork({ features: 16, hidden: 8, layers: 1, conditions: 2, frequencies: 2 });
    const loss: StepOptions['loss'] = (u, { data, noise, r, t, conditions }) =>
      meanFlowLoss((z, from, to) => u(z, from, to, conditions), { data, noise, r, t });
    traced(network, [16], { loss, optimizer: adam(), microBatches: 2 }).compare();
  });

  it('shows what it takes from elsewhere than its arguments, such as noise from a key of its own', () => {
    const loss: StepOptions['loss'] = (u, batch) =>
      losses.meanFlowLoss(u, { ...batch, noise: random.normal(key, batch.noise.shape) });
    expect(tables(traced(mlp, [16], { loss, optimizer: adam() }).graph)).to.deep.equal(['4×16', frequencies]);
  });

  it('has no equation that nothing needs: checks of values are not written down', () => {
    for (const [network, name] of [
      ['the MLP', 'meanFlowLoss'],
      ['the MLP', 'flowMatchingLoss'],
      ['the U-Net', 'meanFlowLoss'],
      ['the U-Net', 'flowMatchingLoss'],
      ['the U-Net', 'selfDistillationLoss'],
      ['the U-Net', 'shortcutLoss'],
    ] as const) {
      const { graph } = networks[network]({ loss: losses[name], optimizer: adam(), clip: 1 });
      expect(deadPrimitives(graph), `${network}, ${name}`).to.deep.equal([]);
    }
  });
});
