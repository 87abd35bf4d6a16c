/** Makes the network, the learning rates and the loss that the settings describe, whatever the data. */
import { random, type Tensor } from '../../autograd/index.ts';
import { ArgumentError } from '../../lib/index.ts';
import { conditionAwareCoupling, optimalTransportCoupling, takePairs } from '../couplings/index.ts';
import { conditionalFlowMatchingLoss, dropLabels, meanFlowLoss, sampleTimes } from '../losses/index.ts';
import {
  mlpVelocityNetwork,
  type TransformerParameters,
  transformerVelocityNetwork,
  type UnetParameters,
  unetVelocityNetwork,
  type VelocityNetwork,
  type VelocityParameters,
} from '../networks/index.ts';
import { optimalTransportPath } from '../paths/index.ts';
import { noiseToData } from '../time.ts';
import { constantSchedule, cosineSchedule, type Losses, type Schedule, warmUp } from '../training/index.ts';
import type { TrainingSettings } from './settings.ts';

/** What one training step learns from. */
export interface Batch {
  /** [batch, features], standardised. */
  readonly data: Tensor;
  /** [batch], int32. Only for data with labels. */
  readonly labels?: Tensor;
}

export type NetworkParameters = VelocityParameters | UnetParameters | TransformerParameters;
/** One of the three networks. It takes only parameters that it initialised; the type does not check this. */
export type Network = VelocityNetwork<NetworkParameters>;

/** The data points (events) that a network works on. */
export interface Events {
  readonly features: number;
  /** The number of classes; 0 for data without labels. */
  readonly classes: number;
  /** The size of the images, if the features are pixels. */
  readonly image?: { readonly height: number; readonly width: number } | null | undefined;
}

/**
 * The network that the settings describe.
 * @throws ArgumentError for a network that takes images, if the data are not images
 * @example const network = networkFor(defaultSettings, { features: 64, classes: 10 });
 */
export function networkFor(settings: TrainingSettings, { features, classes, image }: Events): Network {
  const { network, hidden, layers, frequencies } = settings;
  const shared = { classes, frequencies };
  if (network === 'mlp') return mlpVelocityNetwork({ ...shared, features, hidden, layers }) as Network;
  if (!image)
    throw new ArgumentError(
      `the setting 'network' is '${network}', which takes images, and these data are none`,
    );
  const size = { ...shared, height: image.height, width: image.width };
  if (network === 'unet') {
    return unetVelocityNetwork({ ...size, widths: [hidden, 2 * hidden], blocks: layers }) as Network;
  }
  // The largest patches that keep a stroke's shape: attention costs the square of the number of tokens.
  const patch = image.height > 16 ? 4 : 2;
  return transformerVelocityNetwork({ ...size, patch, hidden, layers }) as Network;
}

/** The key that decides which points are for validation. No split of the seed's key is so large. */
export function validationKey(seed: number): random.Key {
  return random.foldIn(random.key(seed), 0x5eed);
}

/** The three keys of a run, which all come from its seed. */
export function runKeys(seed: number): { initial: random.Key; batches: random.Key; training: random.Key } {
  const [initial, batches, training] = random.split(random.key(seed), 3);
  return { initial, batches, training };
}

/**
 * The schedule of a run: the rate climbs linearly in the warm-up, then falls to 0 along a cosine, or stays. A
 * run that goes on to more steps follows, from there, the schedule of a run of so many steps.
 */
export function learningRates({ learningRate, schedule, warmUpShare, steps }: TrainingSettings): Schedule {
  const climb = Math.ceil(warmUpShare * steps);
  const followedBy =
    schedule === 'constant'
      ? constantSchedule(learningRate)
      : cosineSchedule({ from: learningRate, steps: Math.max(steps - climb, 1) });
  return climb === 0 ? followedBy : warmUp({ steps: climb, followedBy });
}

/** How to compute a loss. */
export interface LossOptions {
  /**
   * MeanFlow: whether the samples with r = t are computed apart, without a derivative. This saves a fifth of
   * the products, but many devices that share a batch then add up each gradient twice. By default true.
   */
  readonly instantsApart?: boolean;
}

/**
 * The loss of the settings' method, as a function of parameters, batch and key. Beside it, `rawError` is the
 * squared error before any weighting.
 */
export function lossFor(settings: TrainingSettings, network: Network, options: LossOptions = {}) {
  return (parameters: NetworkParameters, { data, labels }: Batch, key: random.Key): Losses => {
    const [noiseKey, timeKey, labelKey] = random.split(key, 3);
    const noise = random.normal(noiseKey, data.shape);
    const asked = labels && dropLabels(labelKey, labels, settings.labelDrop, network.nullClass);
    const batch = { noise, data, ...(asked && { labels: asked }) };
    return settings.method === 'meanflow'
      ? meanFlow(settings, network, parameters, batch, timeKey, options)
      : conditionalFlowMatching(settings, network, parameters, batch, timeKey);
  };
}

/** Whether the loss can be compiled: the coupling of ot-cfm looks at values. */
export function isCompilable({ method }: TrainingSettings): boolean {
  return method !== 'ot-cfm';
}

interface NoisyBatch extends Batch {
  readonly noise: Tensor;
}

function meanFlow(
  { times, differentShare, gamma, c, guidance }: TrainingSettings,
  network: Network,
  parameters: NetworkParameters,
  batch: NoisyBatch,
  timeKey: random.Key,
  { instantsApart = true }: LossOptions,
): Losses {
  // The batches are drawn at random, so which of their samples has r = t may be fixed.
  const { instantCount, ...rt } = sampleTimes(timeKey, batch.data.shape[0] as number, {
    distribution: times,
    differentShare,
    instantsFirst: true,
  });
  const spans = instantsApart ? { ...rt, instantCount } : rt;
  const { labels } = batch;
  const u = (z: Tensor, r: Tensor, t: Tensor, c?: Tensor) => network.apply(parameters, z, r, t, c);
  const { loss, rawError } = labels
    ? meanFlowLoss(
        u,
        { ...batch, labels, ...spans },
        { gamma, c, ...(guidance !== 1 && { guidance: { scale: guidance, nullClass: network.nullClass } }) },
      )
    : meanFlowLoss((z, r, t) => u(z, r, t), { ...batch, ...spans }, { gamma, c });
  return { loss, rawError };
}

function conditionalFlowMatching(
  { method }: TrainingSettings,
  network: Network,
  parameters: NetworkParameters,
  batch: NoisyBatch,
  timeKey: random.Key,
): Losses {
  const { x0, x1, labels } =
    method === 'ot-cfm' ? paired(batch) : { ...batch, x0: batch.noise, x1: batch.data };
  const t = random.uniform(timeKey, [x1.shape[0] as number, 1]);
  const velocity = noiseToData((x, time) => network.apply(parameters, x, time, time, labels));
  const loss = conditionalFlowMatchingLoss(velocity, optimalTransportPath(), { x0, x1, t });
  return { loss, rawError: loss };
}

/**
 * Pairs noise with data by optimal transport. With labels, each class gets noise of the same distribution.
 */
function paired({ noise, data, labels }: NoisyBatch) {
  if (labels === undefined) {
    const { x0, x1 } = takePairs(optimalTransportCoupling(noise, data), noise, data);
    return { x0, x1, labels };
  }
  const { x0, x1 } = takePairs(conditionAwareCoupling(noise, data, labels), noise, { data, labels });
  return { x0, x1: x1.data, labels: x1.labels };
}
