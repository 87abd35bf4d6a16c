/** The matrix product in WebAssembly: one instance per element type, whose memory holds copies of the operands and their packed panels. */
import type { Floats } from '../elementwise/declare.ts';
import { mailboxBytes, ThreadPool, threadCount } from '../threads/pool.ts';
import { instantiate, type Memory, newMemory, pageBytes } from '../wasm/engine.ts';
import { hasRelaxedSimd, hasSimd } from '../wasm/features.ts';
import { assembleMatmul, type Lines, paddedSizes, productArguments, roundUp } from './assembly/product.ts';
import { type ElementType, tileRows } from './assembly/tile.ts';
import type { MatmulKernel, Matrix, ProductSize } from './kernel.ts';
import { copyIn, copyOut, type Layout, layoutOf } from './operands.ts';

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
    if (rows === 0 || depth === 0 || columns === 0) return; // empty sums: the zeros that stand there
    const [layoutA, layoutB] = [layoutOf(a, rows, depth), layoutOf(b, depth, columns)];
    const shares = shareRows(rows, threads);
    const { sums, packed, paddedColumns } = paddedSizes(this.#type, rows, columns, depth);
    const [startA, startB, startSums, ...startPacked] = this.#reserve([
      layoutA.lines * layoutA.stride,
      layoutB.lines * layoutB.stride,
      sums,
      ...shares.map(() => packed),
    ]) as [number, number, number, ...number[]];
    const memory = this.#view(out);
    copyIn(a, layoutA, memory, startA / this.#bytes);
    copyIn(b, layoutB, memory, startB / this.#bytes);
    const left = linesOf(startA, layoutA, !layoutA.isByColumn, this.#bytes);
    const right = linesOf(startB, layoutB, layoutB.isByColumn, this.#bytes);
    this.#pool.run(
      shares.map(({ first, count }, i) =>
        productArguments({
          left: { ...left, start: left.start + first * left.across },
          right,
          rows: count,
          columns,
          depth,
          packed: startPacked[i] as number,
          sums: startSums + first * paddedColumns * this.#bytes,
        }),
      ),
    );
    copyOut(memory, startSums / this.#bytes, paddedColumns, size, out, outOffset);
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

/** An operand's lines for the kernel: those that it lies in, or those across them. */
function linesOf(start: number, { stride }: Layout, isAlongLines: boolean, bytes: number): Lines {
  return isAlongLines
    ? { start, across: stride * bytes, along: bytes }
    : { start, across: bytes, along: stride * bytes };
}
