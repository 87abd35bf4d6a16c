/** −log p of held-out data under trained flows, beside what it should be compared with. */
import {
  add,
  arange,
  concatenate,
  cos,
  eye,
  logAbsDeterminant,
  logSumExp,
  matmul,
  mean,
  multiply,
  random,
  sin,
  solve,
  square,
  stack,
  subtract,
  sum,
  type Tensor,
  transpose,
} from '../../../autograd/index.ts';
import {
  adam,
  bitsPerDimension,
  conditionalFlowMatchingLoss,
  cosineSchedule,
  digits,
  logLikelihood,
  mlpVelocityNetwork,
  moons,
  noiseToData,
  optimalTransportPath,
  shuffledBatches,
  train,
  type Velocity,
  type VelocityNetwork,
  type VelocityParameters,
} from '../../../flows/index.ts';
import { planarNetwork } from './models.ts';

export interface HeldOut {
  /** Of the flow. */
  readonly flow: number;
  /** Of the data's own density, or of a plainer model. */
  readonly reference: number;
}

const noise = 0.1;

/**
 * A continuous normalizing flow of moons, trained by maximum likelihood through the solver: five steps of
 * Runge and Kutta's method, three layers of 64. The steps must resolve the network's frequencies in time:
 * with four of them (to 16π) the loss fell to 0.08, far below the data's entropy, by what the solver did not
 * see. In nats, of 5,000 new points; beside it their −log p under the density they were drawn from.
 */
export function maximumLikelihoodOfMoons(key: random.Key, steps: number): HeldOut {
  const [initialKey, dataKey, testKey] = random.split(key, 3);
  const network = planarNetwork(64);
  const { average } = train({
    parameters: network.initialise(initialKey),
    batches: draws((k) => moons(k, 256, { noise }).points, dataKey),
    loss: (parameters, x) => ({
      loss: mean(
        logLikelihood(velocityOf(network, parameters), x, { steps: 5, method: 'rungeKutta4' }).logDensity,
      ).negate(),
    }),
    optimizer: adam(),
    schedule: cosineSchedule({ from: 2e-3, steps }),
    steps,
    key,
    ema: 0.99,
  });
  const test = moons(testKey, 5000, { noise }).points;
  const tolerance = { relativeTolerance: 1e-5, absoluteTolerance: 1e-5 };
  const { logDensity } = logLikelihood(velocityOf(network, average), test, tolerance);
  return { flow: -mean(logDensity).item(), reference: -mean(moonsLogDensity(test)).item() };
}

/**
 * A flow of the digits, without classes, trained by conditional flow matching on 1,500 of them; three layers
 * of 256. In bits per pixel, of the other 297: the 17 levels are dequantised by uniform noise. Beside it
 * those of a Gaussian with a full covariance.
 */
export function likelihoodOfDigits(key: random.Key, steps: number): HeldOut {
  const [initialKey, batchKey, lossKey, testKey] = random.split(key, 4);
  const [orderKey, levelKey] = random.split(testKey);
  const { images } = digits();
  const [count = 0, pixels = 0] = images.shape;
  // From −1 (paper) to 1 (ink): each level is a bin of width 2/17
  const binWidth = 2 / 17;
  const dequantised = (k: random.Key, x: Tensor) =>
    add(x, random.uniform(k, x.shape)).multiply(binWidth).subtract(1);
  const shuffled = images.gather(random.permutation(orderKey, count));
  const [training, test] = [
    shuffled.slice([[0, 1500]]),
    dequantised(levelKey, shuffled.slice([[1500, count]])),
  ];

  const network = mlpVelocityNetwork({ features: pixels, hidden: 256, layers: 3 });
  const { average } = train({
    parameters: network.initialise(initialKey),
    batches: shuffledBatches({ x: training }, { batchSize: 256, key: batchKey }),
    loss(parameters, { x }, k) {
      const [noiseKey, timeKey, binKey] = random.split(k, 3);
      const pairs = {
        x0: random.normal(noiseKey, x.shape),
        x1: dequantised(binKey, x),
        t: random.uniform(timeKey, [256, 1]),
      };
      return {
        loss: conditionalFlowMatchingLoss(velocityOf(network, parameters), optimalTransportPath(), pairs),
      };
    },
    optimizer: adam(),
    schedule: cosineSchedule({ from: 2e-3, steps }),
    steps,
    key: lossKey,
    ema: 0.999,
  });
  const bits = (logDensity: Tensor) => mean(bitsPerDimension(logDensity, [pixels], { binWidth })).item();
  const { logDensity } = logLikelihood(velocityOf(network, average), test, {
    steps: 25,
    method: 'rungeKutta4',
  });
  return {
    flow: bits(logDensity),
    reference: bits(gaussianLogDensity(dequantised(batchKey, training), test)),
  };
}

function velocityOf(
  network: VelocityNetwork<VelocityParameters>,
  parameters: VelocityParameters,
): Velocity<'noiseToData'> {
  return noiseToData((x, t) => network.apply(parameters, x, t, t));
}

function* draws(draw: (key: random.Key) => Tensor, key: random.Key): Generator<Tensor> {
  for (let step = 0; ; step++) yield draw(random.foldIn(key, step));
}

/**
 * The density of moons: that of N(c, noise²) averaged over the points c of the two half circles, by the
 * midpoint rule.
 */
function moonsLogDensity(x: Tensor): Tensor {
  const count = 500;
  const angles = arange(0, count)
    .add(0.5)
    .multiply(Math.PI / count);
  const [c, s] = [cos(angles), sin(angles)];
  const centres = concatenate([stack([c, s], 1), stack([subtract(1, c), subtract(0.5, s)], 1)]);
  const squares = sum(square(subtract(x.reshape([-1, 1, 2]), centres)), { axes: [2] });
  const normaliser = Math.log(2 * count * 2 * Math.PI * noise ** 2);
  return logSumExp(multiply(squares, -1 / (2 * noise ** 2)), { axes: [1] }).subtract(normaliser);
}

/**
 * log N(x | mean, covariance) with the moments of a sample; a little is added to the variance of pixels that
 * hardly vary.
 */
function gaussianLogDensity(sample: Tensor, x: Tensor): Tensor {
  const [count = 0, d = 0] = sample.shape;
  const average = mean(sample, { axes: [0] });
  const centred = subtract(sample, average);
  const covariance = add(matmul(transpose(centred), centred).divide(count), eye(d).multiply(1e-4));
  const from = subtract(x, average);
  const distances = sum(multiply(from, transpose(solve(covariance, transpose(from)))), { axes: [1] });
  return add(distances, logAbsDeterminant(covariance).logarithm)
    .add(d * Math.log(2 * Math.PI))
    .multiply(-0.5);
}
