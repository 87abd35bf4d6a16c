/** How the operands of an operation are brought together: to one dtype, and by views to one shape. */
import {
  ArgumentError,
  broadcastShapes,
  type DType,
  DTypeError,
  describe,
  fromNested,
  full,
  isFloating,
  promoteTypes,
} from '../../lib/index.ts';
import { plain, toTensor } from '../core/plain.ts';
import { type ArrayType, type Operand, Tensor, type TensorLike } from '../core/tensor.ts';
import { broadcastTo } from './broadcasting.ts';
import { cast } from './cast.ts';

/** The operands of an elementwise operation, brought to one dtype. */
export function promoteOperands(operation: string, operands: readonly Operand[]): readonly Tensor[] {
  const tensors = operands.filter((x) => x instanceof Tensor);
  const dtype =
    tensors.length === 0
      ? 'float32'
      : tensors.map((x) => x.dtype).reduce((a, b) => promoteTypes(operation, a, b));
  return operands.map((x) => cast(operandOf(operation, x, dtype), dtype));
}

function operandOf(operation: string, x: Operand, dtype: DType): Tensor {
  if (!Array.isArray(x)) return toTensor(operation, x as TensorLike, dtype);
  if (x.some((entry) => entry instanceof Tensor)) {
    throw new ArgumentError(`${operation}: wanted numbers in the list, got a tensor; join tensors by stack`);
  }
  return plain(fromNested(operation, x, dtype));
}

/** The operands of an elementwise operation, brought to one dtype and, by views, to one shape. */
export function broadcastOperands(operation: string, ...operands: readonly Operand[]): readonly Tensor[] {
  const promoted = promoteOperands(operation, operands);
  const shape = broadcastShapes(operation, ...promoted.map((x) => x.shape));
  return promoted.map((x) => broadcastTo(x, shape));
}

/** Zeros of that type: one number in memory, repeated by a view. */
export function zerosOf({ shape, dtype }: ArrayType): Tensor {
  return broadcastTo(plain(full([], 0, dtype)), shape);
}

/** A batching rule's inputs, all with the batch axis: an input without it is repeated, by a view. */
export function batchAll(
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
): readonly Tensor[] {
  return inputs.map((x, i) => (batched[i] ? x : broadcastTo(x, [size, ...x.shape])));
}

/** The inputs' common type, an elementwise result's too. DTypeError unless it is floating-point. */
export function sameFloating(name: string, inputs: readonly ArrayType[]): ArrayType {
  const { shape, dtype } = inputs[0] as ArrayType;
  if (!isFloating(dtype))
    throw new DTypeError(`${name}: wanted float32 or float64, got ${dtype}; cast it first`);
  return { shape, dtype };
}

/** The count, if it is a whole number ≥ 0; otherwise an ArgumentError says what was wanted. */
export function requireCount(operation: string, what: string, count: number): number {
  if (Number.isInteger(count) && count >= 0) return count;
  throw new ArgumentError(`${operation}: wanted a whole ${what} ≥ 0, got ${describe(count)}`);
}
