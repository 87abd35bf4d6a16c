/**
 * Between the columns of the data and the features that a model learns, in float64 however large or small the
 * units are. A column of words is a feature for each word, 1 for the word that stands there and else 0.
 */
import {
  add,
  cast,
  clip,
  fromNDArray,
  gather,
  multiply,
  random,
  sigmoid,
  type Tensor,
  tensor,
  toNDArray,
  where,
} from '../../../autograd/index.ts';
import { allocate, flat, type TypedArray, wrap } from '../../../lib/index.ts';
import { columnMoments } from '../../data/standardize.ts';
import { FileError } from '../../files/index.ts';
import type { EncodedPoints } from '../../fit/generating.ts';
import { type ColumnKind, nearestCode, stepBetween } from '../tables/column-kind.ts';

/**
 * The model knows the features as (x − mean) / scale: one number for all, or one for each. A feature of scale
 * 0 is constant: the model does not know it, and it comes back as its mean.
 */
export interface Standardization {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
}

/** How a model knows its columns. */
export interface Encoding {
  readonly kinds: readonly ColumnKind[];
  readonly standardization: Standardization;
}

/** One feature of a column: its value, or whether it is one of its words, or whether it is missing. */
interface Feature {
  readonly column: number;
  readonly kind: ColumnKind;
  readonly of: 'value' | 'word' | 'missing';
  readonly word: number;
  /** The width of the noise that fills the gap between two codes; 0 for numbers. */
  readonly step: number;
}

/** The features of the columns, in order. */
function featuresOf(kinds: readonly ColumnKind[]): readonly Feature[] {
  return kinds.flatMap((kind, column) => {
    const shared = { column, kind, word: 0, step: 1 };
    if (kind.kind === 'category')
      return (kind.words as readonly string[]).map((_, word) => ({ ...shared, of: 'word' as const, word }));
    const value: Feature = { ...shared, of: 'value', step: stepBetween(kind) };
    return kind.missing ? [value, { ...shared, of: 'missing' as const }] : [value];
  });
}

/** How many numbers a standardisation has for such columns, unless one stands for all. */
export function featureTotal(kinds: readonly ColumnKind[]): number {
  return featuresOf(kinds).length;
}

/** The places of those that vary: what the model knows. */
export function varyingFeatures({ kinds, standardization: { scale } }: Encoding): readonly number[] {
  return [...featuresOf(kinds).keys()].filter((j) => scaleAt(scale, j) !== 0);
}

/** Which columns have a feature that varies. */
export function varyingColumns(encoding: Encoding): readonly number[] {
  const features = featuresOf(encoding.kinds);
  return [...new Set(varyingFeatures(encoding).map((j) => (features[j] as Feature).column))];
}

/** The columns that have one value throughout, and that value. */
export function constantColumns({ kinds, standardization: { mean, scale } }: Encoding) {
  return featuresOf(kinds).flatMap(({ of, column }, j) =>
    of === 'value' && scaleAt(scale, j) === 0 ? [{ column, value: scaleAt(mean, j) }] : [],
  );
}

/** Whether points are encoded with noise, so that each encoding is another. */
export function isNoisy({ kinds }: Encoding): boolean {
  return featuresOf(kinds).some(({ step, kind }) => step > 0 || kind.missing);
}

/**
 * The moments of the features, with the noise that they get. An image keeps its constant pixels, where its
 * networks want them.
 * @param points [n, columns]
 * @throws FileError if all is constant, so that there is nothing to learn
 */
export function standardizationOf(
  points: Tensor,
  kinds: readonly ColumnKind[],
  { perFeature, isImage }: { readonly perFeature: boolean; readonly isImage: boolean },
): Standardization {
  const values = flat(toNDArray(points));
  const moments =
    kinds.every(isPlain) || !perFeature
      ? plainMoments(values, perFeature ? kinds.length : 1)
      : featuresOf(kinds).map((feature) => momentsOf(feature, values, kinds.length));
  if (moments.every(({ deviation }) => deviation === 0))
    throw new FileError('all points are the same, so there is nothing to learn');
  return {
    mean: moments.map(({ mean }) => mean),
    scale: moments.map(({ deviation }) => (isImage ? deviation || 1 : deviation)),
  };
}

function plainMoments(values: TypedArray, width: number) {
  const { mean, deviation } = columnMoments(values, width);
  return Array.from(mean, (value, j) => ({ mean: value, deviation: deviation[j] as number }));
}

