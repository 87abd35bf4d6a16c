/**
 * The array of this library: an ndarray of scijs, or an array with the same face where ndarray may not make
 * code from text.
 *
 * No function of this room writes into an argument. A result is a fresh contiguous array, or a view where the
 * docstring says so.
 */
import ndarray, { type NdArray } from 'ndarray';
import { allocate, type DType, dtypeOfData, type TypedArray } from './dtype.ts';
import { ArgumentError, describe, ShapeError } from './errors.ts';
import loadOps from './ndarray/load-ops.cjs';
import { mayMakeCode } from './ndarray/may-make-code.ts';
import { assignStrided, stridedArray } from './ndarray/strided-array.ts';
import { checkShape, formatShape, requireList, type Shape, sizeOf } from './shape.ts';

/** An n-d array of scijs `ndarray`: a typed array seen through a shape, strides and an offset. */
export type NDArray = NdArray<TypedArray>;

const newArray = mayMakeCode ? ndarray : stridedArray;
const assignAny = mayMakeCode
  ? (target: NDArray, source: NDArray) => loadOps().assign(target, source)
  : assignStrided;

/** Throws an ArgumentError unless `a` is an array: JavaScript callers have no types to stop them. */
export function requireArray(operation: string, a: NDArray): void {
  if (Array.isArray(a?.shape) && a.data !== undefined) return;
  throw new ArgumentError(`${operation}: wanted an NDArray, got ${describe(a)}`);
}

function requireData(operation: string, data: TypedArray): void {
  if (!ArrayBuffer.isView(data))
    throw new ArgumentError(`${operation}: wanted a typed array, got ${describe(data)}`);
}

/** The element type of an array. Its typed array decides it. */
export function dtypeOf(a: NDArray): DType {
  requireArray('dtypeOf', a);
  return dtypeOfData(a.data);
}

/**
 * A row-major array that shares `data`. Throws a `ShapeError` if the shape needs another number of elements.
 * @example wrap(Float32Array.of(1, 2, 3, 4), [2, 2]);
 */
export function wrap(data: TypedArray, shape: Shape): NDArray {
  checkShape('wrap', shape);
  requireData('wrap', data);
  if (data.length !== sizeOf(shape)) {
    throw new ShapeError(
      `wrap: the shape ${formatShape(shape)} needs ${sizeOf(shape)} elements, got ${data.length}`,
    );
  }
  return newArray(data, shape as number[]);
}

/** Any view of `data`: the element at (i, j, …) is `data[offset + i·strides[0] + j·strides[1] + …]`. */
export function view(data: TypedArray, shape: Shape, strides: readonly number[], offset: number): NDArray {
  requireList('view', shape);
  requireList('view', strides);
  requireData('view', data);
  return newArray(data, shape as number[], strides as number[], offset);
}

/** Whether the elements lie in row-major order without gaps (at any offset of the data). */
export function isRowMajor(a: NDArray): boolean {
  requireArray('isRowMajor', a);
  let stride = 1;
  for (let axis = a.shape.length - 1; axis >= 0; axis--) {
    const length = a.shape[axis] as number;
    if (length === 0) return true;
    if (length !== 1 && a.stride[axis] !== stride) return false;
    stride *= length;
  }
  return true;
}

/** Whether the array is the whole of its data in row-major order. */
export function isContiguous(a: NDArray): boolean {
  requireArray('isContiguous', a);
  return a.offset === 0 && a.data.length === sizeOf(a.shape) && isRowMajor(a);
}

/** The same values as a contiguous array. Returns the array itself if it is one. */
export function contiguous(a: NDArray): NDArray {
  requireArray('contiguous', a);
  return isContiguous(a) ? a : wrap(flat(a), a.shape);
}

/** The values in row-major order. The array may share them, so do not write to them. */
export function flat(a: NDArray): TypedArray {
  requireArray('flat', a);
  const size = sizeOf(a.shape);
  if (isRowMajor(a)) return size === a.data.length ? a.data : a.data.subarray(a.offset, a.offset + size);
  return copy(a).data;
}

/** A fresh contiguous array of the same values. */
export function copy(a: NDArray): NDArray {
  requireArray('copy', a);
  return convert(a, dtypeOf(a));
}

/**
 * The same values in another dtype. Returns the array itself if it has that dtype already.
 *
 * A float32 is the nearest one to a float64. An int32 or uint32 is the number truncated towards zero, modulo
 * 2³²; NaN and ±∞ become 0. A bool is `x ≠ 0`, and as a number it is 0 or 1.
 *
 * @example cast(wrap(Float64Array.of(1.7, -1.7), [2]), 'int32'); // 1 -1
 */
export function cast(a: NDArray, dtype: DType): NDArray {
  requireArray('cast', a);
  const from = dtypeOf(a);
  if (from === dtype) return a;
  if (from !== 'bool' && dtype !== 'bool') return convert(a, dtype, 'cast');
  const source = flat(a);
  const result = allocate(source.length, dtype);
  for (let i = 0; i < result.length; i++) result[i] = source[i] === 0 ? 0 : 1;
  return wrap(result, a.shape);
}

/** Copies an array into a view of the same shape. */
export function assign(target: NDArray, source: NDArray): void {
  if (isRowMajor(target)) flat(target).set(flat(source));
  else assignAny(target, source);
}

/** The only element of an array. Throws a `ShapeError` if the array has more elements, or none. */
export function scalarOf(a: NDArray): number {
  requireArray('scalarOf', a);
  if (sizeOf(a.shape) !== 1)
    throw new ShapeError(`scalarOf: wanted an array with one element, got shape ${formatShape(a.shape)}`);
  return a.data[a.offset] as number;
}

function convert(a: NDArray, dtype: DType, operation?: string): NDArray {
  const result = wrap(allocate(sizeOf(a.shape), dtype, operation), a.shape);
  if (isRowMajor(a)) result.data.set(flat(a));
  else assignAny(result, a);
  return result;
}
