/** What can be said of places without the program around them. */
import { isRowMajor, type NDArray, view } from '../array.ts';
import { allocate, type DType } from '../dtype.ts';
import type { Matrix } from '../matmul/kernel.ts';
import { layoutOf } from '../matmul/operands.ts';
import { type Shape, sizeOf } from '../shape.ts';
import { bytesOf } from './memory.ts';
import type { Place } from './program.ts';

/** Whether the place's elements lie in row-major order without gaps. */
export function isInOrder({ shape, strides, offset, dtype }: Place): boolean {
  return isRowMajor(view(allocate(0, dtype), shape, strides, offset));
}

/**
 * The length of a row in memory. Rows that are a multiple of 1024 bytes apart compete for the same few places
 * in the first-level cache, when a product reads across them.
 */
export function spreadRow(width: number, dtype: DType): number {
  const bytes = bytesOf[dtype];
  return (width * bytes) % 1024 === 0 ? width + 64 / bytes : width;
}

/**
 * The strides of a place whose axes are folded to [before, length, after], with `after` (or else `length`)
 * side by side; null if they cannot be folded.
 */
export function foldedStrides(
  { shape, strides }: Place,
  first: number,
  count: number,
): readonly [before: number, length: number] | null {
  const group = (from: number, to: number) => foldedStride(shape.slice(from, to), strides.slice(from, to));
  const [before, length, after] = [
    group(0, first),
    group(first, first + count),
    group(first + count, shape.length),
  ];
  if (before === null || length === null || after === null) return null;
  const hasAfter = sizeOf(shape.slice(first + count)) > 1;
  const isSideBySide = hasAfter
    ? after === 1
    : length === 1 || sizeOf(shape.slice(first, first + count)) === 1;
  return isSideBySide ? [before, length] : null;
}

/** The stride of axes that lie in memory as if they were one; 0 for a single element. */
function foldedStride(shape: Shape, strides: readonly number[]): number | null {
  const longer = shape.flatMap((length, axis) => (length === 1 ? [] : [axis]));
  for (const [i, axis] of longer.entries()) {
    const next = longer[i + 1];
    if (next === undefined) return strides[axis] as number;
    if ((strides[axis] as number) !== (strides[next] as number) * (shape[next] as number)) return null;
  }
  return 0;
}

/** The place that a view of another one has; null if the change needs a copy. */
export function changedPlace(
  { shape, offset, strides, ...rest }: Place,
  length: number,
  change: (array: NDArray) => NDArray,
): Place | null {
  const data = allocate(length, rest.dtype);
  const changed = change(view(data, shape, strides, offset));
  if (changed.data.buffer !== data.buffer) return null;
  const skipped = changed.data.byteOffset / data.BYTES_PER_ELEMENT;
  return {
    ...rest,
    shape: changed.shape.slice(),
    offset: changed.offset + skipped,
    strides: changed.stride.slice(),
  };
}

/** The first matrix of a place, for the choice of a method. */
export function matrixOf({ strides }: Pick<Place, 'strides'>): Matrix {
  const [rowStride, columnStride] = strides.slice(-2) as [number, number];
  return { data: new Float32Array(0), offset: 0, rowStride, columnStride };
}

/** Whether the elements of a column lie side by side, for the choice of a method. */
export function isByColumn({ shape, strides }: Pick<Place, 'shape' | 'strides'>): boolean {
  if (shape.length < 2) return false;
  const [rows, columns] = shape.slice(-2) as [number, number];
  return layoutOf(matrixOf({ strides }), rows, columns).isByColumn;
}

/** The strides that a view of an array has; those of a row-major array where the change copies. */
export function changedStrides(
  { shape, strides, dtype }: Pick<Place, 'shape' | 'strides' | 'dtype'>,
  change: (array: NDArray) => NDArray,
): readonly number[] {
  return change(view(allocate(0, dtype), shape, strides, 0)).stride.slice();
}

/**
 * The entry along the first axis that a step of a repetition has: the first one at the first step, or the
 * last.
 */
export function entryOf({ shape, strides, offset, ...rest }: Place, reverse: boolean): Place {
  const [length = 0, ...entry] = shape;
  const [stride = 0, ...within] = strides;
  return {
    ...rest,
    shape: entry,
    strides: within,
    offset: reverse ? offset + (length - 1) * stride : offset,
    perStep: reverse ? -stride : stride,
  };
}

/** The transposed matrices. */
export function swapped(place: Place): Place {
  return { ...place, shape: swapLast(place.shape), strides: swapLast(place.strides) };
}

/** The list with its last two numbers swapped. */
export function swapLast(list: readonly number[]): readonly number[] {
  return [...list.slice(0, -2), list.at(-1) as number, list.at(-2) as number];
}
