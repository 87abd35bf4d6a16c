/**
 * Helpers of the factorisations. Each factorisation works on batches of small matrices, one after the other,
 * in double precision.
 */
import { dtypeOf, flat, type NDArray, wrap } from '../array.ts';
import { allocate } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { formatShape, type Shape, sizeOf } from '../shape.ts';

/** The number n of rows of matrices [..., n, n]. Throws a `ShapeError` if they are not square. */
export function requireSquare(operation: string, shape: Shape): number {
  const [rows, columns] = [shape.at(-2), shape.at(-1)];
  if (rows === undefined || rows !== columns) {
    throw new ShapeError(
      `${operation}: wanted square matrices in the last two axes, got shape ${formatShape(shape)}`,
    );
  }
  return rows;
}

/** A copy of the values in row-major order, as doubles. The caller may write to it. */
export function doubles(a: NDArray): Float64Array {
  const values = allocate(sizeOf(a.shape), 'float64') as Float64Array;
  values.set(flat(a));
  return values;
}

/** The matrices of an array [..., rows, columns], one after the other, each a part of its values. */
export function matricesOf(values: Float64Array, shape: Shape): readonly Float64Array[] {
  const size = sizeOf(shape.slice(-2));
  return Array.from({ length: sizeOf(shape.slice(0, -2)) }, (_, i) =>
    values.subarray(i * size, (i + 1) * size),
  );
}

/** The doubles as an array of the given shape, in the dtype of `like`. */
export function inDTypeOf(like: NDArray, values: Float64Array, shape: Shape): NDArray {
  const data = allocate(values.length, dtypeOf(like));
  data.set(values);
  return wrap(data, shape);
}
