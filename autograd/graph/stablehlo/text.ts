/** Types and numbers in the text of MLIR. */
import { type DType, flat, type NDArray, type Shape, sizeOf, type TypedArray } from '../../../lib/index.ts';
import type { ArrayType } from '../../core/tensor.ts';

const elementTypes: Readonly<Record<DType, string>> = {
  float32: 'f32',
  float64: 'f64',
  int32: 'i32',
  uint32: 'ui32',
  bool: 'i1',
};

/** @example tensorType({ shape: [2, 3], dtype: 'float32' }); // tensor<2x3xf32> */
export function tensorType({ shape, dtype }: ArrayType): string {
  return tensorTypeOf(shape, elementTypes[dtype]);
}

/** The type of a tensor whose elements have a type that is no dtype of ours. */
export function tensorTypeOf(shape: Shape, element: string): string {
  return `tensor<${[...shape, element].join('x')}>`;
}

/** @example integers([1, 2]); // array<i64: 1, 2> */
export function integers(values: readonly number[]): string {
  return values.length === 0 ? 'array<i64>' : `array<i64: ${values.join(', ')}>`;
}

/** One number, for a tensor that repeats it. Numbers that decimals cannot say are written as their bits. */
export function numberText(value: number, dtype: DType): string {
  if (dtype === 'bool') return String(value !== 0);
  if (dtype === 'int32' || dtype === 'uint32') return String(value);
  const rounded = dtype === 'float32' ? Math.fround(value) : value;
  if (!Number.isFinite(rounded) || Object.is(rounded, -0)) return `0x${bitsOf(rounded, dtype)}`;
  const [mantissa = '', exponent = ''] = rounded.toExponential(dtype === 'float32' ? 8 : 16).split('e');
  return `${mantissa}e${exponent}`;
}

/** The elements of an array: one number if all are alike, else the bits of all. */
export function denseText(array: NDArray, { shape, dtype }: ArrayType): string {
  const values = flat(array);
  if (sizeOf(shape) === 0) return 'dense<>';
  const [first] = values as unknown as readonly [number];
  if (values.every((value) => Object.is(value, first))) return `dense<${numberText(first, dtype)}>`;
  if (dtype === 'bool')
    return `dense<${nested(
      [...values].map((value) => String(value !== 0)),
      shape,
    )}>`;
  return `dense<"0x${hexadecimal(values)}">`;
}

/** The bits of a number, the highest first. */
function bitsOf(value: number, dtype: DType): string {
  const view = new DataView(new ArrayBuffer(8));
  if (dtype === 'float64') view.setFloat64(0, value);
  else view.setFloat32(0, value);
  return hexadecimal(new Uint8Array(view.buffer, 0, dtype === 'float64' ? 8 : 4));
}

/** All bytes, in the order of the memory. MLIR wants the lowest first, which is how engines keep them. */
function hexadecimal({ buffer, byteOffset, byteLength }: TypedArray | Uint8Array): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');
}

function nested(texts: readonly string[], [size = 0, ...rest]: Shape): string {
  if (rest.length === 0) return size === 0 ? (texts[0] as string) : `[${texts.join(', ')}]`;
  const width = sizeOf(rest);
  const rows = Array.from({ length: size }, (_, i) => nested(texts.slice(i * width, (i + 1) * width), rest));
  return `[${rows.join(', ')}]`;
}
