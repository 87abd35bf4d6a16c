/** The matrix product in WebAssembly: one instance per element type, whose memory holds copies of the operands and their packed panels. */
import type { Floats } from '../elementwise/declare.ts';
import { mailboxBytes, ThreadPool, threadCount } from '../threads/pool.ts';
import { instantiate, type Memory, newMemory, pageBytes } from '../wasm/engine.ts';
import { hasRelaxedSimd, hasSimd } from '../wasm/features.ts';
import { assembleMatmul, paddedSizes, productArguments, roundUp } from './assembly/product.ts';
import { type ElementType, tileRows } from './assembly/tile.ts';
import type { MatmulKernel, Matrix, ProductSize } from './kernel.ts';

/** Whether this engine can run the kernel. */
export function hasWebAssemblyMatmul(): boolean {
  return hasSimd();
}

/**
 * A `MatmulKernel` for matrices of any size. Sums are accumulated in the operands' own precision. Large products are spread
 * over threads, by rows: each sum is computed in the same way whatever their number.
 */
export const webAssemblyMatmul: MatmulKernel = (a, b, size, out, outOffset) => {
  const type = out instanceof Float32Array ? 'float32' : 'float64';
  const isLarge = size.rows * size.depth * size.columns >= worthSharing;
  const threads = isLarge ? threadCount() : 1;
  const instance = instanceFor(type, threads > 1);
  instance.multiply(a, b, size, threads, out, outOffset);
};

/** One instance per element type works alone, in memory of its own, and another one with threads. */
function instanceFor(type: ElementType, withThreads: boolean): MatmulInstance {
  const key = `${type} ${withThreads}`;
  const instance = instances.get(key) ?? new MatmulInstance(type, withThreads);
  instances.set(key, instance);
  return instance;
}

const instances = new Map<string, MatmulInstance>();

// Multiply-adds from which waking another thread pays.
const worthSharing = 2 ** 23;

class MatmulInstance {
  readonly #type: ElementType;
  readonly #bytes: number;
  readonly #memory: Memory;
  readonly #pool: ThreadPool;

  constructor(type: ElementType, sharedMemory: boolean) {
    this.#type = type;
    this.#bytes = type === 'float32' ? 4 : 8;
    this.#memory = newMemory({ shared: sharedMemory });
    const code = assembleMatmul(type, { fused: hasRelaxedSimd(), sharedMemory });
    const { product } = instantiate<{ product: (...job: readonly number[]) => void }>(code, this.#memory);
    this.#pool = new ThreadPool(code, this.#memory, 'product', product);
  }

  multiply(a: Matrix, b: Matrix, size: ProductSize, threads: number, out: Floats, outOffset: number): void {
    const { rows, depth, columns } = size;
    if (depth === 0) return; // an empty sum: the zeros that stand there
    const [left, right] = [withoutGaps(a, rows, depth), withoutGaps(b, depth, columns)];
    const shares = shareRows(rows, threads);
    const sizes = paddedSizes(this.#type, rows, columns, depth);
    const [sourceA, sourceB, sums, ...packed] = this.#reserve([
      left.data.length,
      right.data.length,
      sizes.sums,
      ...shares.flatMap(() => [sizes.packedLeft, sizes.packedRight]),
    ]) as [number, number, number, ...number[]];
    const memory = this.#view(out);
    memory.set(left.data, sourceA / this.#bytes);
    memory.set(right.data, sourceB / this.#bytes);
    const leftAcross = left.rowStride * this.#bytes;
    this.#pool.run(
      shares.map(({ first, count }, i) =>
        productArguments({
          left: { start: sourceA + first * leftAcross, across: leftAcross, along: left.columnStride * this.#bytes },
          right: { start: sourceB, across: right.columnStride * this.#bytes, along: right.rowStride * this.#bytes },
          rows: count,
          columns,
          depth,
          packedLeft: packed[2 * i] as number,
          packedRight: packed[2 * i + 1] as number,
          sums: sums + first * sizes.paddedColumns * this.#bytes,
        }),
      ),
    );
    copyRows(memory.subarray(sums / this.#bytes), sizes.paddedColumns, size, out, outOffset);
  }

  /** Room for that many elements each, as addresses; the memory grows to the largest product so far, and stays. */
  #reserve(lengths: readonly number[]): readonly number[] {
    const sizes = lengths.map((length) => roundUp(length * this.#bytes, 64));
    const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, bytes) => sum + bytes, mailboxBytes));
    const wanted = sizes.reduce((sum, bytes) => sum + bytes, mailboxBytes);
    const missing = wanted - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    return starts;
  }

  #view(like: Floats): Floats {
    return like instanceof Float32Array ? new Float32Array(this.#memory.buffer) : new Float64Array(this.#memory.buffer);
  }
}

/** Ranges of rows, one per thread: whole tiles, as equal as possible. */
function shareRows(rows: number, threads: number): readonly { readonly first: number; readonly count: number }[] {
  const share = roundUp(Math.ceil(rows / threads), tileRows);
  const count = Math.ceil(rows / share);
  return Array.from({ length: count }, (_, i) => ({ first: i * share, count: Math.min(share, rows - i * share) }));
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
