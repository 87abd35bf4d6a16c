import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { definePrimitive, type Primitive } from '../core/primitive.ts';
import type { ArrayType, Tensor, TensorLike } from '../core/tensor.ts';
import { batchAll, promoteOperands, zerosOf } from './operands.ts';
import { expandDims } from './reshaping.ts';
import { type AxisSlice, slice } from './slicing.ts';

/** The axis along which tensors are joined, and the inputs' lengths along it. */
interface Join {
  readonly axis: number;
  readonly lengths: readonly number[];
}

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    concatenate: Join;
  }
}

const concatenatePrimitive: Primitive<'concatenate'> = definePrimitive({
  name: 'concatenate',
  shape(inputs, { axis, lengths }) {
    const { shape, dtype } = inputs[0] as ArrayType;
    const others = (s: lib.Shape) => s.filter((_, i) => i !== axis);
    if (
      !inputs.every((x) => x.shape.length === shape.length && lib.sameShape(others(x.shape), others(shape)))
    ) {
      const shapes = inputs.map((x) => lib.formatShape(x.shape)).join(', ');
      throw new lib.ShapeError(`concatenate: shapes must agree except along axis ${axis}, got ${shapes}`);
    }
    const total = lengths.reduce((a, b) => a + b, 0);
    return [{ shape: shape.map((length, i) => (i === axis ? total : length)), dtype }];
  },
  evaluate: (inputs, { axis }) => [lib.concatenate(inputs, axis)],
  forward: (tangents, at) => [
    applyOne(
      concatenatePrimitive,
      tangents.map((t, i) => t ?? zerosOf(at.inputType(i))),
      at.params,
    ),
  ],
  reverse: {
    needs: () => ({}),
    pull([w], { params: { axis, lengths } }, wanted) {
      if (!w) return [];
      let end = 0;
      return lengths.map((length, input) => {
        const part: AxisSlice = [end, end + length];
        end += length;
        if (!wanted[input]) return null;
        return slice(
          w,
          w.shape.map((_, i) => (i === axis ? part : null)),
        );
      });
    },
  },
  batch: (inputs, batched, size, { axis, lengths }) => [
    applyOne(concatenatePrimitive, batchAll(inputs, batched, size), { axis: axis + 1, lengths }),
  ],
});

/**
 * Tensors joined along an existing axis (by default the first). Mixed float32 and float64 give float64.
 * @throws ShapeError unless the other axes agree, ArgumentError for an empty list.
 * @example concatenate([tensor([1, 2]), tensor([3])]); // [1, 2, 3]
 */
export function concatenate(parts: readonly TensorLike[], axis = 0): Tensor {
  const tensors = joinable('concatenate', parts);
  const place = lib.normalizeAxis('concatenate', axis, (tensors[0] as Tensor).rank);
  return applyOne(concatenatePrimitive, tensors, {
    axis: place,
    lengths: tensors.map((x) => x.shape[place] ?? 0),
  });
}

/**
 * Tensors of one shape joined along a new axis (by default the first).
 * @throws ShapeError unless the shapes are equal, ArgumentError for an empty list.
 * @example stack([tensor([1, 2]), tensor([3, 4])]).shape; // [2, 2]
 */
export function stack(parts: readonly TensorLike[], axis = 0): Tensor {
  const tensors = joinable('stack', parts);
  const first = tensors[0] as Tensor;
  const other = tensors.find((x) => !lib.sameShape(x.shape, first.shape));
  if (other) {
    throw new lib.ShapeError(
      `stack: wanted equal shapes, got ${lib.formatShape(first.shape)} and ${lib.formatShape(other.shape)}`,
    );
  }
  const place = lib.normalizeAxis('stack', axis, first.rank + 1);
  return concatenate(
    tensors.map((x) => expandDims(x, place)),
    place,
  );
}

function joinable(operation: string, parts: readonly TensorLike[]): readonly Tensor[] {
  if (!Array.isArray(parts))
    throw new lib.ArgumentError(`${operation}: wanted a list, got ${lib.describe(parts)}`);
  if (parts.length === 0) throw new lib.ArgumentError(`${operation}: wanted at least one tensor, got none`);
  return promoteOperands(operation, parts);
}
