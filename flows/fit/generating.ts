/** From a trained network to samples and to likelihoods. The caller knows what its features stand for. */
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
} from '../../autograd/index.ts';
import { wrap } from '../../lib/index.ts';
import { logLikelihood } from '../likelihood/index.ts';
import { guidedVelocityField } from '../sampling/guided-velocity-field.ts';
import { sampleFlow, sampleMeanFlow } from '../sampling/sample.ts';
import { instantaneousVelocity, noiseToData, reverseTime, type Velocity } from '../time.ts';
import type { Network, NetworkParameters } from './learning.ts';
import type { TrainingSettings } from './settings.ts';

/** A trained network, and what it was trained on. */
export interface TrainedFlow {
  readonly network: Network;
  readonly parameters: NetworkParameters;
  readonly settings: TrainingSettings;
  /** How many features the network knows. */
  readonly features: number;
  /** How many training points each class has; empty for data without classes. */
  readonly classCounts: readonly number[];
}

/** How to go from noise to data. */
export interface FlowSteps {
  /** The number of steps from noise to data. By default 1 for MeanFlow, 20 for the others. */
  readonly steps?: number | undefined;
  /** The guidance scale w: above 1 it exaggerates the class. Default 1, no guidance. */
  readonly guidance?: number | undefined;
}

/** Which samples to draw. */
export interface Generation extends FlowSteps {
  readonly count: number;
  readonly key: random.Key;
  /** The class of all samples, an index. By default the samples take all classes of the model in turn. */
  readonly label?: number | undefined;
  /** The class of each sample, [count], int32. By default what `label` says. */
  readonly labels?: Tensor | undefined;
}

/** Samples as the network knows them. */
export interface GeneratedFeatures {
  /** [count, features] */
  readonly x: Tensor;
  /** [count], int32: the class of each sample. Only for a model with classes. */
  readonly labels?: Tensor;
  /** How often the network was evaluated for each point. */
  readonly evaluations: number;
}

/** How many points go through the network at once. This bounds the memory. */
const chunk = 1000;

/**
 * Draws samples, a thousand at a time. The same key gives the same samples.
 * @example const { x } = generateFeatures(flow, { count: 1000, key: random.key(0) });
 */
export function generateFeatures(flow: TrainedFlow, request: Generation): GeneratedFeatures {
  const labels =
    flow.classCounts.length === 0
      ? undefined
      : (request.labels ?? labelsFor(request, flow.classCounts.length));
  const parts: Tensor[] = [];
  let evaluations = 0;
  for (let start = 0; start < request.count; start += chunk) {
    const size = Math.min(chunk, request.count - start);
    const noise = random.normal(random.foldIn(request.key, start), [size, flow.features]);
    const some = labels && slice(labels, [[start, start + size]]);
    const drawn = solveFlow(flow, noise, some, request);
    evaluations = drawn.evaluations;
    parts.push(drawn.x);
  }
  return { x: concatenate(parts), evaluations, ...(labels && { labels }) };
}

/** The label of each sample: the class asked for, or all classes in turn. */
function labelsFor({ count, label }: Generation, classes: number): Tensor {
  return tensor(Int32Array.from({ length: count }, (_, i) => label ?? i % classes));
}

/**
 * Solves the flow from noise, [batch, features], to features, in operations that can be traced. With `scan`,
 * the steps are one operation, and a graph has one of them.
 * @example const { x } = solveFlow(flow, noise, labels, { steps: 4 });
 */
export function solveFlow(
  flow: TrainedFlow,
  noise: Tensor,
  labels: Tensor | undefined,
  { steps, guidance = 1, scan = false }: FlowSteps & { readonly scan?: boolean },
): { readonly x: Tensor; readonly evaluations: number } {
  if (flow.settings.method === 'meanflow') {
    const { network, parameters } = flow;
    const u = (z: Tensor, r: Tensor, t: Tensor) => network.apply(parameters, z, r, t, labels);
    return sampleMeanFlow(u, noise, { steps: steps ?? 1, scan });
  }
  const conditional = velocityOf(flow, labels);
  const velocity =
    guidance === 1
      ? conditional
      : guidedVelocityField(conditional, velocityOf(flow, undefined), { scale: guidance });
  const drawn = sampleFlow(velocity, noise, { steps: steps ?? 20, scan });
  return { ...drawn, evaluations: drawn.evaluations * (guidance === 1 ? 1 : 2) };
}

