/** Trains the model of `npm start`: a class-conditional MeanFlow of the 1,797 digits. */
import { random, type Tensor, treeLeaves } from '../../../autograd/index.ts';
import { digits, standardize } from '../../data/index.ts';
import { learningRates, lossFor, networkFor, runKeys } from '../../fit/learning.ts';
import type { TrainingSettings } from '../../fit/settings.ts';
import { sampleMeanFlow } from '../../sampling/sample.ts';
import { adam, type StepReport, shuffledBatches, train } from '../../training/index.ts';

/** A trained model of the digits, and how its training went. */
export interface DigitsModel {
  /**
   * Generates images, [labels, 64], on the scale of the data, without clipping. Each image takes
   * `evaluations` evaluations of the network.
   */
  sample(key: random.Key, labels: Tensor, evaluations: number): Tensor;
  /** The losses of every step. */
  readonly curves: { readonly loss: readonly number[]; readonly rawError: readonly number[] };
  /** The network sees the data as (x − mean) / scale. */
  readonly scaling: { readonly mean: number; readonly scale: number };
  /** The number of learned parameters. */
  readonly parameterCount: number;
}

/**
 * Trains the model. The same settings give the same model, bit for bit.
 * @throws TrainingError if the loss stops being finite
 * @example const model = trainDigits({ ...defaultSettings, seed: 1 });
 */
export function trainDigits(
  settings: TrainingSettings,
  onStep: (report: StepReport) => void = () => {},
  compile = true,
): DigitsModel {
  const { images, labels, classCount } = digits();
  const { data, mean, scale, restore } = standardize(images);
  const features = data.shape[1] as number;
  const network = networkFor(settings, { features, classes: classCount });
  const keys = runKeys(settings.seed);
  const parameters = network.initialise(keys.initial);
  const { average, curves } = train({
    parameters,
    loss: lossFor(settings, network),
    batches: shuffledBatches({ data, labels }, { batchSize: settings.batchSize, key: keys.batches }),
    optimizer: adam(),
    schedule: learningRates(settings),
    steps: settings.steps,
    ema: settings.ema,
    key: keys.training,
    onStep,
    compile,
  });

  return {
    sample(key, asked, evaluations) {
      const noise = random.normal(key, [asked.size, features]);
      const u = (z: Tensor, r: Tensor, t: Tensor, c: Tensor) => network.apply(average, z, r, t, c);
      return restore(sampleMeanFlow(u, noise, { steps: evaluations, labels: asked }).x);
    },
    curves: { loss: curves.loss ?? [], rawError: curves.rawError ?? [] },
    scaling: { mean: mean.item(), scale: scale.item() },
    parameterCount: treeLeaves(parameters).reduce<number>((count, leaf) => count + (leaf as Tensor).size, 0),
  };
}
