/** How numbers and arrays become tensors. */
import {
  ArgumentError,
  type DType,
  DTypeError,
  describe,
  dtypeOf,
  fromNested,
  full,
  isFloating,
  type NDArray,
} from '../../lib/index.ts';
import { PlainTensor, Tensor, type TensorLike } from './tensor.ts';

/** Hands an array over as a tensor, without copying: only for arrays that nobody will write to. */
export function plain(array: NDArray): Tensor {
  return new PlainTensor(array, { shape: array.shape.slice(), dtype: dtypeOf(array) });
}

/** A tensor, or a JS number as a scalar of the given dtype; ArgumentError if the dtype does not hold it. */
export function toTensor(operation: string, x: TensorLike, dtype: DType = 'float32'): Tensor {
  if (x instanceof Tensor) return x;
  // An integer dtype takes integers only: 1.5 beside int32 is a mistake, and not 1.
  if (typeof x === 'number')
    return plain(isFloating(dtype) ? full([], x, dtype) : fromNested(operation, x, dtype));
  const advice = Array.isArray(x) ? '; make a tensor of it, as in tensor([1, 2])' : '';
  throw new ArgumentError(`${operation}: wanted a Tensor or a number, got ${strange(x)}${advice}`);
}

/** What to say of a value that is no tensor of ours; it may be one of another copy of this library. */
export function strange(x: unknown): string {
  const isForeign = typeof x === 'object' && x !== null && 'plainArray' in x;
  return describe(x) + (isForeign ? ', made by a second copy of fluxion: load one copy only' : '');
}

/** ArgumentError if a function to differentiate returned a number: it would count as a constant. */
export function refuseNumber(operation: string, result: unknown): void {
  if (typeof result !== 'number') return;
  throw new ArgumentError(
    `${operation}: the function returned the number ${result}, which carries no derivative; ` +
      'return the tensor itself, without item(), or tensor(…) of a constant',
  );
}

/** `toTensor` for operations on floating-point numbers only; DTypeError for another dtype. */
export function toFloating(operation: string, x: TensorLike): Tensor {
  const result = toTensor(operation, x);
  if (!isFloating(result.dtype)) {
    throw new DTypeError(`${operation}: wanted float32 or float64, got ${result.dtype}; cast it first`);
  }
  return result;
}
