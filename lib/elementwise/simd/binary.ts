/** Arithmetic of two arrays in WebAssembly SIMD. */
import { dtypeOf, flat, isRowMajor, type NDArray, wrap } from '../../array.ts';
import { allocate } from '../../dtype.ts';
import { sameShape } from '../../shape.ts';
import type { Floats } from '../declare.ts';
import { simdPays } from './backend.ts';
import { type BinaryKernel, type ElementType, kernels, type Pages } from './kernels.ts';

/** The same operation, in SIMD for float32 and float64 in row-major order, also rows, columns and numbers that are repeated. */
export function withSimdArithmetic(
  name: BinaryKernel,
  scalar: (a: NDArray, b: NDArray) => NDArray,
): (a: NDArray, b: NDArray) => NDArray {
  return (a, b) => {
    const dtype = dtypeOf(a);
    const hasKernels = (dtype === 'float32' || dtype === 'float64') && dtype === dtypeOf(b);
    if (!hasKernels || !simdPays(a.size) || !sameShape(a.shape, b.shape)) return scalar(a, b);
    const { length } = kernels().binary[dtype];
    const [left, right] = [operandOf(a, length), operandOf(b, length)];
    return left && right ? wrap(inPages(name, dtype, left, right, a.size), a.shape) : scalar(a, b);
  };
}

/** The numbers of an operand in row-major order: all values again and again (a row), or each value some times (a column). */
interface Operand {
  readonly values: Floats;
  readonly each: number;
  /** After how many numbers it begins again. */
  readonly period: number;
}

/** Null for an operand that lies in memory in any other way, or of which what is repeated is longer than a page. */
function operandOf(a: NDArray, pageLength: number): Operand | null {
  const { size } = a;
  if (isRowMajor(a)) return { values: flat(a) as Floats, each: 1, period: size };
  // From the last axis on: axes that repeat each value, axes in row-major order, axes that repeat all.
  let [axis, each, count] = [a.shape.length - 1, 1, 1];
  for (; axis >= 0 && isRepeated(a, axis); axis--) each *= a.shape[axis] as number;
  for (; axis >= 0 && (a.shape[axis] === 1 || a.stride[axis] === count); axis--) count *= a.shape[axis] as number;
  const period = each * count;
  for (; axis >= 0 && isRepeated(a, axis); axis--);
  const values = (a.data as Floats).subarray(a.offset, a.offset + count);
  if (axis < 0 && count === 1) return { values, each: 1, period: 1 };
  const isRowOrColumn = axis < 0 && (each === 1 || period === size);
  return isRowOrColumn && rowLength({ each, period }, size) <= pageLength ? { values, each, period } : null;
}

function isRepeated(a: NDArray, axis: number): boolean {
  return a.stride[axis] === 0 || a.shape[axis] === 1;
}

/** Page by page: a repeated row or number fills its page once, for all pages of the other. */
function inPages(name: BinaryKernel, type: ElementType, a: Operand, b: Operand, size: number): Floats {
  const pages = kernels().binary[type];
  const out = allocate(size, type) as Floats;
  // Whole rows at a time. Of the operands' rows, the shorter are parts of the longer, since the shapes are equal.
  const chunk = pages.length - (pages.length % Math.max(rowLength(a, size), rowLength(b, size)));
  for (let start = 0; start < size; start += chunk) {
    const count = Math.min(chunk, size - start);
    load(pages, pages.left, a, start, count); // each time, since the result has taken its place
    if (start === 0 || b.period === size) load(pages, pages.right, b, start, count);
    pages.run[name](count * out.BYTES_PER_ELEMENT);
    out.set(pages.left.subarray(0, count), start);
  }
  return out;
}

/** How many numbers a page must hold a multiple of, so that every page begins where the operand does, or one of its values. */
function rowLength({ each, period }: Pick<Operand, 'each' | 'period'>, size: number): number {
  return period === size ? each : period;
}

function load(pages: Pages, page: Floats, { values, each, period }: Operand, start: number, count: number): void {
  const from = start % period;
  if (period === 1) page.fill(values[0] as number, 0, count);
  else if (each > 1) {
    pages.column.set(values.subarray(from / each, (from + count) / each));
    pages.spread(page.byteOffset, count / each, each);
  } else if (from + count <= period) page.set(values.subarray(from, from + count));
  else {
    page.set(values);
    for (let filled = period; filled < count; filled *= 2) page.copyWithin(filled, 0, Math.min(filled, count - filled));
  }
}
