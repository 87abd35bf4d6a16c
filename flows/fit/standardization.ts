/** Between the columns of the data, in float64, and the features that a network learns. */
import { fromNDArray, type Tensor, toNDArray } from '../../autograd/index.ts';
import { allocate, flat, wrap } from '../../lib/index.ts';
import { columnMoments } from '../data/standardize.ts';
import type { PointSet } from '../points.ts';
import type { EncodedPoints } from './generating.ts';

/**
 * The network knows a column as (x − mean) / scale, each column by its own. It does not know a column of
 * scale 0, which is constant and comes back as its mean.
 */
export interface Standardization {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
}

/** The moments of each column; or those of all numbers together, which keep the geometry. */
export function standardizationOf({ data, dimension }: PointSet, perFeature: boolean): Standardization {
  const { mean, deviation } = columnMoments(data, perFeature ? dimension : 1);
  const forEach = (list: Float64Array) =>
    Array.from({ length: dimension }, (_, j) => list[perFeature ? j : 0] as number);
  return { mean: forEach(mean), scale: forEach(deviation) };
}

/** How many columns vary: the features of the network. */
export function featureCount({ scale }: Standardization): number {
  return scale.filter((value) => value !== 0).length;
}

/**
 * The features of points, and log |dz/dx|. Points where a constant column has another value have the density
 * 0.
 */
export function encodePoints({ mean, scale }: Standardization, points: PointSet): EncodedPoints {
  const varying = [...scale.keys()].filter((j) => scale[j] !== 0);
  const constant = [...scale.keys()].filter((j) => scale[j] === 0);
  const { data, count, dimension } = points;
  const features = new Float32Array(count * varying.length);
  const volume = -varying.reduce((sum, j) => sum + Math.log(scale[j] as number), 0);
  const logVolume = new Float64Array(count).fill(volume);
  for (let i = 0, at = 0; i < count; i++) {
    const row = data.subarray(i * dimension, (i + 1) * dimension);
    for (const j of varying)
      features[at++] = ((row[j] as number) - (mean[j] as number)) / (scale[j] as number);
    if (constant.some((j) => row[j] !== mean[j])) logVolume[i] = Number.NEGATIVE_INFINITY;
  }
  return { features: fromNDArray(wrap(features, [count, varying.length])), logVolume };
}

/** Points from features: scale·z + mean, computed in float64. */
export function restorePoints(
  { mean, scale }: Standardization,
  features: Tensor,
  dtype: 'float32' | 'float64',
): Tensor {
  const values = flat(toNDArray(features));
  const [count = 0] = features.shape;
  const points = allocate(count * scale.length, dtype);
  for (let at = 0, next = 0; at < points.length; at++) {
    const j = at % scale.length;
    const z = scale[j] === 0 ? 0 : (values[next++] as number);
    points[at] = z * (scale[j] as number) + (mean[j] as number);
  }
  return fromNDArray(wrap(points, [count, scale.length]));
}
