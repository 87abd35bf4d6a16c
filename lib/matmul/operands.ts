/** Moving matrices into WebAssembly's memory, and results out of it. */
import type { Floats } from '../elementwise/declare.ts';
import type { Matrix, ProductSize } from './kernel.ts';

/** How a matrix lies in memory that we fill: lines (rows or columns) of so many elements, their beginnings `stride` elements apart. */
export interface Layout {
  readonly isByColumn: boolean;
  readonly lines: number;
  readonly length: number;
  readonly stride: number;
}

// Lines that are a multiple of this many bytes apart would compete for few places in the first-level cache: such products took up to
// five times as long. So they lie a cache line farther apart.
const unfortunateBytes = 1024;
const cacheLineBytes = 64;

// Elements from which a line is worth two typed arrays' methods.
const worthSetting = 32;

/** The layout of a copy of the matrix: as it lies now, if its rows or its columns have no gaps; row by row otherwise. */
export function layoutOf({ data, rowStride, columnStride }: Matrix, rows: number, columns: number): Layout {
  const isByColumn = rowStride === 1 && columnStride !== 1;
  const [lines, length] = isByColumn ? [columns, rows] : [rows, columns];
  const bytes = data.BYTES_PER_ELEMENT;
  const isUnfortunate = lines > 1 && (length * bytes) % unfortunateBytes === 0;
  return { isByColumn, lines, length, stride: isUnfortunate ? length + cacheLineBytes / bytes : length };
}

/** Copies the matrix to `memory`, from element `at` on. */
export function copyIn(
  matrix: Matrix,
  { isByColumn, lines, length, stride }: Layout,
  memory: Floats,
  at: number,
): void {
  const { data, offset, rowStride, columnStride } = matrix;
  const [lineStride, elementStride] = isByColumn ? [columnStride, rowStride] : [rowStride, columnStride];
  if (elementStride === 1 && lineStride === length && stride === length) {
    memory.set(data.subarray(offset, offset + lines * length), at);
    return;
  }
  for (let i = 0; i < lines; i++) {
    const [from, to] = [offset + i * lineStride, at + i * stride];
    if (elementStride === 1 && length >= worthSetting) memory.set(data.subarray(from, from + length), to);
    else for (let j = 0; j < length; j++) memory[to + j] = data[from + j * elementStride] as number;
  }
}

/** Copies a result out of memory, whose rows are `stride` elements apart there. */
export function copyOut(
  memory: Floats,
  at: number,
  stride: number,
  { rows, columns }: ProductSize,
  out: Floats,
  outOffset: number,
): void {
  if (stride === columns) {
    out.set(memory.subarray(at, at + rows * columns), outOffset);
    return;
  }
  for (let i = 0; i < rows; i++) {
    const [from, to] = [at + i * stride, outOffset + i * columns];
    if (columns >= worthSetting) out.set(memory.subarray(from, from + columns), to);
    else for (let j = 0; j < columns; j++) out[to + j] = memory[from + j] as number;
  }
}
