/**
 * Every reduction sees its array as a row-major one of shape [before, length, after], and works along the
 * middle axis. If its axes do not lie side by side, `reduceAxes` first moves them to the end, by a copy.
 */
import { dtypeOf, flat, type NDArray, requireArray, wrap } from '../array.ts';
import { allocate, type DType, type TypedArray } from '../dtype.ts';
import { ArgumentError } from '../errors.ts';
import { formatShape, normalizeAxes, normalizeAxis, reducedShape, type Shape, sizeOf } from '../shape.ts';
import { transpose } from '../views.ts';

/** The number of elements before, along, and after the axes of a reduction. */
export interface Folded {
  readonly before: number;
  readonly length: number;
  readonly after: number;
}

/** Reduces x, of shape [before, length, after], into y, of shape [before, after]. */
export type ReductionLoop = (x: TypedArray, y: TypedArray, folded: Folded) => void;

/** Reduces over some axes (in any order, negative from the end) by a loop over the folded array. */
export function reduceAxes(
  operation: string,
  a: NDArray,
  axes: readonly number[],
  keepDims: boolean,
  loop: ReductionLoop,
  emptyResult: 'isFine' | 'isAnError',
): NDArray {
  requireArray(operation, a);
  const list = normalizeAxes(operation, axes, a.shape.length);
  const [first = 0] = list;
  const areAdjacent = list.every((axis, i) => axis === first + i);
  const ordered = areAdjacent ? a : bringToEnd(a, list);
  const folded = fold(ordered.shape, areAdjacent ? first : a.shape.length - list.length, list.length);
  if (folded.length === 0 && emptyResult === 'isAnError') throw emptyError(operation, a.shape);
  const y = allocate(folded.before * folded.after, dtypeOf(a));
  loop(flat(ordered), y, folded);
  return wrap(y, reducedShape(a.shape, list, keepDims));
}

/** Reduces over one axis to an array of another dtype. Throws an ArgumentError for an axis of length 0. */
export function reduceAxis(
  operation: string,
  a: NDArray,
  axis: number,
  result: DType,
  loop: ReductionLoop,
): NDArray {
  requireArray(operation, a);
  const only = normalizeAxis(operation, axis, a.shape.length);
  const folded = fold(a.shape, only, 1);
  if (folded.length === 0) throw emptyError(operation, a.shape);
  const y = allocate(folded.before * folded.after, result);
  loop(flat(a), y, folded);
  return wrap(y, reducedShape(a.shape, [only], false));
}

/** With `count` axes, from `first` on, as the middle one. */
export function fold(shape: Shape, first: number, count: number): Folded {
  const end = first + count;
  return {
    before: sizeOf(shape.slice(0, first)),
    length: sizeOf(shape.slice(first, end)),
    after: sizeOf(shape.slice(end)),
  };
}

function bringToEnd(a: NDArray, axes: readonly number[]): NDArray {
  const kept = a.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return transpose(a, [...kept, ...axes]);
}

function emptyError(operation: string, shape: Shape): ArgumentError {
  return new ArgumentError(
    `${operation}: there is nothing to take it of along an axis of length 0, in shape ${formatShape(shape)}`,
  );
}
