/** The element types, how arrays store them, and how operations mix them. */
import { ArgumentError, DTypeError, MemoryError } from './errors.ts';

/** float32 and float64 are the types to compute in. The others serve as indices, random bits and masks. */
export type DType = 'float32' | 'float64' | 'int32' | 'uint32' | 'bool';

/** The storage of the elements. A boolean is one byte, 0 or 1. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

const storage = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  bool: Uint8Array,
} as const;

/** Whether a dtype is float32 or float64. */
export function isFloating(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

/** The largest finite number of a floating dtype. */
export const largestNumber = { float32: 3.4028234663852886e38, float64: Number.MAX_VALUE } as const;

/**
 * `size` zeros. Throws an `ArgumentError`, with the name of the operation, if there is no such dtype, or not
 * so much memory.
 * @example allocate(3, 'float32'); // Float32Array [0, 0, 0]
 */
export function allocate(size: number, dtype: DType, operation = 'allocate'): TypedArray {
  const Storage = storage[dtype];
  if (Storage === undefined) {
    throw new ArgumentError(
      `${operation}: there is no dtype '${dtype}'; the dtypes are ${Object.keys(storage).join(', ')}`,
    );
  }
  try {
    return new Storage(size);
  } catch {
    throw new MemoryError(operation, `${size} numbers of ${dtype}`);
  }
}

/** An array on memory that somebody else owns, from a byte address on. */
export function arrayAt(memory: ArrayBuffer, address: number, dtype: DType, length: number): TypedArray {
  return new storage[dtype](memory, address, length);
}

export function dtypeOfData(data: TypedArray): DType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Uint32Array) return 'uint32';
  if (data instanceof Uint8Array) return 'bool';
  throw new DTypeError(
    `wanted an array of ${Object.keys(storage).join(', ')}, got ${Object.prototype.toString.call(data)}`,
  );
}

/**
 * The dtype of the result of an operation on two operands. Equal dtypes stay; float32 and float64 give
 * float64. Throws a `DTypeError` for any other pair: the caller must cast, since we coerce nothing in
 * silence.
 *
 * @example
 * promoteTypes('add', 'float32', 'float64'); // 'float64'
 */
export function promoteTypes(operation: string, a: DType, b: DType): DType {
  if (a === b) return a;
  if (isFloating(a) && isFloating(b)) return 'float64';
  throw new DTypeError(`${operation}: cannot mix ${a} and ${b}; cast one of them first`);
}
