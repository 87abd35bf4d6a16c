/** Copies matrices into WebAssembly's memory, and results out of it. */
import type { Floats } from '../requirements.ts';
import type { Matrix, ProductSize } from './kernel.ts';

/**
 * How a matrix lies in memory that we fill: `lines` rows or columns of `length` elements each, whose
 * beginnings are `stride` elements apart.
 */
export interface Layout {
  readonly isByColumn: boolean;
  readonly lines: number;
  readonly length: number;
  readonly stride: number;
}

// From this length on, `subarray` and `set` copy a line faster than a loop.
const worthSetting = 32;

/**
 * The layout for a copy of the matrix. It is by column if the elements of a column lie side by side,
 * otherwise by row.
 */
export function layoutOf({ rowStride, columnStride }: Matrix, rows: number, columns: number): Layout {
  const isByColumn = rowStride === 1 && (columnStride !== 1 || columns === 1);
  return isByColumn ? { isByColumn, lines: columns, length: rows, stride: rows } : rowByRow(rows, columns);
}

export function rowByRow(rows: number, columns: number): Layout {
  return { isByColumn: false, lines: rows, length: columns, stride: columns };
}

/**
 * Moves the lines a little farther apart if their distance is a multiple of 4096 bytes
 * (of 1024 bytes for columns). Such lines compete for the same few places in the first-level cache: reading
 * four rows at once took 1.6 times as long, reading across the lines up to five times.
 */
export function padLines(layout: Layout, bytes: number): Layout {
  const { isByColumn, length } = layout;
  const isUnfortunate = (length * bytes) % (isByColumn ? 1024 : 4096) === 0;
  return isUnfortunate ? { ...layout, stride: length + 64 / bytes } : layout;
}

/** Copies the matrix to `memory`, from element `at` on. */
export function copyIn(matrix: Matrix, layout: Layout, memory: Floats, at: number): void {
  const { data, offset } = matrix;
  const { lines, length, stride } = layout;
  const [across, along] = stepsOf(matrix, layout);
  if (stride === length && isGapless(matrix, layout)) {
    memory.set(data.subarray(offset, offset + lines * length), at);
    return;
  }
  for (let i = 0; i < lines; i++)
    copyLine(data, offset + i * across, along, length, memory, at + i * stride, 1);
}

/** Whether the lines of this layout lie one after another in the matrix's own memory. */
export function isGapless(matrix: Matrix, layout: Layout): boolean {
  const [across, along] = stepsOf(matrix, layout);
  // Along an axis of length 1, the stride does not matter.
  return (layout.length === 1 || along === 1) && (layout.lines === 1 || across === layout.length);
}

function stepsOf(
  { rowStride, columnStride }: Matrix,
  { isByColumn }: Layout,
): readonly [across: number, along: number] {
  return isByColumn ? [columnStride, rowStride] : [rowStride, columnStride];
}

/** Copies a result to `out`, row by row. The result may lie row by row or column by column. */
export function copyOut(
  matrix: Matrix,
  { rows, columns }: ProductSize,
  out: Floats,
  outOffset: number,
): void {
  const { data, offset, rowStride, columnStride } = matrix;
  if (columnStride === 1 && rowStride === columns) {
    out.set(data.subarray(offset, offset + rows * columns), outOffset);
  } else if (columnStride === 1) {
    for (let i = 0; i < rows; i++)
      copyLine(data, offset + i * rowStride, 1, columns, out, outOffset + i * columns, 1);
  } else {
    for (let j = 0; j < columns; j++) {
      copyLine(data, offset + j * columnStride, rowStride, rows, out, outOffset + j, columns);
    }
  }
}

function copyLine(
  from: Floats,
  start: number,
  stride: number,
  length: number,
  to: Floats,
  toStart: number,
  toStride: number,
): void {
  if (stride === 1 && toStride === 1 && length >= worthSetting) {
    to.set(from.subarray(start, start + length), toStart);
    return;
  }
  for (let i = 0; i < length; i++) to[toStart + i * toStride] = from[start + i * stride] as number;
}

/** The transposed matrix, on the same data. */
export function transposed({ data, offset, rowStride, columnStride }: Matrix): Matrix {
  return { data, offset, rowStride: columnStride, columnStride: rowStride };
}