/** Uniform noise of width w has the variance w²/12. */
function momentsOf(feature: Feature, values: TypedArray, width: number) {
  const known: number[] = [];
  for (let at = feature.column; at < values.length; at += width) {
    const y = unbounded(feature, rawValue(feature, values[at] as number, 0.5));
    if (!Number.isNaN(y)) known.push(y);
  }
  const [{ mean, deviation }] = plainMoments(Float64Array.from(known), 1) as [Moment];
  const noise = isBounded(feature) ? 0 : feature.step / Math.sqrt(12);
  return { mean, deviation: deviation === 0 ? 0 : Math.hypot(deviation, noise) };
}

interface Moment {
  readonly mean: number;
  readonly deviation: number;
}

/** Whether a column is its own only feature, as it stands. */
export function isPlain({ kind, bounds, missing }: ColumnKind): boolean {
  return kind === 'number' && bounds === undefined && missing === undefined;
}

/**
 * Encodes points, [n, columns]. The noise comes from the key. For codes with gaps between them, and for
 * missing values, p is a probability. With its volume, log p of the features is a lower bound of its
 * logarithm, on average over the noise.
 *
 * Codes with gaps become densities by uniform noise u (dequantisation, Theis et al. 2016):
 * log P(k) = log ∫ p(k + u) du ≥ E[log p(k + u)], by Jensen. A missing value becomes normal noise z:
 * log P(missing) ≥ E[log p(z, missing) − log N(z; 0, 1)].
 */
export function encode({ kinds, standardization }: Encoding, points: Tensor, key: random.Key): EncodedPoints {
  const [count = 0] = points.shape;
  const { mean, scale } = standardization;
  const all = featuresOf(kinds);
  const varying = varyingFeatures({ kinds, standardization });
  const values = flat(toNDArray(points));
  const constant = varying.map((j) => Math.log((all[j]?.step || 1) / scaleAt(scale, j)));
  const noise = isNoisy({ kinds, standardization }) ? noiseFor(key, [count, varying.length]) : undefined;
  const result = new Float32Array(count * varying.length);
  const logVolume = new Float64Array(count);
  for (let i = 0, at = 0; i < count; i++) {
    for (const [k, j] of varying.entries()) {
      const feature = all[j] as Feature;
      const x = rawValue(
        feature,
        values[i * kinds.length + feature.column] as number,
        noise?.uniform[at] ?? 0.5,
      );
      const isMissing = Number.isNaN(x);
      const z = isMissing
        ? (noise?.normal[at] as number)
        : (unbounded(feature, x) - scaleAt(mean, j)) / scaleAt(scale, j);
      const gained = isMissing
        ? (z ** 2 + Math.log(2 * Math.PI)) / 2
        : logSlope(feature, x) + (constant[k] as number);
      logVolume[i] = (logVolume[i] as number) + gained;
      result[at++] = z;
    }
  }
  return { features: fromNDArray(wrap(result, [count, varying.length])), logVolume };
}

function noiseFor(key: random.Key, shape: [number, number]) {
  const [uniformKey, normalKey] = random.split(key);
  const draw = (x: Tensor) => x.toTypedArray();
  return {
    uniform: draw(random.uniform(uniformKey, shape, { dtype: 'float64' })),
    normal: draw(random.normal(normalKey, shape, { dtype: 'float64' })),
  };
}

/** A feature before its bounds and scale: with u from 0 to 1 in place of its noise. */
function rawValue({ of, word, step }: Feature, code: number, u: number): number {
  if (of === 'value') return step === 0 ? code : code + step * (u - 0.5);
  return (of === 'word' ? Number(code === word) : Number(Number.isNaN(code))) + (u - 0.5);
}

/** What bounds keep free at each end, where the logit is infinite. */
const margin = 1e-3;

/** Where the noisy value of a bounded column lies: half a step beyond its bounds. */
function rangeOf({ kind, step }: Feature): readonly [low: number, width: number] {
  const [low, high] = kind.bounds as readonly [number, number];
  return [low - step / 2, high - low + step];
}

/** The share of the range, from `margin` to 1 − `margin`. */
function shareOf(feature: Feature, x: number): number {
  const [low, width] = rangeOf(feature);
  return margin + ((1 - 2 * margin) * (x - low)) / width;
}

/** The logit of a bounded value, which has no bounds (Dinh et al. 2017, section 4.1). */
function unbounded(feature: Feature, x: number): number {
  if (!isBounded(feature)) return x;
  const share = shareOf(feature, x);
  return Math.log(share) - Math.log1p(-share);
}

