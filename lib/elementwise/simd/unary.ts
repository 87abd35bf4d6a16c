/** Functions of one float32 array in WebAssembly SIMD. */
import { flat, type NDArray, wrap } from '../../array.ts';
import { simdPays } from './backend.ts';
import { kernels, type UnaryKernel } from './kernels.ts';

/** The same operation, in SIMD for float32 arrays that are not too small. */
export function withSimd(name: UnaryKernel, scalar: (a: NDArray) => NDArray): (a: NDArray) => NDArray {
  return (a) => {
    const fits = a.data instanceof Float32Array && simdPays(a.size);
    return fits ? wrap(inPages(name, flat(a) as Float32Array), a.shape) : scalar(a);
  };
}

/** Page by page: a page stays in the first-level cache, in and out. */
function inPages(name: UnaryKernel, x: Float32Array): Float32Array {
  const { unary, binary } = kernels();
  const { left, length } = binary.float32;
  const y = new Float32Array(x.length);
  for (let start = 0; start < x.length; start += length) {
    const count = Math.min(length, x.length - start);
    left.set(x.subarray(start, start + count));
    unary[name](count * x.BYTES_PER_ELEMENT);
    y.set(left.subarray(0, count), start);
  }
  return y;
}
