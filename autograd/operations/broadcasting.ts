/** The only two primitives that know about broadcasting. Each is the other's transpose. */
import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { toTensor } from '../core/plain.ts';
import type { Tensor, TensorLike } from '../core/tensor.ts';
import { linear } from './linear.ts';
import { reshape } from './reshaping.ts';

interface TargetShape {
  readonly shape: lib.Shape;
}

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    broadcastTo: TargetShape;
    sumTo: TargetShape;
  }
}

const broadcastPrimitive = linear('broadcastTo', {
  shape(x, { shape }) {
    requireBroadcastable('broadcastTo', x.shape, shape);
    return { shape, dtype: x.dtype };
  },
  evaluate: (x, { shape }) => lib.broadcastTo(x, shape),
  transpose: (w, _, input) => sumTo(w, input.shape),
  batch: (x, { shape }, size) => broadcastTo(alignRank(x, shape.length + 1), [size, ...shape]),
});

const sumPrimitive = linear('sumTo', {
  shape(x, { shape }) {
    requireBroadcastable('sumTo', shape, x.shape);
    if (!lib.isFloating(x.dtype))
      throw new lib.DTypeError(`sumTo: wanted float32 or float64, got ${x.dtype}; cast it first`);
    return { shape, dtype: x.dtype };
  },
  evaluate: (x, { shape }) => lib.reshape(lib.sum(x, broadcastAxes(shape, x.shape), true), shape),
  transpose: (w, _, input) => broadcastTo(w, input.shape),
  batch: (x, { shape }, size) => {
    const kept = [size, ...new Array<number>(x.rank - 1 - shape.length).fill(1), ...shape];
    return reshape(sumTo(x, kept), [size, ...shape]);
  },
});

/**
 * x repeated along new leading axes and along its axes of length 1 (numpy's rules): a view.
 * @throws ShapeError if x's shape does not broadcast to `shape`.
 * @example broadcastTo(tensor([1, 2]), [3, 2]);
 */
export function broadcastTo(x: TensorLike, shape: lib.Shape): Tensor {
  const input = toTensor('broadcastTo', x);
  lib.checkShape('broadcastTo', shape);
  return lib.sameShape(input.shape, shape) ? input : applyOne(broadcastPrimitive, [input], { shape });
}

/**
 * The transpose of `broadcastTo`: x summed over the axes along which `shape` is repeated to become x's shape.
 * @throws ShapeError if `shape` does not broadcast to x's; DTypeError unless x is floating-point.
 * @example sumTo(ones([3, 2]), [2]); // [3, 3]
 */
export function sumTo(x: Tensor, shape: lib.Shape): Tensor {
  const input = toTensor('sumTo', x);
  lib.checkShape('sumTo', shape);
  return lib.sameShape(input.shape, shape) ? input : applyOne(sumPrimitive, [input], { shape });
}

/** The axes of `to` along which an array of shape `from` is repeated. */
export function broadcastAxes(from: lib.Shape, to: lib.Shape): readonly number[] {
  const missing = to.length - from.length;
  return to.flatMap((length, axis) => (axis < missing || from[axis - missing] !== length ? [axis] : []));
}

function requireBroadcastable(operation: string, from: lib.Shape, to: lib.Shape): void {
  const missing = to.length - from.length;
  if (missing >= 0 && from.every((length, axis) => length === 1 || length === to[axis + missing])) return;
  throw new lib.ShapeError(
    `${operation}: cannot broadcast ${lib.formatShape(from)} to ${lib.formatShape(to)}`,
  );
}

/** Inserts axes of length 1 after the batch axis, so that broadcasting keeps the batch axis in front. */
function alignRank(x: Tensor, rank: number): Tensor {
  const [size = 1, ...rest] = x.shape;
  return reshape(x, [size, ...new Array<number>(rank - x.rank).fill(1), ...rest]);
}
