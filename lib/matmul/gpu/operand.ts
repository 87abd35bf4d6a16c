import type { Matrix } from '../kernel.ts';

/** A float32 matrix without gaps, as it lies in memory: row by row, or, if `transposed`, column by column. */
export interface Operand {
  readonly data: Float32Array;
  /** The length of what lies together, a row or a column, and the number of these. */
  readonly size: readonly [width: number, height: number];
  readonly transposed: boolean;
}

/** The matrix without a copy, if it lies in memory without gaps in either order; otherwise a row-major copy. */
export function operandOf({ data, offset, rowStride, columnStride }: Matrix, rows: number, columns: number): Operand {
  const floats = data as Float32Array;
  const whole = () => floats.subarray(offset, offset + rows * columns);
  // The stride along an axis of length 1 is never taken.
  const isRowMajor = (columns === 1 || columnStride === 1) && (rows === 1 || rowStride === columns);
  if (isRowMajor) return { data: whole(), size: [columns, rows], transposed: false };
  const isColumnMajor = (rows === 1 || rowStride === 1) && (columns === 1 || columnStride === rows);
  if (isColumnMajor) return { data: whole(), size: [rows, columns], transposed: true };

  const copy = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const row = offset + i * rowStride;
    for (let j = 0; j < columns; j++) copy[i * columns + j] = floats[row + j * columnStride] as number;
  }
  return { data: copy, size: [columns, rows], transposed: false };
}
