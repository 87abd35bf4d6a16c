/** A trained flow, as its user sees it. */
import { ArgumentError, fromNDArray, random, ShapeError, type Tensor } from '../../autograd/index.ts';
import { completeOptions, wrap } from '../../lib/index.ts';
import type { PointSet } from '../points.ts';
import { requireCounts } from '../training/ranges.ts';
import { flawOfGuidance, generateFeatures, logDensities } from './generating.ts';
import { type FlowContent, formatFlow, parseFlow } from './saved-flow.ts';
import type { Method } from './settings.ts';
import { encodePoints, restorePoints } from './standardization.ts';
import { type FlowData, type FlowLabels, readLabels, readPoints } from './training-data.ts';

/** Which samples a fitted flow draws. */
export interface FlowSampleOptions {
  /** Decides the noise: the same key gives the same samples. Default `random.key(0)`. */
  readonly key?: random.Key;
  /** The number of steps from noise to data. Default 1 for a MeanFlow, 20 for the others. */
  readonly steps?: number;
  /**
   * The class of all samples. By default the samples take all classes in turn: sample i has class i mod K.
   */
  readonly label?: string | number;
  /** The guidance scale: above 1 it exaggerates the class. Default 1, no guidance. Not for a MeanFlow. */
  readonly guidance?: number;
}

/** How a fitted flow judges points. */
export interface FlowLikelihoodOptions {
  /** The class of each point. Without them, the density is the mixture over the classes in the data. */
  readonly labels?: FlowLabels;
  /** For the estimate of the divergence above 16 columns. Default `random.key(0)`. */
  readonly key?: random.Key;
}

/** A generative model that `fitFlow` trained, or `loadFlow` read. */
export interface FittedFlow {
  /** How it was trained. */
  readonly method: Method;
  /** How many numbers a point has. */
  readonly dimension: number;
  /** The classes, in order; empty if it was trained without labels. */
  readonly classNames: readonly string[];
  /** Draws samples, [count, d], in the units of the data: float32 if the data were, else float64. */
  sample(count: number, options?: FlowSampleOptions): Tensor;
  /**
   * log p(x), [n], float64, in nats, of points in the units of the data. The divergence is exact up to 16
   * columns, above that Hutchinson's estimate.
   */
  logLikelihood(points: FlowData, options?: FlowLikelihoodOptions): Tensor;
  /**
   * The model as the bytes of a .safetensors file, which `loadFlow` and, under that ending, `fluxion sample`
   * read.
   */
  save(): Uint8Array;
}

/**
 * The model whose `save()` gave the bytes, or a `model.safetensors` of `fluxion train`, if its columns are
 * numbers.
 *
 * @throws ArgumentError for other bytes, or a damaged file
 * @example const model = loadFlow(new Uint8Array(await response.arrayBuffer()));
 */
export function loadFlow(bytes: Uint8Array): FittedFlow {
  return fittedFlow(parseFlow(bytes));
}

/** The methods of a model. */
export function fittedFlow(content: FlowContent): FittedFlow {
  const { flow, standardization, classNames } = content;
  return {
    method: flow.settings.method,
    dimension: standardization.mean.length,
    classNames,
    sample: (count, options) => sample(content, count, options),
    logLikelihood: (points, options) => logLikelihood(content, points, options),
    save: () => formatFlow(content),
  };
}

function sample(content: FlowContent, count: number, options: FlowSampleOptions | undefined): Tensor {
  const operation = 'sample';
  const { key, steps, label, guidance } = completeOptions(
    operation,
    { key: undefined, steps: undefined, label: undefined, guidance: 1 },
    options,
  );
  requireCounts(operation, { count, ...(steps !== undefined && { steps }) });
  const flaw = guidance === 1 ? undefined : flawOfGuidance(content.flow);
  if (flaw !== undefined) throw new ArgumentError(`${operation}: no guidance: ${flaw}`);
  const { x } = generateFeatures(content.flow, {
    ...{ count, steps, guidance, key: key ?? random.key(0) },
    label: label === undefined ? undefined : classIndex(operation, content, label),
  });
  return restorePoints(content.standardization, x, content.dtype);
}

function logLikelihood(
  content: FlowContent,
  data: FlowData,
  options: FlowLikelihoodOptions | undefined,
): Tensor {
  const operation = 'logLikelihood';
  const { labels, key } = completeOptions(operation, { labels: undefined, key: undefined }, options);
  const points = readPoints(operation, data);
  const { dimension } = points;
  const wanted = content.standardization.mean.length;
  if (dimension !== wanted) {
    throw new ShapeError(
      `${operation}: wanted points of ${wanted} columns, as the model has, got ${dimension}`,
    );
  }
  return logDensities(content.flow, {
    count: points.count,
    labels: labels && classesOf(operation, content, labels, points.count),
    key: key ?? random.key(0),
    encode: ([from, to]) => encodePoints(content.standardization, rows(points, from, to)),
  });
}

function rows({ data, dimension }: PointSet, from: number, to: number): PointSet {
  return { data: data.subarray(from * dimension, to * dimension), count: to - from, dimension };
}

/** Labels may lack some of the classes, so they number them otherwise. */
function classesOf(operation: string, content: FlowContent, labels: FlowLabels, count: number): Tensor {
  const given = readLabels(operation, labels, count);
  const known = given.classNames.map((name) => classIndex(operation, content, name));
  const indices = Int32Array.from(given.labels.toTypedArray(), (k) => known[k] as number);
  return fromNDArray(wrap(indices, [count]));
}

function classIndex(operation: string, { classNames }: FlowContent, label: string | number): number {
  if (classNames.length === 0)
    throw new ArgumentError(`${operation}: this model has no classes, got the label ${label}`);
  const index = classNames.indexOf(String(label));
  if (index >= 0) return index;
  throw new ArgumentError(
    `${operation}: there is no class '${label}'; the classes are ${classNames.slice(0, 20).join(', ')}`,
  );
}
