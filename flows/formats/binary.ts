/** Reads numbers of any width and byte order from bytes. The .npy, IDX and safetensors readers share it. */
import { ArgumentError, allocate, type DType, describe, type TypedArray } from '../../lib/index.ts';

/** How one kind of element is stored. */
export interface ElementType {
  /** The width in bytes. */
  readonly bytes: number;
  /** The dtype that holds every element of the type. Only 64-bit integers may not fit (int32). */
  readonly dtype: DType;
  read(view: DataView, at: number, littleEndian: boolean): number;
}

export interface ParseOptions {
  /**
   * The result's dtype. Default: the narrowest dtype that holds all elements of the stored type. 64-bit
   * integers become int32, and the parser throws if one does not fit.
   */
  readonly dtype?: DType;
}

export const elementTypes = {
  bool: { bytes: 1, dtype: 'bool', read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
  uint8: { bytes: 1, dtype: 'int32', read: (view, at) => view.getUint8(at) },
  int8: { bytes: 1, dtype: 'int32', read: (view, at) => view.getInt8(at) },
  uint16: { bytes: 2, dtype: 'int32', read: (view, at, little) => view.getUint16(at, little) },
  int16: { bytes: 2, dtype: 'int32', read: (view, at, little) => view.getInt16(at, little) },
  uint32: { bytes: 4, dtype: 'uint32', read: (view, at, little) => view.getUint32(at, little) },
  int32: { bytes: 4, dtype: 'int32', read: (view, at, little) => view.getInt32(at, little) },
  uint64: { bytes: 8, dtype: 'int32', read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  int64: { bytes: 8, dtype: 'int32', read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  float16: { bytes: 2, dtype: 'float32', read: (view, at, little) => halfFloat(view.getUint16(at, little)) },
  float32: { bytes: 4, dtype: 'float32', read: (view, at, little) => view.getFloat32(at, little) },
  float64: { bytes: 8, dtype: 'float64', read: (view, at, little) => view.getFloat64(at, little) },
} as const satisfies Record<string, ElementType>;

/**
 * Throws an ArgumentError unless `bytes` are a Uint8Array, as Node's Buffers are.
 * @param operation the operation that error messages name
 */
export function requireBytes(operation: string, bytes: unknown): void {
  if (bytes instanceof Uint8Array) return;
  const advice = bytes instanceof ArrayBuffer ? '; wrap it: new Uint8Array(buffer)' : '';
  throw new ArgumentError(
    `${operation}: wanted the file's bytes as a Uint8Array, got ${describe(bytes)}${advice}`,
  );
}

export interface Elements {
  readonly type: ElementType;
  readonly count: number;
  readonly littleEndian: boolean;
}

/** No library makes tensors of more axes. */
const mostAxes = 64;

/**
 * The shape that a file announces, if an array can have it: not too many axes, and a countable number of
 * elements even where one of the sizes is 0.
 * @throws ArgumentError
 */
export function checkShape(operation: string, shape: readonly number[]): number[] {
  if (shape.length > mostAxes)
    throw new ArgumentError(`${operation}: wanted at most ${mostAxes} axes, got ${shape.length}`);
  const count = shape.reduce((product, size) => product * Math.max(size, 1), 1);
  if (Number.isSafeInteger(count)) return [...shape];
  throw new ArgumentError(`${operation}: no array has the shape [${shape.join(', ')}]`);
}

/**
 * Reads all bytes from `offset` on as `count` elements.
 *
 * @param operation the operation that error messages name
 * @throws ArgumentError if there are more or fewer bytes than `count` elements take, the dtype is an integer
 * one that cannot hold an element, or a 64-bit integer is beyond ±2⁵³
 */
export function readElements(
  operation: string,
  bytes: Uint8Array,
  offset: number,
  { type, count, littleEndian }: Elements,
  dtype: DType = type.dtype,
): TypedArray {
  const found = bytes.byteLength - offset;
  if (found !== count * type.bytes) {
    throw new ArgumentError(
      `${operation}: the header announces ${count} elements in ${count * type.bytes} bytes, and ${found} follow`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, found);
  const values = allocate(count, dtype);
  const whole = dtype === 'int32' || dtype === 'uint32';
  const isWide = type === elementTypes.int64 || type === elementTypes.uint64;
  for (let i = 0; i < count; i++) {
    const value = type.read(view, i * type.bytes, littleEndian);
    values[i] = value;
    if (isWide && !Number.isSafeInteger(value)) {
      throw new ArgumentError(
        `${operation}: element ${i} is about ${value}, beyond 2^53, where float64 takes neighbours for one; ` +
          'subtract an offset, or store floats, before the file is written',
      );
    }
    if (whole && values[i] !== value) {
      throw new ArgumentError(
        `${operation}: element ${i} is ${value}, which is no ${dtype}; ask for { dtype: 'float64' }`,
      );
    }
  }
  return values;
}

/** The number of an IEEE 754 half: 1 bit for the sign, 5 for the exponent, 10 for the fraction. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
