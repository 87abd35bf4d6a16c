/** Arithmetic of two float32 arrays in WebAssembly SIMD. */
import { flat, isRowMajor, type NDArray, wrap } from '../../array.ts';
import { sameShape } from '../../shape.ts';
import { simdPays } from './backend.ts';
import { type BinaryKernel, kernels, pageLength } from './kernels.ts';

/** The same operation, in SIMD for float32 arrays in row-major order, of which one may be one row or number repeated. */
export function withSimdArithmetic(
  name: BinaryKernel,
  scalar: (a: NDArray, b: NDArray) => NDArray,
): (a: NDArray, b: NDArray) => NDArray {
  return (a, b) => {
    const isFloat32 = a.data instanceof Float32Array && b.data instanceof Float32Array;
    if (!isFloat32 || !simdPays(a.size) || !sameShape(a.shape, b.shape)) return scalar(a, b);
    const [left, right] = [operandOf(a), operandOf(b)];
    if (!left || !right || Math.max(left.values.length, right.values.length) < a.size) return scalar(a, b);
    return wrap(inPages(name, left, right, a.size), a.shape);
  };
}

/** The values of an operand in row-major order, or those that it consists of again and again. */
interface Operand {
  readonly values: Float32Array;
}

/** Null for an operand that lies in memory in any other way. */
function operandOf(a: NDArray): Operand | null {
  if (isRowMajor(a)) return { values: flat(a) as Float32Array };
  const rank = a.shape.length;
  const outer = a.stride.slice(0, -1);
  const isRepeated = outer.every((stride, axis) => stride === 0 || a.shape[axis] === 1);
  const step = a.stride[rank - 1];
  const length = step === 0 ? 1 : step === 1 ? (a.shape[rank - 1] as number) : 0;
  if (!isRepeated || length === 0 || length > pageLength) return null;
  return { values: (a.data as Float32Array).subarray(a.offset, a.offset + length) };
}

/** Page by page: a repeated operand fills its page once, for all pages of the other. */
function inPages(name: BinaryKernel, a: Operand, b: Operand, size: number): Float32Array {
  const { left, right, binary } = kernels();
  const period = Math.min(a.values.length, b.values.length);
  const chunk = period < size ? pageLength - (pageLength % period) : pageLength;
  const out = new Float32Array(size);
  for (let start = 0; start < size; start += chunk) {
    const count = Math.min(chunk, size - start);
    load(left, a.values, start, count); // each time, since the result has taken its place
    if (start === 0 || b.values.length === size) load(right, b.values, start, count);
    binary[name](count * out.BYTES_PER_ELEMENT);
    out.set(left.subarray(0, count), start);
  }
  return out;
}

function load(page: Float32Array, values: Float32Array, start: number, count: number): void {
  const period = values.length;
  if (start + count <= period) page.set(values.subarray(start, start + count));
  else if (period === 1) page.fill(values[0] as number, 0, count);
  else for (let at = 0; at < count; at += period) page.set(values, at);
}
