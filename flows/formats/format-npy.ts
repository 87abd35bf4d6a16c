/** Writes a tensor in NumPy's .npy format. `parseNpy` reads it. */
import { type Tensor, toNDArray } from '../../autograd/index.ts';
import { type DType, flat } from '../../lib/index.ts';
import { requireTensor } from '../checks.ts';

/**
 * A tensor as the bytes of a .npy file (version 1, little-endian, C order), which `numpy.load` reads.
 *
 * Source: NumPy's documentation of `numpy.lib.format`.
 * @param x a tensor of any shape and dtype; the file has both
 * @example writeFileSync('samples.npy', formatNpy(samples));
 */
export function formatNpy(x: Tensor): Uint8Array {
  requireTensor('formatNpy', 'an array', x);
  const { descr, bytes: width, write } = elements[x.dtype];
  const shape = x.rank === 1 ? `(${x.size},)` : `(${x.shape.join(', ')})`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const start = 64 * Math.ceil((10 + dictionary.length + 1) / 64);
  const header = `\x93NUMPY\x01\x00\0\0${dictionary.padEnd(start - 11)}\n`;
  const bytes = new Uint8Array(start + x.size * width);
  bytes.set(Uint8Array.from(header, (character) => character.charCodeAt(0)));
  const view = new DataView(bytes.buffer);
  view.setUint16(8, start - 10, true);
  flat(toNDArray(x)).forEach((value, i) => {
    write(view, start + i * width, value);
  });
  return bytes;
}

const elements: Readonly<
  Record<DType, { descr: string; bytes: number; write: (view: DataView, at: number, value: number) => void }>
> = {
  float32: { descr: '<f4', bytes: 4, write: (view, at, value) => view.setFloat32(at, value, true) },
  float64: { descr: '<f8', bytes: 8, write: (view, at, value) => view.setFloat64(at, value, true) },
  int32: { descr: '<i4', bytes: 4, write: (view, at, value) => view.setInt32(at, value, true) },
  uint32: { descr: '<u4', bytes: 4, write: (view, at, value) => view.setUint32(at, value, true) },
  bool: { descr: '|b1', bytes: 1, write: (view, at, value) => view.setUint8(at, value) },
};
