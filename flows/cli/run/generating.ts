/** From a trained model to samples, to velocities and to likelihoods, on the scale of the data. */
import { fromNDArray, random, slice, type Tensor, tensor } from '../../../autograd/index.ts';
import { wrap } from '../../../lib/index.ts';
import { logLikelihood } from '../../likelihood/index.ts';
import { guidedVelocityField } from '../../sampling/guided-velocity-field.ts';
import { sampleFlow, sampleMeanFlow } from '../../sampling/sample.ts';
import { instantaneousVelocity, noiseToData, reverseTime, type Velocity } from '../../time.ts';
import { UsageError } from '../arguments.ts';
import { type Model, restored, standardized } from './run-folder.ts';

export interface Generation {
  readonly count: number;
  readonly key: random.Key;
  /** By default 1 for MeanFlow, 20 for the others. */
  readonly steps?: number | undefined;
  /** An index into the model's classes; by default as many of each as there are. */
  readonly label?: number | undefined;
  /** w > 1 exaggerates the class. Default 1. */
  readonly guidance?: number | undefined;
}

export interface Generated {
  /** [count, features] */
  readonly points: Tensor;
  /** int32 [count], of a model with classes. */
  readonly labels?: Tensor;
  /** How often the network was evaluated for each point. */
  readonly evaluations: number;
}

const chunk = 1000;

/**
 * Draws samples, a thousand at a time.
 * @throws UsageError for guidance of a model that takes none
 * @example const { points } = generate(readModel('out'), { count: 1000, key: random.key(0) });
 */
export function generate(model: Model, request: Generation): Generated {
  const { columns, classNames } = model.config.data;
  requireGuidable(model, request.guidance ?? 1);
  const labels = classNames.length === 0 ? undefined : labelsFor(request, classNames.length);
  const values = new Float32Array(request.count * columns.length);
  let evaluations = 0;
  for (let start = 0; start < request.count; start += chunk) {
    const size = Math.min(chunk, request.count - start);
    const noise = random.normal(random.foldIn(request.key, start), [size, columns.length]);
    const some = labels && slice(labels, [[start, start + size]]);
    const drawn = flow(model, noise, some, request);
    evaluations = drawn.evaluations;
    values.set(restored(model.config, drawn.x).toTypedArray(), start * columns.length);
  }
  const points = fromNDArray(wrap(values, [request.count, columns.length]));
  return { points, evaluations, ...(labels && { labels }) };
}

/**
 * log p(x) in nats of points on the scale of the data, [n]; exact up to 16 features, above that by
 * Hutchinson's estimate.
 */
export function logDensities(model: Model, x: Tensor, labels: Tensor | undefined, key: random.Key): Tensor {
  const { columns, classNames } = model.config.data;
  const { scale } = model.config.standardization;
  const features = columns.length;
  // p_x(x) = p_z(z)·|dz/dx| with z = (x − mean) / scale
  const logScale =
    scale.reduce((sum, value) => sum + Math.log(value), 0) * (scale.length === 1 ? features : 1);
  const count = x.shape[0] as number;
  const values = new Float32Array(count);
  const stepping = { steps: 50, method: 'rungeKutta4' } as const;
  for (let start = 0; start < count; start += chunk) {
    const range = [[start, Math.min(start + chunk, count)]] as const;
    const z = standardized(model.config, slice(x, range));
    const velocity = velocityOf(model, classNames.length === 0 ? undefined : labels && slice(labels, range));
    const { logDensity } = isExact(model)
      ? logLikelihood(velocity, z, stepping)
      : logLikelihood(velocity, z, { ...stepping, divergence: 'rademacher', key: random.foldIn(key, start) });
    values.set(logDensity.subtract(logScale).toTypedArray(), start);
  }
  return fromNDArray(wrap(values, [count]));
}

/** Whether `logDensities` are exact, but for the solver's error. */
export function isExact({ config }: Model): boolean {
  return config.data.columns.length <= 16;
}

/** The model's velocity, from noise to data; without labels that of the null class. */
function velocityOf(
  { config, network, parameters }: Model,
  labels: Tensor | undefined,
): Velocity<'noiseToData'> {
  if (config.settings.method === 'meanflow') {
    return reverseTime(instantaneousVelocity((z, r, t) => network.apply(parameters, z, r, t, labels)));
  }
  return noiseToData((x, t) => network.apply(parameters, x, t, t, labels));
}

/** How to go from noise to data. */
type FlowOptions = Pick<Generation, 'steps' | 'guidance'>;

/**
 * From noise, [batch, features], to points on the scale of the data; for a model with classes, of the classes
 * of the labels.
 */
export function sampler(model: Model, options: FlowOptions): (noise: Tensor, labels?: Tensor) => Tensor {
  requireGuidable(model, options.guidance ?? 1);
  return (noise, labels) => restored(model.config, flow(model, noise, labels, options).x);
}

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

function labelsFor({ count, label }: Generation, classes: number): Tensor {
  const labels = Int32Array.from({ length: count }, (_, i) => label ?? i % classes);
  return tensor(labels);
}

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
