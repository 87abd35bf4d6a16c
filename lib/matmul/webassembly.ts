/** The matrix product in WebAssembly: one instance per element type, whose memory holds copies of the operands and their packed panels. */
import type { Floats } from '../elementwise/declare.ts';
import { instantiate, newMemory, pageBytes } from '../wasm/engine.ts';
import { hasRelaxedSimd, hasSimd } from '../wasm/features.ts';
import { assembleMatmul, type ElementType, paddedSizes, productArguments } from './assembled.ts';
import type { MatmulKernel, Matrix, ProductSize } from './kernel.ts';

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
  readonly #type: ElementType;
  readonly #bytes: number;
  readonly #memory = newMemory();
  readonly #product: (...job: readonly number[]) => void;

  constructor(type: ElementType) {
    this.#type = type;
    this.#bytes = type === 'float32' ? 4 : 8;
    const code = assembleMatmul(type, { fused: hasRelaxedSimd() });
    this.#product = instantiate<{ product: (...job: readonly number[]) => void }>(code, this.#memory).product;
  }

  multiply(a: Matrix, b: Matrix, size: ProductSize, out: Floats, outOffset: number): void {
    const { rows, depth, columns } = size;
    if (depth === 0) return; // an empty sum: the zeros that stand there
    const [left, right] = [withoutGaps(a, rows, depth), withoutGaps(b, depth, columns)];
    const sizes = paddedSizes(this.#type, rows, columns, depth);
    const [sourceA, sourceB, packedLeft, packedRight, sums] = this.#reserve([
      left.data.length,
      right.data.length,
      sizes.packedLeft,
      sizes.packedRight,
      sizes.sums,
    ]) as [number, number, number, number, number];
    const memory = this.#view(out);
    memory.set(left.data, sourceA);
    memory.set(right.data, sourceB);
    const at = (index: number) => index * this.#bytes;
    const job = {
      left: { start: at(sourceA), across: at(left.rowStride), along: at(left.columnStride) },
      right: { start: at(sourceB), across: at(right.columnStride), along: at(right.rowStride) },
      ...{ rows, columns, depth, packedLeft: at(packedLeft), packedRight: at(packedRight), sums: at(sums) },
    };
    this.#product(...productArguments(job));
    copyRows(memory.subarray(sums), sizes.paddedColumns, size, out, outOffset);
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
