/**
 * Positions of the largest and smallest entries, and sorting. Positions are constants for every derivative.
 * `sort` looks its values up by position, so it is differentiable.
 */
import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { toFloating, toTensor } from '../core/plain.ts';
import { definePrimitive, type Primitive } from '../core/primitive.ts';
import type { ArrayType, Tensor, TensorLike } from '../core/tensor.ts';
import { flatPlaces, gather } from './gathering.ts';
import { moveAxis, reshape } from './reshaping.ts';

/** The axis along which to look; by default the last. */
export interface AxisOptions {
  readonly axis?: number;
}

interface AxisParams {
  readonly axis: number;
}

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    argmax: AxisParams;
    argmin: AxisParams;
    argsort: AxisParams;
  }
}

type PositionName = 'argmax' | 'argmin' | 'argsort';

const argmaxPrimitive = positions('argmax', lib.argmax, withoutAxis);
const argminPrimitive = positions('argmin', lib.argmin, withoutAxis);
const argsortPrimitive = positions('argsort', lib.argsort, (shape) => shape);

/**
 * The index of the first largest entry along an axis (the first NaN, if there is one), int32.
 * @example argmax(tensor([1, 3, 2])).item(); // 1
 */
export function argmax(x: TensorLike, options: AxisOptions = {}): Tensor {
  return find('argmax', argmaxPrimitive, x, options);
}

/**
 * The index of the first smallest entry along an axis (the first NaN, if there is one), int32.
 * @example argmin(tensor([1, 3, 2])).item(); // 0
 */
export function argmin(x: TensorLike, options: AxisOptions = {}): Tensor {
  return find('argmin', argminPrimitive, x, options);
}

/**
 * The indices that sort the entries along an axis, int32; equal entries keep their order, NaN comes last.
 * @example argsort(tensor([3, 1, 2])); // [1, 2, 0]
 */
export function argsort(x: TensorLike, options: AxisOptions = {}): Tensor {
  return find('argsort', argsortPrimitive, x, options);
}

/**
 * The entries along an axis in ascending order, NaN last.
 * @example sort(tensor([3, 1, 2])); // [1, 2, 3]
 */
export function sort(x: TensorLike, options: AxisOptions = {}): Tensor {
  const order = find('sort', argsortPrimitive, x, options);
  return takeAlongAxis(toFloating('sort', x), order, options);
}

/**
 * The entries of a tensor at the given int32 positions along an axis. The indices have x's shape, but for
 * their length along that axis; the result has theirs. Negative indices count from the end.
 * @throws ArgumentError for an index out of bounds, ShapeError or DTypeError for other indices.
 * @example takeAlongAxis(tensor([[1, 2], [3, 4]]), tensor([[1], [0]], { dtype: 'int32' })); // [[2], [3]]
 */
export function takeAlongAxis(source: Tensor, positions: Tensor, options: AxisOptions = {}): Tensor {
  const given = lib.completeOptions('takeAlongAxis', { axis: -1 }, options);
  const [x, indices] = [toTensor('takeAlongAxis', source), toTensor('takeAlongAxis', positions)];
  const axis = lib.normalizeAxis('takeAlongAxis', given.axis, x.rank);
  if (
    !lib.sameShape(withoutAxis(x.shape, axis), withoutAxis(indices.shape, axis)) ||
    indices.rank !== x.rank
  ) {
    throw new lib.ShapeError(
      `takeAlongAxis: shapes must agree except along axis ${axis}, got ${lib.formatShape(x.shape)} and ${lib.formatShape(indices.shape)}`,
    );
  }
  if (indices.dtype !== 'int32') {
    throw new lib.DTypeError(`takeAlongAxis: wanted int32 indices, got ${indices.dtype}; cast them first`);
  }
  const [rows, places] = [moveAxis(x, axis, x.rank - 1), moveAxis(indices, axis, x.rank - 1)];
  const count = lib.sizeOf(rows.shape.slice(0, -1));
  const flat = flatPlaces(
    'takeAlongAxis',
    reshape(places, [count, places.shape.at(-1) as number]),
    x.shape[axis] as number,
  );
  return moveAxis(reshape(gather(reshape(rows, [rows.size]), flat), places.shape), x.rank - 1, axis);
}

function find(
  operation: string,
  primitive: Primitive<PositionName>,
  x: TensorLike,
  options: AxisOptions,
): Tensor {
  const { axis } = lib.completeOptions(operation, { axis: -1 }, options);
  const input = toFloating(operation, x);
  return applyOne(primitive, [input], { axis: lib.normalizeAxis(operation, axis, input.rank) });
}

/** Declares an operation from values to positions. */
function positions(
  name: PositionName,
  evaluate: (x: lib.NDArray, axis: number) => lib.NDArray,
  shape: (shape: lib.Shape, axis: number) => lib.Shape,
): Primitive<PositionName> {
  const primitive: Primitive<PositionName> = {
    name,
    shape: ([x], { axis }) => [{ shape: shape((x as ArrayType).shape, axis), dtype: 'int32' }],
    evaluate: ([x], { axis }) => [evaluate(x as lib.NDArray, axis)],
    forward: () => [null],
    reverse: null,
    batch: ([x], _, __, { axis }) => [applyOne(primitive, [x as Tensor], { axis: axis + 1 })],
  };
  return definePrimitive(primitive);
}

function withoutAxis(shape: lib.Shape, axis: number): lib.Shape {
  return shape.filter((_, i) => i !== axis);
}
