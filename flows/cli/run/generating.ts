/** From a trained model to samples, to velocities and to likelihoods, on the scale of the data. */
import {
  concatenate,
  fromNDArray,
  full,
  logSumExp,
  random,
  slice,
  stack,
  type Tensor,
  tensor,
} from '../../../autograd/index.ts';
import { wrap } from '../../../lib/index.ts';
import { logLikelihood } from '../../likelihood/index.ts';
import { guidedVelocityField } from '../../sampling/guided-velocity-field.ts';
import { sampleFlow, sampleMeanFlow } from '../../sampling/sample.ts';
import { instantaneousVelocity, noiseToData, reverseTime, type Velocity } from '../../time.ts';
import { UsageError } from '../arguments.ts';
import { decoded, encode, restored } from './encoding.ts';
import { encodingOf, featureCount, type Model } from './run-folder.ts';

/** Which samples to draw. */
export interface Generation {
  readonly count: number;
  readonly key: random.Key;
  /** The number of steps from noise to data. By default 1 for MeanFlow, 20 for the others. */
  readonly steps?: number | undefined;
  /** The class of all samples, an index. By default the samples take all classes of the model in turn. */
  readonly label?: number | undefined;
  /** The guidance scale w: above 1 it exaggerates the class. Default 1, no guidance. */
  readonly guidance?: number | undefined;
}

export interface Generated {
  /** [count, columns]: the codes of the columns. */
  readonly points: Tensor;
  /** [count], int32: the class of each sample. Only for a model with classes. */
  readonly labels?: Tensor;
  /** How often the network was evaluated for each point. */
  readonly evaluations: number;
}

/** How many points go through the network at once. This bounds the memory. */
const chunk = 1000;

/**
 * Draws samples, a thousand at a time. The same key gives the same samples.
 * @throws UsageError for guidance of a model that takes none
 * @example const { points } = generate(readModel('out'), { count: 1000, key: random.key(0) });
 */
export function generate(model: Model, request: Generation): Generated {
  const { classNames } = model.config.data;
  requireGuidable(model, request.guidance ?? 1);
  const labels = classNames.length === 0 ? undefined : labelsFor(request, classNames.length);
  const parts: Tensor[] = [];
  let evaluations = 0;
  for (let start = 0; start < request.count; start += chunk) {
    const size = Math.min(chunk, request.count - start);
    const noise = random.normal(random.foldIn(request.key, start), [size, featureCount(model.config)]);
    const some = labels && slice(labels, [[start, start + size]]);
    const drawn = flow(model, noise, some, request);
    evaluations = drawn.evaluations;
    const encoding = encodingOf(model.config);
    parts.push(decoded(encoding.kinds, restored(encoding, drawn.x)));
  }
  return { points: concatenate(parts), evaluations, ...(labels && { labels }) };
}

/**
 * log p(x), [n], in nats, of points x, [n, columns], on the scale of the data. The divergence is exact up to
 * 16 features. Above 16, it is Hutchinson's estimate, whose random signs come from the key. See `encode` for
 * columns that are no continuous numbers.
 *
 * Without labels, the density of a model with classes is their mixture: p(x) = Σ_k π_k·p(x | k), where π_k is
 * the share of class k in the training data.
 * @example const logDensity = logDensities(model, points, labels, random.key(0));
 */
export function logDensities(model: Model, x: Tensor, labels: Tensor | undefined, key: random.Key): Tensor {
  const { classNames } = model.config.data;
  if (classNames.length === 0) return densitiesGiven(model, x, undefined, key);
  if (labels) return densitiesGiven(model, x, labels, key);
  const count = x.shape[0] as number;
  const weighted = classShares(model).flatMap((share, k) => {
    if (share === 0) return [];
    const all = full([count], k, { dtype: 'int32' });
    return [densitiesGiven(model, x, all, key).add(Math.log(share))];
  });
  return logSumExp(stack(weighted), { axes: 0 });
}

/** π_k; equal ones if the model is of a fluxion that did not count. */
function classShares({ config }: Model): readonly number[] {
  const { classNames, classCounts = classNames.map(() => 1) } = config.data;
  const total = classCounts.reduce((sum, count) => sum + count, 0);
  return classCounts.map((count) => count / total);
}

