/** Products of a matrix and a single vector. They use each matrix element once, so packing would not pay. */
import type { Floats } from '../requirements.ts';
import type { Matrix, ProductSize } from './kernel.ts';
import { transposed } from './operands.ts';

/** A `MatmulKernel` for a matrix times a column, or a row times a matrix. It accumulates in float64. */
export function vectorMatmul(
  a: Matrix,
  b: Matrix,
  { rows, depth, columns }: ProductSize,
  out: Floats,
  outOffset: number,
): void {
  if (columns === 1) matrixTimesVector(a, rows, depth, b.data, b.offset, b.rowStride, out, outOffset);
  else matrixTimesVector(transposed(b), columns, depth, a.data, a.offset, a.columnStride, out, outOffset);
}

function matrixTimesVector(
  matrix: Matrix,
  rows: number,
  depth: number,
  vector: Floats,
  offset: number,
  stride: number,
  out: Floats,
  outOffset: number,
): void {
  const { data, rowStride, columnStride } = matrix;
  if (Math.abs(columnStride) <= Math.abs(rowStride)) {
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      let at = matrix.offset + i * rowStride;
      for (let k = 0, v = offset; k < depth; k++, v += stride, at += columnStride) {
        sum += (data[at] as number) * (vector[v] as number);
      }
      out[outOffset + i] = sum;
    }
    return;
  }
  // Column by column, because the matrix lies in memory like that.
  const sums = new Float64Array(rows);
  for (let k = 0; k < depth; k++) {
    const factor = vector[offset + k * stride] as number;
    let at = matrix.offset + k * columnStride;
    for (let i = 0; i < rows; i++, at += rowStride)
      sums[i] = (sums[i] as number) + (data[at] as number) * factor;
  }
  out.set(sums, outOffset);
}
