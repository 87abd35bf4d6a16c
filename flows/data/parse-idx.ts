/** Reads IDX, the format of MNIST's files. */
import { fromNDArray, type Tensor } from '../../autograd/index.ts';
import { ArgumentError, completeOptions, sizeOf, wrap } from '../../lib/index.ts';
import {
  checkShape,
  type ElementType,
  elementTypes,
  type ParseOptions,
  readElements,
  requireBytes,
} from '../formats/binary.ts';

/** The element types, by the third byte of the file. */
const types: Readonly<Record<number, ElementType>> = {
  8: elementTypes.uint8,
  9: elementTypes.int8,
  11: elementTypes.int16,
  12: elementTypes.int32,
  13: elementTypes.float32,
  14: elementTypes.float64,
};

/**
 * Reads the array in an IDX file: two zero bytes, the type, the rank, the shape and the elements, all
 * big-endian. float32 and float64 stay, integers become int32. The option `dtype` asks for another dtype.
 *
 * Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", section on the file format.
 * @param bytes the whole file, decompressed
 * @throws ArgumentError for bytes that are not an IDX file, a file that is cut off, or an unknown option
 * @example const images = parseIdx(bytes, { dtype: 'float32' }); // [60000, 28, 28]
 */
export function parseIdx(bytes: Uint8Array, options: ParseOptions = {}): Tensor {
  requireBytes('parseIdx', bytes);
  const { dtype } = completeOptions('parseIdx', { dtype: undefined }, options);
  const [zero, zeroToo, code, rank] = bytes;
  const type = types[code as number];
  if (zero !== 0 || zeroToo !== 0 || type === undefined || rank === undefined) {
    const start = [...bytes.subarray(0, 4)].join(' ');
    const advice = zero === 0x1f && zeroToo === 0x8b ? '; it is gzipped: decompress it first' : '';
    throw new ArgumentError(`parseIdx: this is no IDX file, it begins with the bytes ${start}${advice}`);
  }
  const dataStart = 4 + 4 * rank;
  if (bytes.length < dataStart) {
    throw new ArgumentError(`parseIdx: the file is cut off in its header, after ${bytes.length} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizes = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const shape = checkShape('parseIdx', sizes);
  const elements = { type, count: sizeOf(shape), littleEndian: false };
  return fromNDArray(wrap(readElements('parseIdx', bytes, dataStart, elements, dtype), shape));
}
