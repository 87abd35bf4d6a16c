/** Between the scale of the data and that of the model, in float64 however large or small the units are. */
import {
  add,
  cast,
  fromNDArray,
  gather,
  multiply,
  type Tensor,
  tensor,
  toNDArray,
} from '../../../autograd/index.ts';
import { flat, wrap } from '../../../lib/index.ts';
import { columnMoments } from '../../data/standardize.ts';
import { FileError } from '../../files/index.ts';
import type { DataSet } from './data-source.ts';

/**
 * The model knows the points as (x − mean) / scale: one number for all columns, or one for each. A column of
 * scale 0 is constant: the model does not know it, and it comes back as its mean.
 */
export interface Standardization {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
}

/**
 * The moments of the data. An image keeps its constant pixels, where its networks want them.
 * @throws FileError if all is constant, so that there is nothing to learn
 */
export function standardizationOf({ points, image }: DataSet, perFeature: boolean): Standardization {
  const { mean, deviation } = columnMoments(
    flat(toNDArray(points)),
    perFeature ? (points.shape[1] as number) : 1,
  );
  if (deviation.every((value) => value === 0))
    throw new FileError('all points are the same, so there is nothing to learn');
  return { mean: [...mean], scale: Array.from(deviation, (value) => (image ? value || 1 : value)) };
}

/** Which of the columns vary: what the model's features are. */
export function varyingColumns({ scale }: Standardization, columns: number): readonly number[] {
  return [...Array(columns).keys()].filter((j) => scaleAt(scale, j) !== 0);
}

/** x, [n, columns], as the model knows it: [n, features], float32. */
export function standardizedBy({ mean, scale }: Standardization, x: Tensor): Tensor {
  const [count = 0, width = 0] = x.shape;
  const features = varyingColumns({ mean, scale }, width);
  const values = flat(toNDArray(x));
  const result = new Float32Array(count * features.length);
  for (let i = 0, at = 0; i < count; i++) {
    for (const j of features) {
      const value = values[i * width + j] as number;
      result[at++] = (value - scaleAt(mean, j)) / scaleAt(scale, j);
    }
  }
  return fromNDArray(wrap(result, [count, features.length]));
}

/**
 * The inverse, in operations, so that it can be traced: [n, columns] from [n, features]. It is float32 where
 * that keeps the digits.
 */
export function restoredBy(standardization: Standardization, z: Tensor): Tensor {
  const { mean, scale } = standardization;
  const dtype = needsDouble(standardization) ? 'float64' : 'float32';
  const row = (list: readonly number[]) =>
    tensor(list.length === 1 ? (list[0] as number) : [...list], { dtype });
  return add(multiply(cast(allColumns(scale, z), dtype), row(scale)), row(mean));
}

/** log |dz/dx|, negated: what a log density loses from the model's scale to the data's. */
export function logScale({ scale }: Standardization, columns: number): number {
  const logs = scale.filter((value) => value !== 0).map(Math.log);
  return logs.reduce((sum, value) => sum + value, 0) * (scale.length === 1 ? columns : 1);
}

/** Each constant column stands in as some other, since its scale is 0. */
function allColumns(scale: readonly number[], z: Tensor): Tensor {
  if (scale.every((value) => value !== 0)) return z;
  let feature = 0;
  const places = scale.map((value) => (value === 0 ? 0 : feature++));
  return gather(z, tensor(places, { dtype: 'int32' }), { axis: 1 });
}

/**
 * Whether float32 would lose digits that tell points apart, or a constant's own, or the numbers themselves.
 */
function needsDouble({ mean, scale }: Standardization): boolean {
  return mean.some((centre, j) => {
    const spread = scaleAt(scale, j);
    if (spread === 0) return Math.fround(centre) !== centre;
    const [largest, smallest] = [Math.abs(centre) + 100 * spread, spread / 1000];
    return Math.abs(centre) > 1000 * spread || largest > 1e38 || smallest < 1e-37;
  });
}

/** Of a list with one number for all columns, or one for each. */
function scaleAt(list: readonly number[], j: number): number {
  return list[list.length === 1 ? 0 : j] as number;
}
