/** Windows that slide over arrays, with their values as rows for a matrix product, and the transpose. */
import { dtypeOf, flat, type NDArray, requireArray, wrap } from './array.ts';
import { copyRun } from './copy-run.ts';
import { allocate, type TypedArray } from './dtype.ts';
import { ArgumentError, ShapeError } from './errors.ts';
import { requireDType } from './requirements.ts';
import { formatShape, requireList, rowMajorStrides, type Shape, sameShape, sizeOf } from './shape.ts';

/**
 * What a window sees at each of its places in `a`: from [batch, ...spatial, channels] to
 * [batch, ...places, ...window, channels]. Along each axis, the window moves by that axis's stride, and it
 * stays inside the array. Throws a `ShapeError` if the window is larger than the array.
 *
 * @example
 * windows(a, [3, 3], [1, 1]); // [2, 8, 8, 5] → [2, 6, 6, 3, 3, 5]
 */
export function windows(a: NDArray, window: Shape, strides: readonly number[]): NDArray {
  requireArray('windows', a);
  const shape = windowsShape(a.shape, window, strides);
  const result = allocate(sizeOf(shape), dtypeOf(a));
  const source = flat(a);
  forEachRun(a.shape, window, strides, (from, to, length) => copyRun(result, to, source, from, length));
  return wrap(result, shape);
}

/**
 * The transpose of `windows`: adds each window to zeros of `shape`, at its place. Sums in float32 round once
 * for each window. Throws a `ShapeError` unless `w` has the shape of the windows, a `DTypeError` for masks.
 *
 * @example sumWindows(windows(a, [3, 3], [1, 1]), a.shape, [3, 3], [1, 1]);
 */
export function sumWindows(w: NDArray, shape: Shape, window: Shape, strides: readonly number[]): NDArray {
  requireDType('sumWindows', w, 'numbers');
  const wanted = windowsShape(shape, window, strides);
  if (!sameShape(w.shape, wanted)) {
    throw new ShapeError(`sumWindows: wanted windows ${formatShape(wanted)}, got ${formatShape(w.shape)}`);
  }
  const result = allocate(sizeOf(shape), dtypeOf(w));
  const source = flat(w);
  forEachRun(shape, window, strides, (to, from, length) => addRun(result, to, source, from, length));
  return wrap(result, shape);
}

/**
 * The shape that `windows` gives for an array of `shape`. Throws a `ShapeError` if the window is larger than
 * the array.
 */
export function windowsShape(shape: Shape, window: Shape, strides: readonly number[]): Shape {
  for (const list of [shape, window, strides]) requireList('windows', list);
  const spatial = shape.slice(1, -1);
  if (
    spatial.length !== window.length ||
    window.some((size, axis) => !(size >= 1 && size <= (spatial[axis] as number)))
  ) {
    throw new ShapeError(
      `windows: a window ${formatShape(window)} does not fit into the axes ${formatShape(spatial)} of ${formatShape(shape)}`,
    );
  }
  if (!window.every((_, axis) => (strides[axis] as number) >= 1))
    throw new ArgumentError(`windows: wanted a stride ≥ 1 for each axis, got ${formatShape(strides)}`);
  const places = spatial.map((length, axis) =>
    Math.floor((length - (window[axis] as number)) / (strides[axis] as number) + 1),
  );
  return [shape[0] as number, ...places, ...window, shape.at(-1) as number];
}

/**
 * Calls `visit` for each run of numbers that lie side by side both in the array and in its windows. Such a
 * run goes along the window's last axis and the channels.
 */
function forEachRun(
  shape: Shape,
  window: Shape,
  strides: readonly number[],
  visit: (inArray: number, inWindows: number, length: number) => void,
): void {
  const steps = rowMajorStrides(shape).slice(1, -1);
  const places = windowsShape(shape, window, strides).slice(1, 1 + window.length);
  const starts = offsets(
    places,
    steps.map((step, axis) => step * (strides[axis] as number)),
  );
  const rows = offsets(window.slice(0, -1), steps);
  const length = (window.at(-1) as number) * (shape.at(-1) as number);
  const sample = sizeOf(shape.slice(1));
  let inWindows = 0;
  for (let first = 0; first < sizeOf(shape); first += sample) {
    for (const start of starts) {
      for (const row of rows) {
        visit(first + start + row, inWindows, length);
        inWindows += length;
      }
    }
  }
}

/** The offsets of the entries of an array of some shape and strides, in row-major order. */
function offsets(shape: Shape, strides: readonly number[]): Int32Array {
  const list = shape.reduce<number[]>(
    (found, length, axis) =>
      found.flatMap((offset) => Array.from({ length }, (_, i) => offset + i * (strides[axis] as number))),
    [0],
  );
  return Int32Array.from(list);
}

function addRun(to: TypedArray, target: number, from: TypedArray, source: number, length: number): void {
  for (let i = 0; i < length; i++) to[target + i] = (to[target + i] as number) + (from[source + i] as number);
}
