/** The main job's model: a class-conditional MeanFlow of the 1,797 digits. */
import { random, type Tensor, treeLeaves } from '../../autograd/index.ts';
import { digits, standardize } from '../data/index.ts';
import { dropLabels, meanFlowLoss, sampleTimes } from '../losses/index.ts';
import { mlpVelocityNetwork, type VelocityParameters } from '../networks/index.ts';
import { sampleMeanFlow } from '../sample.ts';
import type { ConditionalAverageVelocity } from '../time.ts';
import {
  adam,
  cosineSchedule,
  type Schedule,
  type StepReport,
  shuffledBatches,
  train,
  warmUp,
} from '../training/index.ts';

/** What can be varied from run to run, and what was found to work. */
export interface DigitsSettings {
  readonly seed: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly hidden: number;
  readonly layers: number;
  readonly frequencies: number;
  /** At its highest, after the warm-up; from there it falls to zero on a cosine. */
  readonly learningRate: number;
  /** The share of the steps that the learning rate takes to climb: the first gradients are too wild for Adam's full step. */
  readonly warmUpShare: number;
  /** γ and c of the adaptive weight. */
  readonly gamma: number;
  readonly c: number;
  /**
   * Where r and t are drawn from. Sampling in one step asks for u(z, 0, 1), a corner that the paper's logit-normal times
   * hardly visit: with them the energy distance at one evaluation is several times as large.
   */
  readonly times: 'uniform' | 'logitNormal';
  /** The share of a batch with r ≠ t. */
  readonly differentShare: number;
  /** The share of labels replaced by the null class. */
  readonly labelDrop: number;
  /** Decay of the parameters' moving average. */
  readonly ema: number;
}

export const digitsSettings: DigitsSettings = {
  seed: 0,
  steps: 1500,
  batchSize: 256,
  hidden: 256,
  layers: 3,
  frequencies: 2,
  learningRate: 5e-3,
  warmUpShare: 0.05,
  gamma: 0.5,
  c: 1e-3,
  times: 'uniform',
  differentShare: 0.5,
  labelDrop: 0.1,
  ema: 0.99,
};

export interface DigitsModel {
  /** Generated images on the scale of the data, not clipped: [labels, 64]; `evaluations` of the network for each. */
  sample(key: random.Key, labels: Tensor, evaluations: number): Tensor;
  /** The losses of every step. */
  readonly curves: { readonly loss: readonly number[]; readonly rawError: readonly number[] };
  /** The data were trained on as (x − mean) / scale. */
  readonly scaling: { readonly mean: number; readonly scale: number };
  /** How many numbers were learned. */
  readonly parameterCount: number;
}

/**
 * Trains the model. The same settings give the same model, bit for bit.
 * @throws TrainingError if the loss stops being finite
 * @example const model = trainDigits({ ...digitsSettings, seed: 1 });
 */
export function trainDigits(settings: DigitsSettings, onStep: (report: StepReport) => void = () => {}): DigitsModel {
  const { images, labels, classCount } = digits();
  const { data, mean, scale, restore } = standardize(images);
  const features = data.shape[1] as number;
  const network = mlpVelocityNetwork({
    features,
    classes: classCount,
    hidden: settings.hidden,
    layers: settings.layers,
    frequencies: settings.frequencies,
  });
  const velocity =
    (parameters: VelocityParameters): ConditionalAverageVelocity =>
    (z, r, t, c) =>
      network.apply(parameters, z, r, t, c);

  const [initialKey, batchKey, lossKey] = splitInThree(random.key(settings.seed));
  const parameters = network.initialise(initialKey);
  const { average, curves } = train({
    parameters,
    loss(theta: VelocityParameters, batch: { data: Tensor; labels: Tensor }, key) {
      const [noiseKey, timeKey, labelKey] = splitInThree(key);
      const noise = random.normal(noiseKey, batch.data.shape);
      const { r, t } = sampleTimes(timeKey, settings.batchSize, {
        distribution: settings.times,
        differentShare: settings.differentShare,
      });
      const asked = dropLabels(labelKey, batch.labels, settings.labelDrop, network.nullClass);
      const { loss, rawError } = meanFlowLoss(
        velocity(theta),
        { data: batch.data, noise, r, t, labels: asked },
        { gamma: settings.gamma, c: settings.c },
      );
      return { loss, rawError };
    },
    batches: shuffledBatches({ data, labels }, { batchSize: settings.batchSize, key: batchKey }),
    optimizer: adam(),
    schedule: learningRates(settings),
    steps: settings.steps,
    ema: settings.ema,
    key: lossKey,
    onStep,
  });

  return {
    sample(key, asked, evaluations) {
      const noise = random.normal(key, [asked.size, features]);
      return restore(sampleMeanFlow(velocity(average), noise, { steps: evaluations, labels: asked }).x);
    },
    curves: { loss: curves.loss ?? [], rawError: curves.rawError ?? [] },
    scaling: { mean: mean.item(), scale: scale.item() },
    parameterCount: treeLeaves(parameters).reduce<number>((count, leaf) => count + (leaf as Tensor).size, 0),
  };
}

function learningRates({ learningRate, warmUpShare, steps }: DigitsSettings): Schedule {
  const climb = Math.ceil(warmUpShare * steps);
  const followedBy = cosineSchedule({ from: learningRate, steps: Math.max(steps - climb, 1) });
  return climb === 0 ? followedBy : warmUp({ steps: climb, followedBy });
}

function splitInThree(key: random.Key) {
  return random.split(key, 3) as [random.Key, random.Key, random.Key];
}