/** log p(x | label), or log p(x) of a model without classes. */
function densitiesGiven(model: Model, x: Tensor, labels: Tensor | undefined, key: random.Key): Tensor {
  const encoding = encodingOf(model.config);
  const count = x.shape[0] as number;
  const values = new Float64Array(count);
  const stepping = { steps: 50, method: 'rungeKutta4' } as const;
  for (let start = 0; start < count; start += chunk) {
    const range = [[start, Math.min(start + chunk, count)]] as const;
    const { features: z, logVolume } = encode(
      encoding,
      slice(x, range),
      random.foldIn(random.foldIn(key, start), 1),
    );
    const velocity = velocityOf(model, labels && slice(labels, range));
    const { logDensity } = isExact(model)
      ? logLikelihood(velocity, z, stepping)
      : logLikelihood(velocity, z, { ...stepping, divergence: 'rademacher', key: random.foldIn(key, start) });
    // log p_x(x) = log p_z(z) + log |dz/dx|
    for (const [i, value] of logDensity.toTypedArray().entries())
      values[start + i] = value + (logVolume[i] as number);
  }
  return fromNDArray(wrap(values, [count]));
}

/** Whether `logDensities` computes the exact divergence. The ODE solver's error remains in any case. */
export function isExact({ config }: Model): boolean {
  return featureCount(config) <= 16;
}

/** The model's velocity, from noise to data. Without labels, it is that of the null class. */
function velocityOf(
  { config, network, parameters }: Model,
  labels: Tensor | undefined,
): Velocity<'noiseToData'> {
  if (config.settings.method === 'meanflow') {
    return reverseTime(instantaneousVelocity((z, r, t) => network.apply(parameters, z, r, t, labels)));
  }
  return noiseToData((x, t) => network.apply(parameters, x, t, t, labels));
}

/** How `flow` goes from noise to data. */
type FlowOptions = Pick<Generation, 'steps' | 'guidance'>;

/**
 * The map from noise, [batch, features], to all features, on the scale of the data: words as one-hot groups,
 * whole numbers before rounding. A model with classes also takes labels, [batch], int32.
 * @throws UsageError for guidance of a model that takes none
 * @example const points = sampler(model, { steps: 4 })(random.normal(key, [16, 2]));
 */
export function sampler(model: Model, options: FlowOptions): (noise: Tensor, labels?: Tensor) => Tensor {
  requireGuidable(model, options.guidance ?? 1);
  return (noise, labels) => restored(encodingOf(model.config), flow(model, noise, labels, options).x);
}

/** Solves the flow from noise to standardised points. */
function flow(model: Model, noise: Tensor, labels: Tensor | undefined, { steps, guidance = 1 }: FlowOptions) {
  if (model.config.settings.method === 'meanflow') {
    const { network, parameters } = model;
    const u = (z: Tensor, r: Tensor, t: Tensor) => network.apply(parameters, z, r, t, labels);
    return sampleMeanFlow(u, noise, { steps: steps ?? 1 });
  }
  const conditional = velocityOf(model, labels);
  const velocity =
    guidance === 1
      ? conditional
      : guidedVelocityField(conditional, velocityOf(model, undefined), { scale: guidance });
  const drawn = sampleFlow(velocity, noise, { steps: steps ?? 20 });
  return { ...drawn, evaluations: drawn.evaluations * (guidance === 1 ? 1 : 2) };
}

/** The label of each sample: the class asked for, or all classes in turn. */
function labelsFor({ count, label }: Generation, classes: number): Tensor {
  const labels = Int32Array.from({ length: count }, (_, i) => label ?? i % classes);
  return tensor(labels);
}

/** Throws a UsageError for guidance, unless the model can be guided when it samples. */
function requireGuidable({ config }: Model, guidance: number): void {
  if (guidance === 1) return;
  if (config.settings.method === 'meanflow') {
    throw new UsageError(
      "--guidance: a MeanFlow has its guidance built in; train it with the setting 'guidance'",
    );
  }
  if (config.data.classNames.length === 0) throw new UsageError('--guidance: this model has no classes');
  if (config.settings.labelDrop === 0) {
    throw new UsageError(
      "--guidance: this model was trained without dropping labels (the setting 'labelDrop')",
    );
  }
}
