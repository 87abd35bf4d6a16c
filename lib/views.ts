/** Other ways to look at the same data. Only `reshape` copies, and only where no view exists. */
import { flat, isRowMajor, type NDArray, requireArray, view, wrap } from './array.ts';
import { ArgumentError, ShapeError } from './errors.ts';
import {
  broadcastShapes,
  checkShape,
  formatShape,
  normalizeAxis,
  requireList,
  rowMajorStrides,
  type Shape,
  sameShape,
  sizeOf,
} from './shape.ts';

/**
 * Axis i of the result is axis `axes[i]` of the array. Throws an `ArgumentError` unless `axes` is a
 * permutation.
 *
 * @example
 * transpose(a, [1, 0]); // the transpose of a matrix
 */
export function transpose(a: NDArray, axes: readonly number[]): NDArray {
  requireArray('transpose', a);
  requireList('transpose', axes);
  const rank = a.shape.length;
  const order = axes.map((axis) => normalizeAxis('transpose', axis, rank));
  if (new Set(order).size !== rank) {
    throw new ArgumentError(
      `transpose: wanted a permutation of the ${rank} axes of shape ${formatShape(a.shape)}, got ${formatShape(axes)}`,
    );
  }
  const shape = order.map((axis) => a.shape[axis] as number);
  const strides = order.map((axis) => a.stride[axis] as number);
  return view(a.data, shape, strides, a.offset);
}

/**
 * The array repeated along new axes and along axes of length 1, by numpy's rules. The view repeats by a
 * stride of 0. Throws a `ShapeError` if the array does not stretch to the shape.
 *
 * @example broadcastTo(wrap(Float32Array.of(1, 2), [2]), [3, 2]);
 */
export function broadcastTo(a: NDArray, shape: Shape): NDArray {
  requireArray('broadcastTo', a);
  checkShape('broadcastTo', shape);
  if (sameShape(a.shape, shape)) return a;
  if (!sameShape(broadcastShapes('broadcastTo', a.shape, shape), shape)) {
    throw new ShapeError(
      `broadcastTo: the shape ${formatShape(a.shape)} does not stretch to ${formatShape(shape)}`,
    );
  }
  const shift = shape.length - a.shape.length;
  const strides = shape.map((_, axis) =>
    axis < shift || a.shape[axis - shift] === 1 ? 0 : (a.stride[axis - shift] as number),
  );
  return view(a.data, shape, strides, a.offset);
}

/**
 * The same values in row-major order under another shape: a view if the values lie in that order, otherwise a
 * copy. Throws a `ShapeError` unless the number of elements stays.
 *
 * @example reshape(wrap(Float32Array.of(1, 2, 3, 4), [4]), [2, 2]);
 */
export function reshape(a: NDArray, shape: Shape): NDArray {
  requireArray('reshape', a);
  checkShape('reshape', shape);
  if (sameShape(a.shape, shape)) return a;
  if (sizeOf(a.shape) !== sizeOf(shape)) {
    throw new ShapeError(
      `reshape: the shape ${formatShape(a.shape)} has ${sizeOf(a.shape)} elements, ${formatShape(shape)} has ${sizeOf(shape)}`,
    );
  }
  return isRowMajor(a) ? view(a.data, shape, rowMajorStrides(shape), a.offset) : wrap(flat(a), shape);
}

/**
 * A view of the elements at start, start + step, … before stop, along each axis. Here −1 does not mean the
 * last index: with a negative step, a stop of −1 means "down to index 0". Throws an `ArgumentError` if an
 * index does not exist.
 *
 * @example
 * slice(a, [1, 3], [4, -1], [2, -1]); // a[1:4:2, 3::-1]
 */
export function slice(
  a: NDArray,
  starts: readonly number[],
  stops: readonly number[],
  steps: readonly number[],
): NDArray {
  requireArray('slice', a);
  const shape = sliceShape(a.shape, starts, stops, steps);
  let offset = a.offset;
  const strides = shape.map((length, axis) => {
    const stride = a.stride[axis] as number;
    if (length > 0) offset += (starts[axis] as number) * stride;
    return stride * (steps[axis] as number);
  });
  return view(a.data, shape, strides, offset);
}

/** The shape of a slice. Throws an `ArgumentError` if the slice reads an index that does not exist. */
export function sliceShape(
  shape: Shape,
  starts: readonly number[],
  stops: readonly number[],
  steps: readonly number[],
): Shape {
  for (const list of [shape, starts, stops, steps]) requireList('slice', list);
  if (starts.length !== shape.length || stops.length !== shape.length || steps.length !== shape.length) {
    throw new ArgumentError(
      `slice: wanted a start, a stop and a step for each axis of the shape ${formatShape(shape)}`,
    );
  }
  return shape.map((length, axis) => {
    const [start, stop, step] = [starts[axis] as number, stops[axis] as number, steps[axis] as number];
    const count = Math.max(0, Math.ceil((stop - start) / step));
    const exists = (index: number) => Number.isInteger(index) && index >= 0 && index < length;
    if (!Number.isInteger(count) || (count > 0 && !(exists(start) && exists(start + (count - 1) * step)))) {
      throw new ArgumentError(
        `slice: ${start}:${stop}:${step} leaves axis ${axis} of the shape ${formatShape(shape)}`,
      );
    }
    return count;
  });
}
