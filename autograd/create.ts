/** Tensors from numbers. The default dtype is float32. */
import * as lib from '../lib/index.ts';
import { plain, toTensor } from './core/plain.ts';
import { Tensor } from './core/tensor.ts';
import { zerosOf } from './operations/operands.ts';

/** The dtype of a new tensor; by default float32. */
export interface CreateOptions {
  readonly dtype?: lib.DType;
}

const createDefaults = { dtype: 'float32' } as const;

/** What a tensor can be made from. */
export type TensorSource = lib.Nested | lib.TypedArray | lib.NDArray;

/**
 * A tensor with a copy of the given values: nested arrays, a typed array (one axis, its dtype is kept) or an
 * ndarray. A Uint8Array is a mask, in which any byte but 0 is true; with another dtype it is its numbers.
 *
 * @throws ShapeError for ragged nesting, ArgumentError for anything that is not a number of the dtype.
 * @example tensor([[1, 2], [3, 4]], { dtype: 'float64' });
 */
export function tensor(source: TensorSource, options: CreateOptions = {}): Tensor {
  const { dtype } = lib.completeOptions('tensor', { dtype: undefined }, options);
  return plain(arrayFrom(source, dtype));
}

/** All zeros. @example zeros([2, 3]); */
export function zeros(shape: lib.Shape, options: CreateOptions = {}): Tensor {
  return filled('zeros', shape, 0, options);
}

/** All ones. @example ones([2, 3], { dtype: 'float64' }); */
export function ones(shape: lib.Shape, options: CreateOptions = {}): Tensor {
  return filled('ones', shape, 1, options);
}

/** One value everywhere. @example full([2, 3], 7); */
export function full(shape: lib.Shape, value: number, options: CreateOptions = {}): Tensor {
  return filled('full', shape, value, options);
}

/** Zeros of another tensor's shape and dtype. @example zerosLike(x); */
export function zerosLike(x: Tensor): Tensor {
  return zerosOf(toTensor('zerosLike', x));
}

/** Ones of another tensor's shape and dtype. @example onesLike(x); */
export function onesLike(x: Tensor): Tensor {
  const { shape, dtype } = toTensor('onesLike', x);
  return plain(lib.full(shape, 1, dtype));
}

/**
 * start, start + step, … without stop; shape [⌈(stop − start) / step⌉].
 * @example arange(0, 5, 2); // [0, 2, 4]
 */
export function arange(start: number, stop: number, step = 1, options: CreateOptions = {}): Tensor {
  const { dtype } = lib.completeOptions('arange', createDefaults, options);
  return plain(lib.arange(start, stop, step, dtype));
}

/**
 * `count` numbers at equal distances, both ends included; shape [count].
 * @example linspace(0, 1, 3); // [0, 0.5, 1]
 */
export function linspace(start: number, stop: number, count: number, options: CreateOptions = {}): Tensor {
  const { dtype } = lib.completeOptions('linspace', createDefaults, options);
  return plain(lib.linspace(start, stop, count, dtype));
}

/** The identity matrix, [n, n]. @example eye(2); */
export function eye(n: number, options: CreateOptions = {}): Tensor {
  const { dtype } = lib.completeOptions('eye', createDefaults, options);
  return plain(lib.eye(n, dtype));
}

/** The array of a tensor's values, shared with the tensor: only read it. For computing in `lib`. */
export function toNDArray(x: Tensor): lib.NDArray {
  return toTensor('toNDArray', x).plainArray('toNDArray');
}

/** Hands an array over as a tensor; only a mask is copied. Do not write to the array afterwards. */
export function fromNDArray(array: lib.NDArray): Tensor {
  if (!isNDArray(array))
    throw new lib.ArgumentError(`fromNDArray: wanted an NDArray, got ${lib.describe(array)}`);
  return plain(lib.dtypeOf(array) === 'bool' ? truths(array) : array);
}

function filled(operation: string, shape: lib.Shape, value: number, options: CreateOptions): Tensor {
  const { dtype } = lib.completeOptions(operation, createDefaults, options);
  return plain(lib.full(shape, value, dtype, operation));
}

function arrayFrom(source: unknown, dtype: lib.DType | undefined): lib.NDArray {
  if (typeof source === 'number' || typeof source === 'boolean' || Array.isArray(source)) {
    const first: unknown = Array.isArray(source) ? source[0] : source;
    if (first instanceof Tensor) {
      throw new lib.ArgumentError(
        `tensor: wanted numbers, got ${lib.describe(first)}; to join tensors, use stack`,
      );
    }
    return lib.fromNested('tensor', source as lib.Nested, dtype ?? 'float32');
  }
  if (ArrayBuffer.isView(source) && !(source instanceof DataView)) {
    return copied(lib.wrap(source as lib.TypedArray, [(source as lib.TypedArray).length]), dtype);
  }
  if (isNDArray(source)) return copied(source, dtype);
  throw new lib.ArgumentError(
    `tensor: wanted numbers, nested arrays, a typed array or an ndarray, got ${lib.describe(source)}`,
  );
}

/** The numbers of an array in that dtype, which must hold them; by default in its own. */
function copied(array: lib.NDArray, dtype = lib.dtypeOf(array)): lib.NDArray {
  const numbers = lib.flat(array);
  if (dtype === lib.dtypeOf(array)) return dtype === 'bool' ? truths(array) : lib.copy(array);
  if (!lib.isFloating(dtype)) {
    return lib.reshape(lib.fromNested('tensor', Array.from(numbers), dtype), array.shape);
  }
  const data = lib.allocate(numbers.length, dtype);
  data.set(numbers);
  return lib.wrap(data, array.shape);
}

/** A copy of a mask, with bytes 0 and 1 only. */
function truths(mask: lib.NDArray): lib.NDArray {
  // No operation of lib: `tensor` would bring the elementwise ones into every bundle.
  const bytes = (lib.flat(mask) as Uint8Array).map((byte) => (byte === 0 ? 0 : 1));
  return lib.wrap(bytes, mask.shape);
}

function isNDArray(x: unknown): x is lib.NDArray {
  return typeof x === 'object' && x !== null && 'data' in x && 'stride' in x && 'shape' in x;
}
