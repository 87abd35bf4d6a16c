/** The models of the published figures: CFM with two couplings, and MeanFlow, all on one network. */
import {
  add,
  concatenate,
  maximum,
  mean,
  multiply,
  random,
  sqrt,
  square,
  subtract,
  type Tensor,
} from '../../../autograd/index.ts';
import {
  adam,
  cosineSchedule,
  flowMatchingLoss,
  gaussianPath,
  marginalField,
  meanFlowError,
  meanFlowLoss,
  mlpVelocityNetwork,
  noiseToData,
  optimalTransportCoupling,
  optimalTransportPath,
  reverseTime,
  sampleFlow,
  sampleMeanFlow,
  sampleTimes,
  squaredNorm,
  straightPath,
  takePairs,
  train,
  type Velocity,
  warmUp,
} from '../../../flows/index.ts';
import type { BenchData } from './data.ts';

export interface Training {
  readonly steps: number;
  readonly batch: number;
  /** Width of the network's three layers. */
  readonly hidden: number;
  /** At its highest; it climbs there for a twentieth of the steps, then falls to zero on a cosine. */
  readonly learningRate: number;
  readonly key: random.Key;
}

/**
 * A network that sees a time at one frequency. MeanFlow's target holds the network's own derivative by time,
 * which higher frequencies make wild: with four of them the one-step W₂ on moons is twice as far.
 */
export function planarNetwork(hidden: number) {
  return mlpVelocityNetwork({ features: 2, hidden, layers: 2, frequencies: 1 });
}

/**
 * Flow matching along straight lines as thick as `sigma`, between points paired as they come ('CFM') or by
 * minibatch optimal transport ('OT-CFM').
 */
export function trainFlow(
  data: BenchData,
  coupling: 'CFM' | 'OT-CFM',
  sigma: number,
  training: Training,
): Velocity<'noiseToData'> {
  const path = straightPath({ sigma });
  const network = planarNetwork(training.hidden);
  const { average } = train({
    parameters: network.initialise(training.key),
    batches: pairs(data, training, coupling === 'OT-CFM'),
    loss(parameters, { x0, x1 }, key) {
      const [timeKey, noiseKey] = random.split(key);
      const t = random.uniform(timeKey, [training.batch, 1]);
      const x = path.flow(random.normal(noiseKey, x1.shape), x0, x1, t);
      const velocity = noiseToData((y, s) => network.apply(parameters, y, s, s));
      const target = noiseToData((y, s) => path.conditionalVelocity(y, x0, x1, s));
      return { loss: flowMatchingLoss(velocity, target, { x, t }) };
    },
    ...shared(training),
  });
  return noiseToData((x, t) => network.apply(average, x, t, t));
}

/**
 * One-step samples of a MeanFlow. From pairs as they come the velocity to learn is averaged over the batch,
 * which takes most of the noise out of the target; from pairs by minibatch optimal transport it is the pair's
 * own, which has little. The weight is constant, since an adaptive one moves the fixed point. Most spans end
 * at the data, where one step goes, and the times are squared, hence denser near the data: there the target
 * begins, and each span's is built on those of the shorter ones.
 */
export function trainMeanFlow(
  data: BenchData,
  pairing: 'independent' | 'optimal transport',
  training: Training,
): (noise: Tensor) => Tensor {
  const network = planarNetwork(training.hidden);
  const { average } = train({
    parameters: network.initialise(training.key),
    batches: pairs(data, training, pairing === 'optimal transport'),
    loss(parameters, { x0, x1 }, key) {
      const shares = { differentShare: 0.1, zeroShare: 0.75 };
      const times = sampleTimes(key, training.batch, { distribution: 'uniform', ...shares });
      const [r, t] = [square(times.r), maximum(square(times.t), 1e-3)]; // At the data itself the averaged velocity is 0/0
      const u = (x: Tensor, from: Tensor, to: Tensor) => network.apply(parameters, x, from, to);
      if (pairing === 'optimal transport') {
        return { loss: meanFlowLoss(u, { data: x1, noise: x0, r, t }, { gamma: 1 }).loss };
      }
      const z = add(multiply(subtract(1, t), x1), multiply(t, x0));
      const averaged = reverseTime(marginalField(optimalTransportPath(), { points: x1 }).velocity);
      return { loss: mean(squaredNorm(meanFlowError(u, { z, v: averaged(z, t), r, t }))) };
    },
    ...shared(training),
  });
  return (noise) => sampleMeanFlow((z, r, t) => network.apply(average, z, r, t), noise).x;
}

/**
 * The velocity that CFM would learn exactly: that of the path over as many points of the data as there are
 * samples. Around a point of the data, noise and thickness are two independent normals, together one.
 */
export function exactFlow(
  data: BenchData,
  sigma: number,
  key: random.Key,
  count: number,
): Velocity<'noiseToData'> {
  const path = gaussianPath({
    mean: (x1, t) => multiply(t, x1),
    deviation: (_, t) =>
      sqrt(
        subtract(1, t)
          .square()
          .add(sigma ** 2),
      ),
  });
  const { velocity } = marginalField(path, { points: data.draw(key, count) });
  const chunk = 200; // The field's memory grows with the product of both counts
  return noiseToData((x, t) => {
    const starts = Array.from({ length: Math.ceil((x.shape[0] as number) / chunk) }, (_, i) => i * chunk);
    return concatenate(
      starts.map((from) => velocity(x.slice([[from, from + chunk]]), t.slice([[from, from + chunk]]))),
    );
  });
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

function shared({ steps, learningRate, key }: Training) {
  const climb = Math.ceil(steps / 20);
  const followedBy = cosineSchedule({ from: learningRate, steps: steps - climb });
  return { optimizer: adam(), schedule: warmUp({ steps: climb, followedBy }), steps, key, ema: 0.999 };
}
