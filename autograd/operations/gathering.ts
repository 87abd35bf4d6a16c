/**
 * `gather` looks rows up by index, and `scatterAdd` is its transpose. Both primitives work on the first axis;
 * for another axis, `gather` moves it there first (a view).
 */
import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { plain, toTensor } from '../core/plain.ts';
import { definePrimitive, eachInput, none, type Primitive } from '../core/primitive.ts';
import type { ArrayType, PartialCotangent, Tensor } from '../core/tensor.ts';
import { add } from './addition.ts';
import { multiply } from './arithmetic.ts';
import { broadcastTo } from './broadcasting.ts';
import { cast } from './cast.ts';
import { greaterEqual, less, logicalAnd } from './comparisons.ts';
import { concatenate } from './joining.ts';
import { requireCount } from './operands.ts';
import { moveAxis, reshape, transpose } from './reshaping.ts';
import { where } from './selection.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    gather: None;
    scatterAdd: { readonly length: number };
  }
}

const gatherPrimitive: Primitive<'gather'> = definePrimitive({
  name: 'gather',
  shape([x, indices]) {
    const [source, places] = [x as ArrayType, indices as ArrayType];
    requireIndices('gather', places);
    return [{ shape: [...places.shape, ...source.shape.slice(1)], dtype: source.dtype }];
  },
  evaluate: ([x, indices]) => [lib.gather(x as lib.NDArray, indices as lib.NDArray, 0)],
  forward: ([t], at) => [t ? rows(t, at.input(1)) : null],
  reverse: eachInput((input) =>
    input === 1
      ? null
      : {
          needs: { inputs: [1] },
          pull: ([values], at): Rows | null => {
            if (!values) return null;
            const place = { indices: at.input(1), type: at.inputType(0) };
            return { values, place, addUp: addRows };
          },
        },
  ),
  batch(inputs, [sourceBatched, indicesBatched], size) {
    const [x, indices] = inputs as [Tensor, Tensor];
    if (!sourceBatched) return [rows(x, indices)];
    if (!indicesBatched) return [moveAxis(rows(moveAxis(x, 0, 1), indices), indices.rank, 0)];
    const [length = 0, ...row] = x.shape.slice(1);
    const found = rows(reshape(x, [size * length, ...row]), flatPlaces('gather', indices, length));
    return [reshape(found, [...indices.shape, ...row])];
  },
});

const scatterPrimitive: Primitive<'scatterAdd'> = definePrimitive({
  name: 'scatterAdd',
  shape([updates, indices], { length }) {
    const [values, places] = [updates as ArrayType, indices as ArrayType];
    requireIndices('scatterAdd', places);
    if (!lib.sameShape(values.shape.slice(0, places.shape.length), places.shape)) {
      throw new lib.ShapeError(
        `scatterAdd: wanted a row for each index, got values ${lib.formatShape(values.shape)} ` +
          `for indices ${lib.formatShape(places.shape)}`,
      );
    }
    return [{ shape: [length, ...values.shape.slice(places.shape.length)], dtype: values.dtype }];
  },
  evaluate([updates, indices], { length }) {
    const [values, places] = [updates as lib.NDArray, indices as lib.NDArray];
    return [lib.scatterAdd([length, ...values.shape.slice(places.shape.length)], places, values, 0)];
  },
  forward: ([t], at) => [t ? scatterAdd(t, at.input(1), at.params.length) : null],
  reverse: eachInput((input) =>
    input === 1 ? null : { needs: { inputs: [1] }, pull: ([w], at) => (w ? rows(w, at.input(1)) : null) },
  ),
  batch(inputs, [updatesBatched, indicesBatched], size, { length }) {
    const [updates, indices] = inputs as [Tensor, Tensor];
    if (!indicesBatched)
      return [moveAxis(scatterAdd(moveAxis(updates, 0, indices.rank), indices, length), 1, 0)];
    const values = updatesBatched ? updates : broadcastTo(updates, [size, ...updates.shape]);
    const row = values.shape.slice(indices.rank);
    const places = flatPlaces('scatterAdd', indices, length);
    const sums = scatterAdd(reshape(values, [...places.shape, ...row]), places, size * length);
    return [reshape(sums, [size, length, ...row])];
  },
});

