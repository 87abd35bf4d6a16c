/** Joins arrays, and takes elements by index; with the linear transposes of gather and slice. */
import { assign, dtypeOf, flat, type NDArray, requireArray, wrap } from './array.ts';
import { copyRun } from './copy-run.ts';
import { full } from './create.ts';
import { allocate, type TypedArray } from './dtype.ts';
import { add } from './elementwise/index.ts';
import { ArgumentError, DTypeError, ShapeError } from './errors.ts';
import { requireDType } from './requirements.ts';
import {
  checkShape,
  formatShape,
  normalizeAxis,
  requireList,
  type Shape,
  sameShape,
  sizeOf,
} from './shape.ts';
import { slice } from './views.ts';

/**
 * Joins arrays one after another along an axis.
 *
 * @throws ArgumentError without an array; DTypeError unless the dtypes are equal; ShapeError unless the
 * lengths of all other axes are equal.
 * @example
 * concatenate([a, b], 0);
 */
export function concatenate(arrays: readonly NDArray[], axis: number): NDArray {
  requireList('concatenate', arrays);
  for (const a of arrays) requireArray('concatenate', a);
  const [first] = arrays;
  if (first === undefined) throw new ArgumentError('concatenate: wanted at least one array, got none');
  const along = normalizeAxis('concatenate', axis, first.shape.length);
  for (const a of arrays) checkFits(first, a, along);
  const total = arrays.reduce((length, a) => length + (a.shape[along] as number), 0);
  const result = full(first.shape.with(along, total), 0, dtypeOf(first));
  const origin = first.shape.map(() => 0);
  const ones = first.shape.map(() => 1);
  let offset = 0;
  for (const a of arrays) {
    assign(partOf('concatenate', result, a, origin.with(along, offset), ones), a);
    offset += a.shape[along] as number;
  }
  return result;
}

/**
 * The elements at `indices` (int32) along an axis, as numpy's `take`. In the shape of the result, the axes of
 * `indices` replace that axis of `a`. Negative indices count from the end.
 *
 * @throws ArgumentError for an index that does not exist; DTypeError for indices of another dtype.
 * @example
 * gather(a, wrap(new Int32Array([2, 0, 2]), [3]), 0); // rows 2, 0 and 2
 */
export function gather(a: NDArray, indices: NDArray, axis: number): NDArray {
  requireArray('gather', a);
  const along = normalizeAxis('gather', axis, a.shape.length);
  const length = a.shape[along] as number;
  const list = requireIndices('gather', indices, length);
  const [before, after] = [sizeOf(a.shape.slice(0, along)), sizeOf(a.shape.slice(along + 1))];
  const result = allocate(before * list.length * after, dtypeOf(a));
  const source = flat(a);
  list.forEach((index, i) => {
    for (let j = 0; j < before; j++) {
      copyRun(result, (j * list.length + i) * after, source, (j * length + index) * after, after);
    }
  });
  return wrap(result, [...a.shape.slice(0, along), ...indices.shape, ...a.shape.slice(along + 1)]);
}

/**
 * The transpose of `gather`: an array of `shape`, with `updates` added to zeros at `indices` (int32) along an
 * axis. `updates` has the shape that `gather` would give. If an index repeats, its updates add up, in float64
 * and in order.
 *
 * @throws ShapeError, DTypeError, or ArgumentError for an index that does not exist.
 * @example scatterAdd([3], wrap(Int32Array.of(2, 2), [2]), wrap(Float32Array.of(1, 5), [2]), 0); // 0 0 6
 */
