/** What the metrics and couplings accept. They read points of any dtype as rows of float64 numbers. */
import { Tensor, toNDArray } from '../autograd/index.ts';
import {
  ArgumentError,
  cast,
  DTypeError,
  describe,
  dtypeOf,
  flat,
  formatShape,
  type NDArray,
  ShapeError,
} from '../lib/index.ts';

/** n points of dimension d as an array or tensor of shape [n, d]. */
export type Points = Tensor | NDArray;

/** n class labels 0, 1, 2 … as an int32 or uint32 array or tensor of shape [n]. */
export type Labels = Tensor | NDArray;

/** Points in row-major float64: coordinate j of point i is `data[i·dimension + j]`. */
export interface PointSet {
  readonly data: Float64Array;
  readonly count: number;
  readonly dimension: number;
}

export function arrayOf(value: Points | Labels): NDArray {
  return value instanceof Tensor ? toNDArray(value) : value;
}

export function pointSet(operation: string, points: Points): PointSet {
  const array = arrayOf(points);
  if (!Array.isArray(array?.shape)) {
    throw new ArgumentError(
      `${operation}: wanted points as a tensor of shape [n, d], got ${describe(points)}`,
    );
  }
  const [count, dimension] = array.shape;
  if (array.shape.length !== 2 || !count || !dimension) {
    throw new ShapeError(`${operation}: wanted points of shape [n, d], got ${formatShape(array.shape)}`);
  }
  return { data: flat(cast(array, 'float64')) as Float64Array, count, dimension };
}

export function sameDimension(operation: string, x: PointSet, y: PointSet): number {
  if (x.dimension === y.dimension) return x.dimension;
  throw new ShapeError(`${operation}: wanted points of one dimension, got ${x.dimension} and ${y.dimension}`);
}

/**
 * The labels of `count` points. Throws a DTypeError for a dtype that is no integer, a ShapeError for more or
 * fewer labels, an ArgumentError for a negative one.
 */
export function labelArray(operation: string, labels: Labels, count?: number): Int32Array {
  const array = arrayOf(labels);
  if (!Array.isArray(array?.shape))
    throw new ArgumentError(`${operation}: wanted labels as a tensor of shape [n], got ${describe(labels)}`);
  const dtype = dtypeOf(array);
  if (dtype !== 'int32' && dtype !== 'uint32') {
    throw new DTypeError(`${operation}: wanted int32 or uint32 labels, got ${dtype}`);
  }
  if (array.shape.length !== 1 || (count !== undefined && array.shape[0] !== count)) {
    throw new ShapeError(
      `${operation}: wanted labels of shape [${count ?? 'n'}], got ${formatShape(array.shape)}`,
    );
  }
  const values = flat(cast(array, 'int32')) as Int32Array;
  const negative = values.find((label) => label < 0);
  if (negative !== undefined) throw new ArgumentError(`${operation}: wanted labels ≥ 0, got ${negative}`);
  return values;
}
