import type { Matrix } from '../kernel.ts';
import { copyIn, isGapless, layoutOf } from '../operands.ts';

/** A float32 matrix without gaps. It lies in memory row by row or, if `transposed`, column by column. */
export interface Operand {
  readonly data: Float32Array;
  /** The length of a row, and the number of rows; of the columns, if `transposed`. */
  readonly size: readonly [width: number, height: number];
  readonly transposed: boolean;
}

/** The matrix itself if its rows or its columns lie in memory without gaps, otherwise a copy. */
export function operandOf(matrix: Matrix, rows: number, columns: number): Operand {
  const layout = layoutOf(matrix, rows, columns);
  const { isByColumn, lines, length } = layout;
  const { offset } = matrix;
  const floats = matrix.data as Float32Array;
  const [size, transposed] = [[length, lines] as const, isByColumn];
  if (isGapless(matrix, layout))
    return { data: floats.subarray(offset, offset + rows * columns), size, transposed };
  const data = new Float32Array(rows * columns);
  copyIn(matrix, layout, data, 0);
  return { data, size, transposed };
}