/** The logarithm of its derivative: of the logit 1/(s·(1 − s)), and of the share (1 − 2·margin)/width. */
function logSlope(feature: Feature, x: number): number {
  if (!isBounded(feature)) return 0;
  const share = shareOf(feature, x);
  return Math.log((1 - 2 * margin) / rangeOf(feature)[1]) - Math.log(share) - Math.log1p(-share);
}

function isBounded({ of, kind }: Feature): boolean {
  return of === 'value' && kind.bounds !== undefined;
}

/**
 * From the model's features, [n, features], to all features on the scale of the data, [n, total], in
 * operations, so that it can be traced. It is float32 where that keeps the digits.
 */
export function restored({ kinds, standardization }: Encoding, z: Tensor): Tensor {
  const { mean, scale } = standardization;
  const dtype = needsDouble({ kinds, standardization }) ? 'float64' : 'float32';
  const row = (list: readonly number[]) =>
    tensor(list.length === 1 ? (list[0] as number) : [...list], { dtype });
  const x = add(multiply(cast(allFeatures(scale, z), dtype), row(scale)), row(mean));
  const features = featuresOf(kinds).map((feature, j) => ({
    feature,
    inside: isBounded(feature) && scaleAt(scale, j) > 0,
  }));
  if (!features.some(({ inside }) => inside)) return x;
  const ranges = features.map(({ feature, inside }) => (inside ? rangeOf(feature) : ([0, 1] as const)));
  const share = sigmoid(x)
    .subtract(margin)
    .divide(1 - 2 * margin);
  const bounded = add(
    multiply(clip(share, 0, 1), row(ranges.map(([, width]) => width))),
    row(ranges.map(([low]) => low)),
  );
  return where(
    tensor(
      features.map(({ inside }) => inside),
      { dtype: 'bool' },
    ),
    bounded,
    x,
  );
}

/**
 * The codes of restored features, [n, columns]: whole numbers rounded, the most likely words, all in their
 * bounds, and NaN for what is missing.
 */
export function decoded(kinds: readonly ColumnKind[], x: Tensor): Tensor {
  if (kinds.every(isPlain)) return x;
  const features = featuresOf(kinds);
  const values = flat(toNDArray(x));
  const count = x.shape[0] as number;
  const codes = allocate(count * kinds.length, x.dtype);
  const starts = kinds.map((_, j) => features.findIndex(({ column }) => column === j));
  for (let i = 0; i < count; i++) {
    for (const [j, kind] of kinds.entries()) {
      const at = i * features.length + (starts[j] as number);
      codes[i * kinds.length + j] = codeOf(kind, values, at);
    }
  }
  return fromNDArray(wrap(codes, [count, kinds.length]));
}

function codeOf(kind: ColumnKind, values: TypedArray, at: number): number {
  if (kind.kind === 'category') {
    const words = values.subarray(at, at + (kind.words as readonly string[]).length);
    const word = words.indexOf(Math.max(...words));
    return word < 0 ? Number.NaN : word;
  }
  return kind.missing && (values[at + 1] as number) > 0.5
    ? Number.NaN
    : nearestCode(kind, values[at] as number);
}

/** Each constant feature stands in as some other, since its scale is 0. */
function allFeatures(scale: readonly number[], z: Tensor): Tensor {
  if (scale.every((value) => value !== 0)) return z;
  let feature = 0;
  const places = scale.map((value) => (value === 0 ? 0 : feature++));
  return gather(z, tensor(places, { dtype: 'int32' }), { axis: 1 });
}

/**
 * Whether float32 would lose digits that tell points apart, or a constant's own, or the numbers themselves,
 * or steps between them.
 */
function needsDouble({ kinds, standardization: { mean, scale } }: Encoding): boolean {
  return featuresOf(kinds).some((feature, j) => {
    const [centre, spread] = [scaleAt(mean, j), scaleAt(scale, j)];
    if (spread === 0) return Math.fround(centre) !== centre;
    // Rounded to float32, a bound is not within the bounds.
    if (isBounded(feature)) return true;
    const [largest, smallest] = [Math.abs(centre) + 100 * spread, spread / 1000];
    const isCoarse = feature.step > 0 && (largest / feature.step > 2 ** 22 || feature.step < 1);
    return Math.abs(centre) > 1000 * spread || largest > 1e38 || smallest < 1e-37 || isCoarse;
  });
}

/** Of a list with one number for all features, or one for each. */
function scaleAt(list: readonly number[], j: number): number {
  return list[list.length === 1 ? 0 : j] as number;
}