/** Says why a model cannot be guided when it samples; undefined if it can. */
export function flawOfGuidance({ settings, classCounts }: TrainedFlow): string | undefined {
  if (settings.method === 'meanflow')
    return "a MeanFlow has its guidance built in; train it with the setting 'guidance'";
  if (classCounts.length === 0) return 'this model has no classes';
  return settings.labelDrop === 0
    ? "this model was trained without dropping labels (the setting 'labelDrop')"
    : undefined;
}

/** Points as the network knows them, and what that does to their density. */
export interface EncodedPoints {
  /** [n, features], float32 */
  readonly features: Tensor;
  /** [n]: what log p of the features lacks to log p of the points. */
  readonly logVolume: Float64Array;
}

/** n points to judge. */
export interface Judged {
  readonly count: number;
  /** [n], int32; none for the mixture over all classes. */
  readonly labels: Tensor | undefined;
  /** For random signs, and for whatever `encode` draws. */
  readonly key: random.Key;
  /** Encodes some of the points, a thousand at most. */
  readonly encode: (range: readonly [from: number, to: number], key: random.Key) => EncodedPoints;
}

/**
 * log p(x), [n], in nats, float64. The divergence is exact up to 16 features. Above 16, it is Hutchinson's
 * estimate, whose random signs come from the key.
 *
 * Without labels, the density of a model with classes is their mixture: p(x) = Σ_k π_k·p(x | k), where π_k is
 * the share of class k in the training data.
 * @example logDensities(flow, { count, labels, key, encode: (range) => encode(slice(points, [range])) });
 */
export function logDensities(flow: TrainedFlow, judged: Judged): Tensor {
  const { classCounts } = flow;
  if (classCounts.length === 0 || judged.labels) return densitiesGiven(flow, judged);
  const total = classCounts.reduce((sum, count) => sum + count, 0);
  const weighted = classCounts.flatMap((count, k) => {
    if (count === 0) return [];
    const labels = full([judged.count], k, { dtype: 'int32' });
    return [densitiesGiven(flow, { ...judged, labels }).add(Math.log(count / total))];
  });
  return logSumExp(stack(weighted), { axes: 0 });
}

/** log p(x | label), or log p(x) of a model without classes. */
function densitiesGiven(flow: TrainedFlow, { count, labels, key, encode }: Judged): Tensor {
  const values = new Float64Array(count);
  const stepping = { steps: 50, method: 'rungeKutta4' } as const;
  for (let start = 0; start < count; start += chunk) {
    const range = [start, Math.min(start + chunk, count)] as const;
    const { features, logVolume } = encode(range, random.foldIn(random.foldIn(key, start), 1));
    const velocity = velocityOf(flow, labels && slice(labels, [range]));
    const { logDensity } = isExact(flow)
      ? logLikelihood(velocity, features, stepping)
      : logLikelihood(velocity, features, {
          ...stepping,
          divergence: 'rademacher',
          key: random.foldIn(key, start),
        });
    // log p_x(x) = log p_z(z) + log |dz/dx|
    for (const [i, value] of logDensity.toTypedArray().entries())
      values[start + i] = value + (logVolume[i] as number);
  }
  return fromNDArray(wrap(values, [count]));
}

/** Whether `logDensities` computes the exact divergence. The ODE solver's error remains in any case. */
export function isExact({ features }: Pick<TrainedFlow, 'features'>): boolean {
  return features <= 16;
}

/** The model's velocity, from noise to data. Without labels, it is that of the null class. */
function velocityOf(
  { settings, network, parameters }: TrainedFlow,
  labels: Tensor | undefined,
): Velocity<'noiseToData'> {
  if (settings.method === 'meanflow') {
    return reverseTime(instantaneousVelocity((z, r, t) => network.apply(parameters, z, r, t, labels)));
  }
  return noiseToData((x, t) => network.apply(parameters, x, t, t, labels));
}
