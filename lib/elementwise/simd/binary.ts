/** Operations on two arrays in WebAssembly SIMD: arithmetic, comparisons, and selection by a mask. */
import { dtypeOf, flat, isRowMajor, type NDArray, wrap } from '../../array.ts';
import { allocate } from '../../dtype.ts';
import type { Floats } from '../../requirements.ts';
import { sameShape } from '../../shape.ts';
import { simdPays } from './elementwise-backend.ts';
import { type BinaryKernel, type ComparisonKernel, kernels, type Pages } from './elementwise-kernels.ts';

type Binary = (a: NDArray, b: NDArray) => NDArray;

/**
 * The same operation, in SIMD for float32 and float64 arrays in row-major order. Either operand may also be a
 * row, a column or a number that a view repeats.
 */
export function withSimdArithmetic(name: BinaryKernel, scalar: Binary): Binary {
  return (a, b) => {
    const operands = operandsOf(a, b);
    if (!operands) return scalar(a, b);
    const out = allocate(a.size, dtypeOf(a)) as Floats;
    inPages(operands, a.size, ({ run, left }, start, count) => {
      run[name](count * out.BYTES_PER_ELEMENT);
      out.set(left.subarray(0, count), start);
    });
    return wrap(out, a.shape);
  };
}

/** Like `withSimdArithmetic`, for a comparison: the result is a mask. */
export function withSimdComparison(name: ComparisonKernel, scalar: Binary): Binary {
  return (a, b) => {
    const operands = operandsOf(a, b);
    if (!operands) return scalar(a, b);
    const out = new Uint8Array(a.size);
    inPages(operands, a.size, ({ run, left, compared }, start, count) => {
      run[name](count * left.BYTES_PER_ELEMENT);
      out.set(compared.subarray(0, count), start);
    });
    return wrap(out, a.shape);
  };
}

/** Takes `a` where the mask is not 0, `b` elsewhere. All have one shape. Null if SIMD cannot do it. */
export function selectInSimd(mask: NDArray, a: NDArray, b: NDArray): NDArray | null {
  const operands = operandsOf(a, b);
  if (!operands) return null;
  const condition = flat(mask);
  const out = allocate(a.size, dtypeOf(a)) as Floats;
  inPages(operands, a.size, ({ run, left, mask }, start, count) => {
    mask.set(condition.subarray(start, start + count));
    run.select(count * out.BYTES_PER_ELEMENT);
    out.set(left.subarray(0, count), start);
  });
  return wrap(out, a.shape);
}

/** Both operands, and the pages to work on them. */
interface Operands {
  readonly pages: Pages;
  readonly left: Operand;
  readonly right: Operand;
}

function operandsOf(a: NDArray, b: NDArray): Operands | null {
  const [x, y] = [a?.data, b?.data];
  const dtype = x instanceof Float32Array ? 'float32' : 'float64';
  const hasKernels =
    dtype === 'float32' ? y instanceof Float32Array : x instanceof Float64Array && y instanceof Float64Array;
  if (!hasKernels || !simdPays(a.size) || !sameShape(a.shape, b.shape)) return null;
  const pages = kernels().binary[dtype];
  const [left, right] = [operandOf(a, pages.length), operandOf(b, pages.length)];
  return left && right ? { pages, left, right } : null;
}

/**
 * The numbers of an operand in row-major order: the sequence of values again and again (a row), or each value
 * several times (a column).
 */
interface Operand {
  readonly values: Floats;
  readonly each: number;
  /** The number of numbers after which the sequence begins again. */
  readonly period: number;
}

/** Null if the operand lies in memory in any other way, or if the part that repeats is longer than a page. */
function operandOf(a: NDArray, pageLength: number): Operand | null {
  const { size } = a;
  if (isRowMajor(a)) return { values: flat(a) as Floats, each: 1, period: size };
  // From the last axis backwards: axes that repeat each value, axes in row-major order, axes that repeat all.
  let [axis, each, count] = [a.shape.length - 1, 1, 1];
  for (; axis >= 0 && isRepeated(a, axis); axis--) each *= a.shape[axis] as number;
  for (; axis >= 0 && (a.shape[axis] === 1 || a.stride[axis] === count); axis--)
    count *= a.shape[axis] as number;
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

/** Works page by page. A repeated row or number fills its page once, for all pages of the other operand. */
function inPages(
  { pages, left, right }: Operands,
  size: number,
  work: (pages: Pages, start: number, count: number) => void,
): void {
  // Whole rows at a time. The shapes are equal, so the longer row is a multiple of the shorter one.
  const chunk = pages.length - (pages.length % Math.max(rowLength(left, size), rowLength(right, size)));
  for (let start = 0; start < size; start += chunk) {
    const count = Math.min(chunk, size - start);
    load(pages, pages.left, left, start, count); // each time, since the result has overwritten it
    if (start === 0 || right.period === size) load(pages, pages.right, right, start, count);
    work(pages, start, count);
  }
}

/** A page must hold a multiple of this many numbers, so that it begins with a whole row or a new value. */
function rowLength({ each, period }: Pick<Operand, 'each' | 'period'>, size: number): number {
  return period === size ? each : period;
}

function load(
  pages: Pages,
  page: Floats,
  { values, each, period }: Operand,
  start: number,
  count: number,
): void {
  const from = start % period;
  if (period === 1) page.fill(values[0] as number, 0, count);
  else if (each > 1) {
    pages.column.set(values.subarray(from / each, (from + count) / each));
    pages.spread(page.byteOffset, count / each, each);
  } else if (from + count <= period) page.set(values.subarray(from, from + count));
  else {
    page.set(values);
    for (let filled = period; filled < count; filled *= 2)
      page.copyWithin(filled, 0, Math.min(filled, count - filled));
  }
}