/** The axis along which to look up; by default the first. */
export interface GatherOptions {
  readonly axis?: number;
}

/**
 * The entries of x at the given indices along an axis (numpy's `take`). In the result's shape, the indices'
 * shape replaces that axis. If x is a table of rows, this is an embedding lookup. Negative indices count from
 * the end. A list of whole numbers is a tensor of indices, too.
 *
 * @throws ArgumentError for an index out of bounds, DTypeError unless the indices are int32.
 * @example gather(tensor([[1, 2], [3, 4]]), [1, 1, 0]); // [[3, 4], [3, 4], [1, 2]]
 */
export function gather(x: Tensor, indices: Tensor | readonly number[], options: GatherOptions = {}): Tensor {
  const given = lib.completeOptions('gather', { axis: 0 }, options);
  const source = toTensor('gather', x);
  const places = Array.isArray(indices)
    ? plain(lib.fromNested('gather', indices, 'int32'))
    : toTensor('gather', indices as Tensor);
  const axis = lib.normalizeAxis('gather', given.axis, source.rank);
  if (axis === 0) return rows(source, places);
  const found = rows(moveAxis(source, axis, 0), places);
  const order = range(found.rank);
  return transpose(found, [
    ...order.slice(places.rank, places.rank + axis),
    ...order.slice(0, places.rank),
    ...order.slice(places.rank + axis),
  ]);
}

/**
 * Zeros of shape [length, ...] to which each row of `updates` is added at its index; the transpose of
 * `gather`. `updates` has the indices' shape, followed by that of a row.
 * @throws ArgumentError for an index out of bounds, ShapeError unless there is a row for each index,
 * DTypeError unless the indices are int32.
 * @example scatterAdd(tensor([1, 2, 3]), tensor([0, 2, 0], { dtype: 'int32' }), 3); // [4, 0, 2]
 */
export function scatterAdd(updates: Tensor, indices: Tensor, length: number): Tensor {
  const inputs = [toTensor('scatterAdd', updates), toTensor('scatterAdd', indices)];
  return applyOne(scatterPrimitive, inputs, { length: requireCount('scatterAdd', 'length', length) });
}

/**
 * Turns indices into single rows of the given length, [rows, ...], into indices into all rows laid end to
 * end, [rows, count]. A negative index counts from the end of its row. An index outside its row is an
 * ArgumentError; where there are no values to look at, it becomes one outside all rows, so that the lookup
 * throws.
 */
export function flatPlaces(operation: string, indices: Tensor, length: number): Tensor {
  if (indices.hasValues) lib.requireIndices(operation, indices.plainArray(operation), length);
  const [count = 0, ...each] = indices.shape;
  const places = reshape(cast(indices, 'float64'), [count, lib.sizeOf(each)]);
  const counted = where(less(places, 0), add(places, length), places);
  const starts = reshape(multiply(plain(lib.arange(0, count, 1, 'float64')), length), [count, 1]);
  const isInside = logicalAnd(greaterEqual(counted, 0), less(counted, length));
  return cast(where(isInside, add(counted, starts), count * length), 'int32');
}

type Rows = PartialCotangent<{ readonly indices: Tensor; readonly type: ArrayType }>;

/** The cotangent of a table in which rows were looked up. */
function addRows(parts: readonly Rows[]): Tensor {
  const [first] = parts as readonly [Rows];
  const [length = 0, ...row] = first.place.type.shape;
  if (parts.length === 1) return scatterAdd(first.values, first.place.indices, length);
  const indices = parts.map(({ place }) => reshape(place.indices, [place.indices.size]));
  const values = parts.map((part) => reshape(part.values, [part.place.indices.size, ...row]));
  return scatterAdd(concatenate(values), concatenate(indices), length);
}

function rows(x: Tensor, indices: Tensor): Tensor {
  return applyOne(gatherPrimitive, [x, indices], none);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

function requireIndices(operation: string, indices: ArrayType): void {
  if (indices.dtype !== 'int32') {
    throw new lib.DTypeError(`${operation}: wanted int32 indices, got ${indices.dtype}; cast them first`);
  }
}
