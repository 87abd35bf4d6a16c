/** Shapes and axes: arithmetic on lists of lengths, without any data. */
import { ArgumentError, describe, ShapeError } from './errors.ts';

/** The lengths of an array along its axes; `[]` is a scalar. */
export type Shape = readonly number[];

/** Throws an ArgumentError unless `list` is one. */
export function requireList(operation: string, list: readonly unknown[]): void {
  if (!Array.isArray(list)) throw new ArgumentError(`${operation}: wanted a list, got ${describe(list)}`);
}

/** The number of elements. @example sizeOf([2, 3]); // 6 */
export function sizeOf(shape: Shape): number {
  requireList('sizeOf', shape);
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Whether two shapes are equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  requireList('sameShape', a);
  requireList('sameShape', b);
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** A shape as text. @example formatShape([2, 3]); // '[2, 3]' */
export function formatShape(shape: Shape): string {
  requireList('formatShape', shape);
  return `[${shape.join(', ')}]`;
}

/**
 * The common shape of several arrays by numpy's rules. The shapes align at their last axis; a length of 1, or
 * a missing axis, stretches to any other length. Throws a `ShapeError`, with all shapes, if two lengths
 * differ.
 *
 * @example
 * broadcastShapes('add', [4, 1], [3]); // [4, 3]
 */
export function broadcastShapes(operation: string, ...shapes: Shape[]): Shape {
  for (const shape of shapes) requireList(operation, shape);
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const shift = rank - shape.length;
    shape.forEach((length, i) => {
      if (length === 1) return;
      const known = result[shift + i];
      if (known !== 1 && known !== length) {
        throw new ShapeError(
          `${operation}: cannot broadcast the shapes ${shapes.map(formatShape).join(' and ')} together`,
        );
      }
      result[shift + i] = length;
    });
  }
  return result;
}

/**
 * The axis counted from the start. A negative axis counts from the end. Throws an `ArgumentError` if the axis
 * does not exist.
 * @example normalizeAxis('sum', -1, 3); // 2
 */
export function normalizeAxis(operation: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    const range = rank === 0 ? 'a scalar has no axes' : `wanted an integer from ${-rank} to ${rank - 1}`;
    throw new ArgumentError(`${operation}: there is no axis ${axis} in an array of rank ${rank}; ${range}`);
  }
  return axis < 0 ? axis + rank : axis;
}

/**
 * A sorted list of axes, counted from the start; all axes if `axes` is undefined.
 * Throws an `ArgumentError` if an axis does not exist, or if it is there twice.
 *
 * @example
 * normalizeAxes('sum', [-1, 0], 3); // [0, 2]
 */
export function normalizeAxes(
  operation: string,
  axes: number | readonly number[] | undefined,
  rank: number,
): readonly number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list = Array.isArray(axes) ? axes : [axes];
  const sorted = list.map((axis) => normalizeAxis(operation, axis, rank)).sort((a, b) => a - b);
  if (new Set(sorted).size !== sorted.length) {
    throw new ArgumentError(`${operation}: an axis is named twice in ${formatShape(list)} (rank ${rank})`);
  }
  return sorted;
}

/** The shape after reducing over `axes` (normalised). @example reducedShape([2, 3], [1], true); // [2, 1] */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  requireList('reducedShape', shape);
  requireList('reducedShape', axes);
  if (keepDims) return shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** The strides of a row-major array of this shape. @example rowMajorStrides([2, 3, 4]); // [12, 4, 1] */
export function rowMajorStrides(shape: Shape): number[] {
  requireList('rowMajorStrides', shape);
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}

/** Throws an `ArgumentError` unless every length is a non-negative integer. */
export function checkShape(operation: string, shape: Shape): void {
  if (!Array.isArray(shape)) {
    throw new ArgumentError(`${operation}: wanted a shape, a list such as [2, 3], got ${describe(shape)}`);
  }
  if (shape.every((length) => Number.isInteger(length) && length >= 0)) return;
  throw new ArgumentError(`${operation}: wanted a shape of non-negative integers, got ${formatShape(shape)}`);
}
