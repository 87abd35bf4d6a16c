/** From a run's model to samples and to likelihoods, on the scale of the data. */
import { type random, slice, type Tensor } from '../../../autograd/index.ts';
import {
  logDensities as densitiesOf,
  type FlowSteps,
  flawOfGuidance,
  type Generation,
  generateFeatures,
  solveFlow,
  type TrainedFlow,
} from '../../fit/generating.ts';
import { UsageError } from '../arguments.ts';
import { decoded, encode, restored } from './encoding.ts';
import { encodingOf, featureCount, type Model } from './run-folder.ts';

export interface Generated {
  /** [count, columns]: the codes of the columns. */
  readonly points: Tensor;
  /** [count], int32: the class of each sample. Only for a model with classes, if they were asked for. */
  readonly labels?: Tensor;
  /** How often the network was evaluated for each point. */
  readonly evaluations: number;
}

/**
 * Draws samples, a thousand at a time. The same key gives the same samples.
 * @throws UsageError for guidance of a model that takes none
 * @example const { points } = generate(readModel('out'), { count: 1000, key: random.key(0) });
 */
export function generate(model: Model, request: Generation): Generated {
  const { x, labels, evaluations } = generateFeatures(guidableFlow(model, request), request);
  const encoding = encodingOf(model.config);
  const points = decoded(encoding.kinds, restored(encoding, x));
  // With a scale of 0 the samples are of no class that was asked for.
  return { points, evaluations, ...(labels && request.guidance !== 0 && { labels }) };
}

/**
 * log p(x), [n], in nats, of points x, [n, columns], on the scale of the data. See `encode` for columns that
 * are no continuous numbers.
 * @example const logDensity = logDensities(model, points, labels, random.key(0));
 */
export function logDensities(model: Model, x: Tensor, labels: Tensor | undefined, key: random.Key): Tensor {
  const encoding = encodingOf(model.config);
  const isClassless = model.config.data.classNames.length === 0;
  return densitiesOf(flowOf(model), {
    ...{ count: x.shape[0] as number, labels: isClassless ? undefined : labels, key },
    encode: (range, noiseKey) => encode(encoding, slice(x, [range]), noiseKey),
  });
}

/**
 * The map from noise, [batch, features], to all features, on the scale of the data: words as one-hot groups,
 * whole numbers before rounding. A model with classes also takes labels, [batch], int32. Its steps are one
 * `scan`, so that its graph has one of them.
 * @throws UsageError for guidance of a model that takes none
 * @example const points = sampler(model, { steps: 4 })(random.normal(key, [16, 2]));
 */
export function sampler(model: Model, options: FlowSteps): (noise: Tensor, labels?: Tensor) => Tensor {
  const flow = guidableFlow(model, options);
  return (noise, labels) =>
    restored(encodingOf(model.config), solveFlow(flow, noise, labels, { ...options, scan: true }).x);
}

/** The model without what its features stand for. */
export function flowOf({ config, network, parameters }: Model): TrainedFlow {
  // A fluxion that did not count the classes gives them equal shares.
  const { classNames, classCounts = classNames.map(() => 1) } = config.data;
  return { network, parameters, settings: config.settings, features: featureCount(config), classCounts };
}

/** The same; a UsageError if it is to be guided and cannot be. */
function guidableFlow(model: Model, { guidance = 1 }: FlowSteps): TrainedFlow {
  const flow = flowOf(model);
  const flaw = guidance === 1 ? undefined : flawOfGuidance(flow);
  if (flaw !== undefined) throw new UsageError(`--guidance: ${flaw}`);
  return flow;
}
