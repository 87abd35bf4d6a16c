/** The network and the loss of each method: from a problem to a training run. */
import { random, subtract, type Tensor } from '../../../autograd/index.ts';
import {
  type AverageVelocity,
  adam,
  conditionalFlowMatchingLoss,
  cosineSchedule,
  flowMatchingLoss,
  improvedMeanFlowLoss,
  independentCoupling,
  instantaneousVelocity,
  type Losses,
  marginalField,
  meanFlowLoss,
  mlpVelocityNetwork,
  noiseToData,
  optimalTransportCoupling,
  type Pairs,
  reverseTime,
  sampleTimes,
  type TrainingOptions,
  takePairs,
  type Velocity,
  type VelocityParameters,
  warmUp,
} from '../../../flows/index.ts';
import { type CouplingName, isAverage } from './choices.ts';
import type { Problem } from './problem.ts';
import type { Settings } from './settings.ts';

export const network = mlpVelocityNetwork({ features: 2, hidden: 64, layers: 3 });

/** Decay of the average of the parameters. Samples are made with that average. */
export const averageDecay = 0.99;

const batchSize = 256;

/** The highest learning rate of a run of either kind of method, and of a run that goes on after its end. */
const learningRate = { velocity: 2e-2, average: 5e-3, later: 3e-3 };

/**
 * Times of a velocity's run are 1 − (1 − u)^crowding for uniform u: more of them are near the data, where the
 * field is sharpest.
 */
const crowding = 1.5;

/** The average velocity u(z, r, t) of the network, in MeanFlow's time. */
export function averageOf(parameters: VelocityParameters): AverageVelocity {
  return (z, r, t) => network.apply(parameters, z, r, t);
}

/** The velocity v(x, t) that the method teaches the network. */
export function velocityOf({ method }: Settings, parameters: VelocityParameters): Velocity<'noiseToData'> {
  if (isAverage(method)) return reverseTime(instantaneousVelocity(averageOf(parameters)));
  return noiseToData((x, t) => network.apply(parameters, x, t, t));
}

export function initialParameters({ seed }: Settings): VelocityParameters {
  return network.initialise(random.foldIn(random.key(seed), 2));
}

/** A run of the settings, for `trainingSteps`. `round` counts how often it went on after its end. */
export function trainingRun(
  settings: Settings,
  problem: Problem,
  parameters: VelocityParameters,
  round: number,
): TrainingOptions<VelocityParameters, Tensor> {
  const { steps, seed } = settings;
  const climb = Math.round(steps / 20);
  const first = isAverage(settings.method) ? learningRate.average : learningRate.velocity;
  const from = round === 0 ? first : learningRate.later;
  const key = random.foldIn(random.key(seed), 3 + 2 * round);
  return {
    parameters,
    loss: lossOf(settings, problem),
    optimizer: adam(),
    schedule: warmUp({ steps: climb, followedBy: cosineSchedule({ from, steps: steps - climb }) }),
    steps,
    batches: batchesOf(problem.data, key),
    key: random.foldIn(key, 1),
    ema: averageDecay,
    // Optimal transport looks at values.
    compile: settings.coupling === 'independent',
  };
}

/** Points drawn with replacement: a drawing may have fewer than a batch. */
function* batchesOf(data: Tensor, key: random.Key): Generator<Tensor, never> {
  for (let i = 0; ; i++)
    yield data.gather(random.randint(random.foldIn(key, i), [batchSize], 0, data.shape[0] as number));
}

function lossOf(settings: Settings, problem: Problem) {
  const { path, latest, data } = problem;
  const exact = marginalField(path, { points: data }).velocity;
  const pair = pairings[settings.coupling];
  return (parameters: VelocityParameters, batch: Tensor, key: random.Key): Losses => {
    const [noiseKey, pairKey, timeKey] = random.split(key, 3);
    const noise = random.normal(noiseKey, batch.shape);
    const { x0, x1 } = takePairs(pair(pairKey, noise, batch), noise, batch);
    switch (settings.method) {
      case 'meanflow':
      case 'imf': {
        const meanFlow = settings.method === 'meanflow' ? meanFlowLoss : improvedMeanFlowLoss;
        const shares = { distribution: 'uniform', differentShare: 0.25, instantsFirst: true } as const;
        const times = sampleTimes(timeKey, batchSize, shares);
        const { loss, rawError } = meanFlow(averageOf(parameters), { data: x1, noise: x0, ...times });
        return { loss, rawError };
      }
      case 'fm': {
        const t = crowdedTimes(timeKey, latest);
        const loss = flowMatchingLoss(velocityOf(settings, parameters), exact, {
          x: path.flow(x0, x1, t),
          t,
        });
        return { loss, rawError: loss };
      }
      default: {
        const t = crowdedTimes(timeKey, latest);
        const loss = conditionalFlowMatchingLoss(velocityOf(settings, parameters), path, { x0, x1, t });
        return { loss, rawError: loss };
      }
    }
  };
}

function crowdedTimes(key: random.Key, latest: number): Tensor {
  const u = random.uniform(key, [batchSize, 1]);
  return subtract(1, subtract(1, u).power(crowding)).multiply(latest);
}

const pairings: Readonly<Record<CouplingName, (key: random.Key, x0: Tensor, x1: Tensor) => Pairs>> = {
  independent: independentCoupling,
  ot: (_, x0, x1) => optimalTransportCoupling(x0, x1),
};
