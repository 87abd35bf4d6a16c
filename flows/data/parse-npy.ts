/** Reads NumPy's .npy, a file of one array. It takes the file's bytes, so that it works in browsers too. */
import { fromNDArray, type Tensor } from '../../autograd/index.ts';
import { ArgumentError, completeOptions, copy, sizeOf, transpose, wrap } from '../../lib/index.ts';
import {
  checkShape,
  type ElementType,
  elementTypes,
  type ParseOptions,
  readElements,
  requireBytes,
} from '../formats/binary.ts';
import { escapeControls, quoted } from '../formats/shown-text.ts';

/** A whole .npy file, of text, objects or the like, for which there is no tensor. */
export class UnreadableArrayError extends ArgumentError {}

/**
 * Reads the array in a .npy file (versions 1 to 3, any byte order, C or Fortran order).
 *
 * float16 and float32 become float32. float64, uint32 and bool stay. All other integers become int32; 64-bit
 * ones must fit. The option `dtype` asks for another dtype.
 *
 * Source: NumPy's documentation of `numpy.lib.format`.
 * @param bytes the whole file
 * @throws ArgumentError for bytes that are not a .npy file, a file that is cut off, or a file of strings,
 * objects, complex numbers or structures
 * @example const images = parseNpy(new Uint8Array(await response.arrayBuffer()), { dtype: 'float32' });
 */
export function parseNpy(bytes: Uint8Array, options: ParseOptions = {}): Tensor {
  requireBytes('parseNpy', bytes);
  const { dtype } = completeOptions('parseNpy', { dtype: undefined }, options);
  const { header, dataStart } = readHeader(bytes);
  const shape = shapeOf(header);
  const fortran = entry(header, 'fortran_order', /^(True|False)/) === 'True';
  const { type, littleEndian } = elementType(entry(header, 'descr', /^('[^']*'|"[^"]*"|\[)/));
  const values = readElements(
    'parseNpy',
    bytes,
    dataStart,
    { type, count: sizeOf(shape), littleEndian },
    dtype,
  );
  if (!fortran) return fromNDArray(wrap(values, shape));
  // In Fortran order the first axis runs fastest. So we read the reversed shape and transpose it.
  const axes = shape.map((_, i) => shape.length - 1 - i);
  return fromNDArray(copy(transpose(wrap(values, [...shape].reverse()), axes)));
}

/** The header (a Python dictionary as text), and the index of the data's first byte. */
function readHeader(bytes: Uint8Array): { readonly header: string; readonly dataStart: number } {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) {
    throw new ArgumentError('parseNpy: this is no .npy file (it does not begin with \\x93NUMPY)');
  }
  const version = bytes[6] as number;
  if (version < 1 || version > 3) {
    throw new ArgumentError(`parseNpy: wanted version 1 to 3 of the format, got ${version}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = version === 1 ? 10 : 12;
  const length =
    version === 1 ? view.getUint16(8, true) : bytes.length < 12 ? Infinity : view.getUint32(8, true);
  if (start + length > bytes.length) {
    throw new ArgumentError(`parseNpy: the file is cut off in its header, after ${bytes.length} bytes`);
  }
  return {
    header: new TextDecoder().decode(bytes.subarray(start, start + length)),
    dataStart: start + length,
  };
}

/** The value of a key in the header's dictionary: the text after the key that matches the pattern. */
function entry(header: string, key: string, pattern: RegExp): string {
  const [, rest] = header.match(new RegExp(`['"]${key}['"]\\s*:\\s*(.*)`, 's')) ?? [];
  const [value] = rest?.match(pattern) ?? [];
  if (value !== undefined) return value;
  throw new ArgumentError(`parseNpy: wanted a header with '${key}', got ${quoted(header.trim())}`);
}

function shapeOf(header: string): number[] {
  const text = entry(header, 'shape', /^\([\d\sL,]*\)/);
  const sizes = text.slice(1, -1).split(',');
  // A tuple may end in a comma, and one of one item must.
  if (sizes.at(-1)?.trim() === '') sizes.pop();
  const isSize = (size: string) => /^\s*\d+L?\s*$/.test(size);
  if (!sizes.every(isSize))
    throw new ArgumentError(`parseNpy: wanted a tuple of sizes as the shape, got ${quoted(text)}`);
  return checkShape('parseNpy', sizes.map(Number.parseFloat));
}

/** The element types, by the kind and the width in NumPy's type string: `f8` in `<f8`. */
const types: Readonly<Record<string, ElementType>> = {
  b1: elementTypes.bool,
  u1: elementTypes.uint8,
  i1: elementTypes.int8,
  u2: elementTypes.uint16,
  i2: elementTypes.int16,
  u4: elementTypes.uint32,
  i4: elementTypes.int32,
  u8: elementTypes.uint64,
  i8: elementTypes.int64,
  f2: elementTypes.float16,
  f4: elementTypes.float32,
  f8: elementTypes.float64,
};

function elementType(descr: string): { readonly type: ElementType; readonly littleEndian: boolean } {
  const [, order, name] = descr.match(/^['"]([<>|=])(\w+)['"]$/) ?? [];
  const type = name === undefined ? undefined : types[name];
  if (type !== undefined) return { type, littleEndian: order !== '>' };
  const got = descr === '[' ? 'a structure' : escapeControls(descr.slice(0, 60));
  throw new UnreadableArrayError(
    `parseNpy: wanted an array of real numbers or booleans (${Object.keys(types).join(' ')}), got ${got}`,
  );
}
