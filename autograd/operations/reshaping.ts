/** Operations that move values without changing them: linear, and most of them views. */
import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { toTensor } from '../core/plain.ts';
import type { Tensor, TensorLike } from '../core/tensor.ts';
import { linear } from './linear.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    reshape: { readonly shape: lib.Shape };
    transpose: { readonly axes: readonly number[] };
  }
}

const reshapePrimitive = linear('reshape', {
  shape(x, { shape }) {
    if (lib.sizeOf(shape) !== lib.sizeOf(x.shape)) {
      throw new lib.ShapeError(
        `reshape: cannot turn ${lib.formatShape(x.shape)} (${lib.sizeOf(x.shape)} elements) ` +
          `into ${lib.formatShape(shape)} (${lib.sizeOf(shape)} elements)`,
      );
    }
    return { shape, dtype: x.dtype };
  },
  evaluate: (x, { shape }) => lib.reshape(x, shape),
  transpose: (w, _, input) => reshape(w, input.shape),
  batch: (x, { shape }, size) => reshape(x, [size, ...shape]),
});

/**
 * The same values in row-major order under another shape. One length may be −1: the others determine it.
 * @throws ShapeError unless the new shape has as many elements; ArgumentError for a length that is no length.
 * @example reshape(arange(0, 6), [2, -1]).shape; // [2, 3]
 */
export function reshape(x: TensorLike, shape: lib.Shape): Tensor {
  const input = toTensor('reshape', x);
  const resolved = resolveShape(input.shape, shape);
  return lib.sameShape(input.shape, resolved)
    ? input
    : applyOne(reshapePrimitive, [input], { shape: resolved });
}

const transposePrimitive = linear('transpose', {
  shape: (x, { axes }) => ({ shape: axes.map((axis) => x.shape[axis] as number), dtype: x.dtype }),
  evaluate: (x, { axes }) => lib.transpose(x, axes),
  transpose: (w, { axes }) => transpose(w, inversePermutation(axes)),
  batch: (x, { axes }) => transpose(x, [0, ...axes.map((axis) => axis + 1)]),
});

/**
 * The axes in another order (by default reversed); a view.
 * @example transpose(zeros([2, 3, 4]), [2, 0, 1]).shape; // [4, 2, 3]
 */
export function transpose(x: TensorLike, axes?: readonly number[]): Tensor {
  const input = toTensor('transpose', x);
  const { rank } = input;
  if (axes !== undefined && !Array.isArray(axes))
    throw new lib.ArgumentError(
      `transpose: wanted the axes as a list, such as [1, 0], got ${lib.describe(axes)}`,
    );
  const order = axes ?? input.shape.map((_, axis) => rank - 1 - axis);
  const resolved = order.map((axis) => lib.normalizeAxis('transpose', axis, rank));
  if (resolved.length !== rank || new Set(resolved).size !== rank) {
    throw new lib.ArgumentError(`transpose: wanted each of the ${rank} axes once, got [${order.join(', ')}]`);
  }
  return resolved.every((axis, i) => axis === i)
    ? input
    : applyOne(transposePrimitive, [input], { axes: resolved });
}

/**
 * The last two axes exchanged: a batch of matrices, each transposed.
 * @example swapLastAxes(zeros([5, 2, 3])).shape; // [5, 3, 2]
 */
export function swapLastAxes(source: Tensor): Tensor {
  const x = toTensor('swapLastAxes', source);
  lib.normalizeAxis('swapLastAxes', 1, x.rank);
  const axes = x.shape.map((_, axis) => axis);
  return transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

/**
 * One axis moved to another place, the others in their order.
 * @example moveAxis(zeros([2, 3, 4]), 0, 2).shape; // [3, 4, 2]
 */
export function moveAxis(source: Tensor, from: number, to: number): Tensor {
  const x = toTensor('moveAxis', source);
  const moved = lib.normalizeAxis('moveAxis', from, x.rank);
  const order = x.shape.map((_, axis) => axis).filter((axis) => axis !== moved);
  order.splice(lib.normalizeAxis('moveAxis', to, x.rank), 0, moved);
  return transpose(x, order);
}

/**
 * A new axis of length 1 at the given place.
 * @example expandDims(zeros([3]), 1).shape; // [3, 1]
 */
export function expandDims(x: TensorLike, axis: number): Tensor {
  const input = toTensor('expandDims', x);
  const place = lib.normalizeAxis('expandDims', axis, input.rank + 1);
  return reshape(input, [...input.shape.slice(0, place), 1, ...input.shape.slice(place)]);
}

/**
 * x without the given axis, or axes, of length 1 (by default all of them).
 * @throws ShapeError if a given axis has another length.
 * @example squeeze(zeros([1, 3, 1])).shape; // [3]
 */
export function squeeze(source: Tensor, axes?: number | readonly number[]): Tensor {
  const x = toTensor('squeeze', source);
  const dropped =
    axes === undefined
      ? x.shape.flatMap((length, axis) => (length === 1 ? [axis] : []))
      : lib.normalizeAxes('squeeze', axes, x.rank);
  const long = dropped.find((axis) => x.shape[axis] !== 1);
  if (long !== undefined) {
    throw new lib.ShapeError(
      `squeeze: axis ${long} of ${lib.formatShape(x.shape)} has length ${x.shape[long]}, wanted 1`,
    );
  }
  return reshape(
    x,
    x.shape.filter((_, axis) => !dropped.includes(axis)),
  );
}

function resolveShape(from: lib.Shape, to: lib.Shape): lib.Shape {
  if (!Array.isArray(to))
    throw new lib.ArgumentError(`reshape: wanted a shape, a list such as [2, -1], got ${String(to)}`);
  const open = to.indexOf(-1);
  const valid = to.every((length, axis) => axis === open || (Number.isInteger(length) && length >= 0));
  if (!valid)
    throw new lib.ArgumentError(`reshape: wanted lengths ≥ 0 and at most one −1, got ${lib.formatShape(to)}`);
  if (open === -1) return to;
  const known = lib.sizeOf(to.filter((_, axis) => axis !== open));
  const rest = lib.sizeOf(from) / known;
  if (!Number.isInteger(rest)) {
    throw new lib.ShapeError(`reshape: cannot turn ${lib.formatShape(from)} into ${lib.formatShape(to)}`);
  }
  return to.map((length, axis) => (axis === open ? rest : length));
}

function inversePermutation(axes: readonly number[]): readonly number[] {
  return axes.map((_, axis) => axes.indexOf(axis));
}
