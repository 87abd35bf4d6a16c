/** The models of the published figures: CFM with two couplings, and MeanFlow, all on one network. */
import { random, type Tensor } from '../../../autograd/index.ts';
import {
  adam,
  conditionalFlowMatchingLoss,
  cosineSchedule,
  meanFlowLoss,
  mlpVelocityNetwork,
  noiseToData,
  optimalTransportCoupling,
  optimalTransportPath,
  sampleFlow,
  sampleMeanFlow,
  sampleTimes,
  takePairs,
  train,
  type Velocity,
} from '../../../flows/index.ts';
import type { BenchData } from './data.ts';

export interface Training {
  readonly steps: number;
  readonly batch: number;
  /** Width of the network's three layers. */
  readonly hidden: number;
  readonly key: random.Key;
}

const learningRate = 1e-3;
const ema = 0.999;

/** Flow matching along straight lines, between points paired as they come ('CFM') or by minibatch optimal transport ('OT-CFM'). */
export function trainFlow(data: BenchData, coupling: 'CFM' | 'OT-CFM', training: Training): Velocity<'noiseToData'> {
  const path = optimalTransportPath();
  const network = mlpVelocityNetwork({ features: 2, hidden: training.hidden, layers: 3 });
  const { average } = train({
    parameters: network.initialise(training.key),
    batches: pairs(data, training, coupling === 'OT-CFM'),
    loss(parameters, { x0, x1 }, key) {
      const t = random.uniform(key, [training.batch, 1]);
      const velocity = noiseToData((x, s) => network.apply(parameters, x, s, s));
      return { loss: conditionalFlowMatchingLoss(velocity, path, { x0, x1, t }) };
    },
    ...shared(training),
  });
  return noiseToData((x, t) => network.apply(average, x, t, t));
}

/** One-step samples of a MeanFlow. */
export function trainMeanFlow(data: BenchData, training: Training): (noise: Tensor) => Tensor {
  const network = mlpVelocityNetwork({ features: 2, hidden: training.hidden, layers: 3 });
  const { average } = train({
    parameters: network.initialise(training.key),
    batches: pairs(data, training, false),
    loss(parameters, { x0, x1 }, key) {
      const times = sampleTimes(key, training.batch, { distribution: 'uniform', differentShare: 0.75 });
      const u = (z: Tensor, r: Tensor, t: Tensor) => network.apply(parameters, z, r, t);
      return { loss: meanFlowLoss(u, { data: x1, noise: x0, ...times }, { gamma: 0.5, c: 1e-3 }).loss };
    },
    ...shared(training),
  });
  return (noise) => sampleMeanFlow((z, r, t) => network.apply(average, z, r, t), noise).x;
}

/** Samples by Euler steps, which is what the figures are published for. */
export function sampleByEuler(velocity: Velocity<'noiseToData'>, noise: Tensor, steps: number): Tensor {
  return sampleFlow(velocity, noise, { steps, method: 'euler' }).x;
}

function* pairs(data: BenchData, { batch, key }: Training, optimalTransport: boolean) {
  for (let step = 0; ; step++) {
    const [first, second] = random.split(random.foldIn(key, step)) as [random.Key, random.Key];
    const [noise, points] = [random.normal(first, [batch, 2]), data.draw(second, batch)];
    yield optimalTransport
      ? takePairs(optimalTransportCoupling(noise, points), noise, points)
      : { x0: noise, x1: points };
  }
}

function shared({ steps, key }: Training) {
  return { optimizer: adam(), schedule: cosineSchedule({ from: learningRate, steps }), steps, key, ema };
}
