/** Looking rows up by index, and its transpose. Both work on the first axis; `gather` brings another one there (a view). */
import * as lib from '../../lib/index.ts';
import { toTensor } from '../core/plain.ts';
import { applyOne, definePrimitive, type None, none, type Primitive } from '../core/primitive.ts';
import type { ArrayType, Tensor } from '../core/tensor.ts';
import { broadcastTo } from './broadcasting.ts';
import { stack } from './joining.ts';
import { moveAxis, transpose } from './reshaping.ts';
import { slice } from './slicing.ts';

const gatherPrimitive: Primitive<None> = definePrimitive<None>({
  name: 'gather',
  shape([x, indices]) {
    const [source, places] = [x as ArrayType, indices as ArrayType];
    requireIndices('gather', places);
    return [{ shape: [...places.shape, ...source.shape.slice(1)], dtype: source.dtype }];
  },
  evaluate: ([x, indices]) => [lib.gather(x as lib.NDArray, indices as lib.NDArray, 0)],
  forward: ([t], at) => [t ? rows(t, at.input(1)) : null],
  reverse: (input) =>
    input === 1
      ? null
      : {
          needs: { inputs: [1] },
          pull: ([w], at) => (w ? scatterAdd(w, at.input(1), at.inputType(0).shape[0] as number) : null),
        },
  batch(inputs, [sourceBatched, indicesBatched], size) {
    const [x, indices] = inputs as [Tensor, Tensor];
    if (!sourceBatched) return [rows(x, indices)];
    if (!indicesBatched) return [moveAxis(rows(moveAxis(x, 0, 1), indices), indices.rank, 0)];
    return [stack(range(size).map((i) => rows(slice(x, [i]), slice(indices, [i]))))];
  },
});

const scatterPrimitive: Primitive<{ readonly length: number }> = definePrimitive({
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
  reverse: (input) =>
    input === 1 ? null : { needs: { inputs: [1] }, pull: ([w], at) => (w ? rows(w, at.input(1)) : null) },
  batch(inputs, [updatesBatched, indicesBatched], size, { length }) {
    const [updates, indices] = inputs as [Tensor, Tensor];
    if (!indicesBatched) return [moveAxis(scatterAdd(moveAxis(updates, 0, indices.rank), indices, length), 1, 0)];
    const values = updatesBatched ? updates : broadcastTo(updates, [size, ...updates.shape]);
    return [stack(range(size).map((i) => scatterAdd(slice(values, [i]), slice(indices, [i]), length)))];
  },
});

/** The axis along which to look up; by default the first. */
export interface GatherOptions {
  readonly axis?: number;
}

/**
 * The entries of x at the given indices along an axis, which the indices' shape replaces (numpy's `take`):
 * an embedding lookup when x is a table of rows. Negative indices count from the end.
 *
 * @throws ArgumentError for an index out of bounds, DTypeError unless the indices are int32.
 * @example gather(tensor([[1, 2], [3, 4]]), tensor([1, 1, 0], { dtype: 'int32' })); // [[3, 4], [3, 4], [1, 2]]
 */
export function gather(x: Tensor, indices: Tensor, options: GatherOptions = {}): Tensor {
  lib.checkOptions('gather', options, ['axis']);
  const [source, places] = [toTensor('gather', x), toTensor('gather', indices)];
  const axis = lib.normalizeAxis('gather', options.axis ?? 0, source.rank);
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
 * Zeros of shape [length, ...] to which each row of `updates` is added at its index; the transpose of `gather`.
 * @example scatterAdd(tensor([1, 2, 3]), tensor([0, 2, 0], { dtype: 'int32' }), 3); // [4, 0, 2]
 */
export function scatterAdd(updates: Tensor, indices: Tensor, length: number): Tensor {
  return applyOne(scatterPrimitive, [updates, indices], { length });
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