export function scatterAdd(shape: Shape, indices: NDArray, updates: NDArray, axis: number): NDArray {
  checkShape('scatterAdd', shape);
  requireArray('scatterAdd', indices);
  requireDType('scatterAdd', updates, 'numbers');
  const along = normalizeAxis('scatterAdd', axis, shape.length);
  const wanted = [...shape.slice(0, along), ...indices.shape, ...shape.slice(along + 1)];
  if (!sameShape(updates.shape, wanted)) {
    throw new ShapeError(
      `scatterAdd: wanted updates of shape ${formatShape(wanted)}, got ${formatShape(updates.shape)}`,
    );
  }
  const length = shape[along] as number;
  const list = requireIndices('scatterAdd', indices, length);
  const [before, after] = [sizeOf(shape.slice(0, along)), sizeOf(shape.slice(along + 1))];
  const sums = allocate(sizeOf(shape), 'float64', 'scatterAdd') as Float64Array;
  const source = flat(updates);
  for (let i = 0; i < before; i++) {
    list.forEach((index, j) => {
      addRow(sums, (i * length + index) * after, source, (i * list.length + j) * after, after);
    });
  }
  const result = allocate(sums.length, dtypeOf(updates));
  result.set(sums);
  return wrap(result, shape);
}

/** Where a part lies in a whole: along each axis from `starts`, `steps` (≠ 0) apart. */
export interface Placement {
  readonly starts: readonly number[];
  readonly steps: readonly number[];
}

/**
 * The transpose of slices: zeros of `shape`, to which each part is added where its slice would read. Throws a
 * `ShapeError` if a part does not fit there.
 *
 * @example embed([wrap(Float32Array.of(1, 2), [2])], [4], [{ starts: [0], steps: [2] }]); // 1 0 2 0
 */
export function embed(parts: readonly NDArray[], shape: Shape, placements: readonly Placement[]): NDArray {
  requireList('embed', parts);
  requireList('embed', placements);
  for (const part of parts) requireArray('embed', part);
  const [first] = parts;
  if (first === undefined) throw new ArgumentError('embed: wanted at least one array, got none');
  const result = full(shape, 0, dtypeOf(first), 'embed');
  parts.forEach((part, i) => {
    const { starts, steps } = (placements[i] ?? {}) as Placement;
    requireList('embed', starts);
    requireList('embed', steps);
    const target = partOf('embed', result, part, starts, steps);
    assign(target, parts.length === 1 ? part : add(target, part));
  });
  return result;
}

/** The strided slice of an unfinished result that has the shape of `a`. */
function partOf(
  operation: string,
  result: NDArray,
  a: NDArray,
  starts: readonly number[],
  steps: readonly number[],
): NDArray {
  const stops = a.shape.map((count, axis) => (starts[axis] as number) + count * (steps[axis] as number));
  const target = slice(result, starts, stops, steps);
  if (!sameShape(target.shape, a.shape)) {
    throw new ShapeError(
      `${operation}: the shape ${formatShape(a.shape)} does not fit into ${formatShape(result.shape)} there`,
    );
  }
  return target;
}

function addRow(to: Float64Array, target: number, from: TypedArray, source: number, width: number): void {
  for (let j = 0; j < width; j++) to[target + j] = (to[target + j] as number) + (from[source + j] as number);
}

function checkFits(first: NDArray, a: NDArray, along: number): void {
  if (dtypeOf(a) !== dtypeOf(first)) {
    throw new DTypeError(`concatenate: wanted equal dtypes, got ${dtypeOf(first)} and ${dtypeOf(a)}`);
  }
  const fits =
    a.shape.length === first.shape.length &&
    a.shape.every((n, axis) => axis === along || n === first.shape[axis]);
  if (fits) return;
  throw new ShapeError(
    `concatenate: the shapes ${formatShape(first.shape)} and ${formatShape(a.shape)} differ beside axis ${along}`,
  );
}

/**
 * The indices, counted from the start. Throws an `ArgumentError` for one that does not exist, else a
 * `DTypeError`.
 */
export function requireIndices(operation: string, indices: NDArray, length: number): Int32Array {
  requireArray(operation, indices);
  const data = flat(indices);
  if (!(data instanceof Int32Array)) {
    throw new DTypeError(`${operation}: wanted int32 indices, got ${dtypeOf(indices)}; cast them first`);
  }
  return data.map((index) => {
    if (index >= -length && index < length) return index < 0 ? index + length : index;
    throw new ArgumentError(`${operation}: there is no index ${index} along an axis of length ${length}`);
  });
}
