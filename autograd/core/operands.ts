/** How arguments become tensors: numbers adopt a dtype, mixed precision is promoted, shapes are broadcast. */
import {
  ArgumentError,
  broadcastShapes,
  type DType,
  DTypeError,
  dtypeOf,
  full,
  isFloating,
  type NDArray,
  promoteTypes,
} from '../../lib/index.ts';
// Last, because these modules use the functions below: a circle, closed only when they run.
import { broadcastTo } from '../operations/broadcasting.ts';
import { cast } from '../operations/cast.ts';
import { type ArrayType, PlainTensor, Tensor, type TensorLike } from './tensor.ts';

/** Hands an array over as a tensor, without copying: only for arrays that nobody will write to. */
export function plain(array: NDArray): Tensor {
  return new PlainTensor(array, { shape: array.shape.slice(), dtype: dtypeOf(array) });
}

/** A tensor, or a JS number as a scalar of the given dtype. */
export function toTensor(operation: string, x: TensorLike, dtype: DType = 'float32'): Tensor {
  if (x instanceof Tensor) return x;
  if (typeof x === 'number') return plain(full([], x, dtype));
  throw new ArgumentError(`${operation}: wanted a Tensor or a number, got ${describe(x)}`);
}

/** `toTensor` for operations that are defined on floating-point numbers only. */
export function toFloating(operation: string, x: TensorLike): Tensor {
  const result = toTensor(operation, x);
  if (!isFloating(result.dtype)) {
    throw new DTypeError(`${operation}: wanted float32 or float64, got ${result.dtype}; cast it first`);
  }
  return result;
}

/** The operands of an elementwise operation, brought to one dtype. */
export function promoteOperands(operation: string, operands: readonly TensorLike[]): readonly Tensor[] {
  const tensors = operands.filter((x) => x instanceof Tensor);
  const dtype =
    tensors.length === 0 ? 'float32' : tensors.map((x) => x.dtype).reduce((a, b) => promoteTypes(operation, a, b));
  return operands.map((x) => cast(toTensor(operation, x, dtype), dtype));
}

/** The operands of an elementwise operation, brought to one dtype and, by views, to one shape. */
export function broadcastOperands(operation: string, ...operands: readonly TensorLike[]): readonly Tensor[] {
  const promoted = promoteOperands(operation, operands);
  const shape = broadcastShapes(operation, ...promoted.map((x) => x.shape));
  return promoted.map((x) => broadcastTo(x, shape));
}

/** Zeros that occupy one number, repeated by a view. */
export function zerosOf({ shape, dtype }: ArrayType): Tensor {
  return broadcastTo(plain(full([], 0, dtype)), shape);
}

/** What a wrong argument is, for error messages. */
export function describe(x: unknown): string {
  if (x === null || x === undefined) return String(x);
  if (x instanceof Tensor) return `a Tensor of shape [${x.shape.join(', ')}]`;
  if (Array.isArray(x)) return `an array of length ${x.length}`;
  if (typeof x === 'object') return `an object (${x.constructor?.name ?? 'without prototype'})`;
  return `${typeof x} ${String(x)}`;
}
