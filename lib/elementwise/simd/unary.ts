/** Operations on one float32 array in WebAssembly SIMD. */
import { flat, type NDArray, wrap } from '../../array.ts';
import { simdPays } from './elementwise-backend.ts';
import { kernels, type UnaryKernel } from './elementwise-kernels.ts';
import { paysOnThreads, runOnThreads } from './run-on-threads.ts';

/** The same operation, in SIMD for float32 arrays that are not too small; large ones use several threads. */
export function withSimd(name: UnaryKernel, scalar: (a: NDArray) => NDArray): (a: NDArray) => NDArray {
  return (a) => {
    if (!(a?.data instanceof Float32Array && simdPays(a.size))) return scalar(a);
    const x = flat(a) as Float32Array;
    const y = new Float32Array(x.length);
    const alone = (from: number, to: number) => inPages(name, x, y, from, to);
    if (paysOnThreads(name, x.length)) runOnThreads(name, x, y, alone);
    else alone(0, x.length);
    return wrap(y, a.shape);
  };
}

/** Works page by page, so that each page stays in the first-level cache. */
function inPages(name: UnaryKernel, x: Float32Array, y: Float32Array, from: number, to: number): void {
  const { unary, binary } = kernels();
  const { left, length } = binary.float32;
  for (let start = from; start < to; start += length) {
    const count = Math.min(length, to - start);
    left.set(x.subarray(start, start + count));
    unary[name](0, count * x.BYTES_PER_ELEMENT);
    y.set(left.subarray(0, count), start);
  }
}
