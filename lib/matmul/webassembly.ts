/** The matrix product in WebAssembly: one instance per element type, whose memory holds copies of the operands and their packed panels. */
import type { Floats } from '../elementwise/declare.ts';
import { instantiate, newMemory, pageBytes } from '../wasm/engine.ts';
import { hasRelaxedSimd, hasSimd } from '../wasm/features.ts';
import { assembleMatmul, depthUnit, type ElementType, type MatmulExports, tileColumns, tileRows } from './assembled.ts';
import type { MatmulKernel, Matrix, ProductSize } from './kernel.ts';

// The sizes of the packed blocks: A's should stay in the second-level cache, a panel of B's in the first.
const blockDepth = 256;
const blockRows = 128;

/** Whether this engine can run the kernel. */
export function hasWebAssemblyMatmul(): boolean {
  return hasSimd();
}

/** A `MatmulKernel` for matrices of any size. Sums are accumulated in the operands' own precision. */
export const webAssemblyMatmul: MatmulKernel = (a, b, size, out, outOffset) => {
  const type = out instanceof Float32Array ? 'float32' : 'float64';
  instances[type] ??= new MatmulInstance(type);
  instances[type].multiply(a, b, size, out, outOffset);
};

const instances: { float32?: MatmulInstance; float64?: MatmulInstance } = {};

class MatmulInstance {
  readonly #bytes: number;
  readonly #tileColumns: number;
  readonly #memory = newMemory();
  readonly #exports: MatmulExports;

  constructor(type: ElementType) {
    this.#bytes = type === 'float32' ? 4 : 8;
    this.#tileColumns = tileColumns(type);
    this.#exports = instantiate(assembleMatmul(type, { fused: hasRelaxedSimd() }), this.#memory);
  }

  multiply(a: Matrix, b: Matrix, size: ProductSize, out: Floats, outOffset: number): void {
    const { rows, depth, columns } = size;
    if (depth === 0) return; // an empty sum: the zeros that stand there
    const [paddedRows, paddedColumns] = [roundUp(rows, tileRows), roundUp(columns, this.#tileColumns)];
    const partDepth = Math.min(blockDepth, roundUp(depth, depthUnit));
    const [left, right] = [withoutGaps(a, rows, depth), withoutGaps(b, depth, columns)];
    const [sourceA, sourceB, packedA, packedB, sums] = this.#reserve([
      left.data.length,
      right.data.length,
      paddedRows * partDepth,
      paddedColumns * partDepth,
      paddedRows * paddedColumns,
    ]) as [number, number, number, number, number];
    const memory = this.#view(out);
    memory.set(left.data, sourceA);
    memory.set(right.data, sourceB);

    const at = (index: number) => index * this.#bytes;
    for (let k = 0; k < depth; k += partDepth) {
      const part = Math.min(partDepth, depth - k);
      const padded = roundUp(part, depthUnit);
      const firstA = at(sourceA + k * left.columnStride);
      const firstB = at(sourceB + k * right.rowStride);
      this.#exports.packRows(firstA, at(left.rowStride), at(left.columnStride), rows, part, padded, at(packedA));
      this.#exports.packColumns(
        firstB,
        at(right.columnStride),
        at(right.rowStride),
        columns,
        part,
        padded,
        at(packedB),
      );
      for (let row = 0; row < paddedRows; row += blockRows) {
        this.#exports.multiply(
          at(packedA + row * padded),
          at(packedB),
          at(sums + row * paddedColumns),
          Math.min(blockRows, paddedRows - row) / tileRows,
          paddedColumns / this.#tileColumns,
          padded,
          at(paddedColumns),
          Number(k === 0),
        );
      }
    }
    copyRows(memory.subarray(sums), paddedColumns, size, out, outOffset);
  }

  /** Room for that many elements each, as indices; the memory grows to the largest product so far, and stays. */
  #reserve(lengths: readonly number[]): readonly number[] {
    const aligned = lengths.map((length) => roundUp(length, 16));
    const starts = aligned.map((_, i) => aligned.slice(0, i).reduce((sum, length) => sum + length, 0));
    const wanted = aligned.reduce((sum, length) => sum + length, 0) * this.#bytes;
    const missing = wanted - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    return starts;
  }

  #view(like: Floats): Floats {
    return like instanceof Float32Array ? new Float32Array(this.#memory.buffer) : new Float64Array(this.#memory.buffer);
  }
}

/** The part of the operand's data that the matrix lies in, or, if it lies there backwards or with gaps, a copy of the matrix. */
function withoutGaps({ data, offset, rowStride, columnStride }: Matrix, rows: number, columns: number): Matrix {
  const span = rows * columns === 0 ? 0 : (rows - 1) * rowStride + (columns - 1) * columnStride + 1;
  if (rowStride >= 0 && columnStride >= 0 && span <= 2 * rows * columns) {
    return { data: data.subarray(offset, offset + span), offset: 0, rowStride, columnStride };
  }
  const copy = data instanceof Float32Array ? new Float32Array(rows * columns) : new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) copy[i * columns + j] = data[offset + i * rowStride + j * columnStride] as number;
  }
  return { data: copy, offset: 0, rowStride: columns, columnStride: 1 };
}

/** Copies the sums without the padding behind each row. */
function copyRows(sums: Floats, stride: number, { rows, columns }: ProductSize, out: Floats, outOffset: number): void {
  if (stride === columns) {
    out.set(sums.subarray(0, rows * columns), outOffset);
    return;
  }
  for (let i = 0; i < rows; i++) out.set(sums.subarray(i * stride, i * stride + columns), outOffset + i * columns);
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
