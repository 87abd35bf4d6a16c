/**
 * The matrix product in WebAssembly. Each element type has its own instance, whose memory holds copies of the
 * operands, their packed blocks, and the sums.
 */
import type { Floats } from '../requirements.ts';
import { mailboxBytes, ThreadPool, threadCount } from '../threads/pool.ts';
import { instantiate, type Memory, newMemory, pageBytes } from '../wasm/engine.ts';
import { hasRelaxedSimd, hasSimd } from '../wasm/features.ts';
import { assembleMatmul, type Lines, paddedSizes, productArguments, roundUp } from './assembly/product.ts';
import { type ElementType, rowUnit } from './assembly/tile.ts';
import type { MatmulKernel, Matrix, ProductSize } from './kernel.ts';
import { copyIn, copyOut, type Layout, layoutOf, padLines, rowByRow, transposed } from './operands.ts';
import { tiledMatmul } from './tiled.ts';

/** Whether this engine can run the WebAssembly kernel. */
export function hasWebAssemblyMatmul(): boolean {
  return hasSimd();
}

/**
 * A `MatmulKernel` for matrices of any size. It accumulates in the operands' own precision. It spreads the
 * rows of a large product over threads. The number of threads does not change how it computes each sum.
 */
export const webAssemblyMatmul: MatmulKernel = (a, b, size, out, outOffset) => {
  const { rows, depth, columns } = size;
  const products = rows * depth * columns;
  if (products === 0) return; // empty sums: the zeros that `out` already holds
  const type = out instanceof Float32Array ? 'float32' : 'float64';
  const threads = products >= worthSharing ? threadCount() : 1;
  const instance = instanceFor(type, threads > 1);
  const { isTransposed } = productMethod(a, b, size);
  const sums = isTransposed
    ? instance.multiply(transposed(b), transposed(a), { rows: columns, depth, columns: rows }, threads)
    : instance.multiply(a, b, size, threads);
  if (sums) copyOut(isTransposed ? transposed(sums) : sums, size, out, outOffset);
  else tiledMatmul(a, b, size, out, outOffset);
};

/** How the kernel computes a product. This decides the order of its sums. */
export interface ProductMethod {
  /** Whether it computes (ab)ᵀ = bᵀaᵀ instead. */
  readonly isTransposed: boolean;
  /** Whether it computes scalar products of lines, which must lie side by side. */
  readonly asDots: boolean;
}

/** The method for a product: its sizes decide, and which elements of the operands lie side by side. */
export function productMethod(a: Matrix, b: Matrix, { rows, depth, columns }: ProductSize): ProductMethod {
  const isTransposed = isBetterTransposed(a, { rows, depth, columns });
  const right = isTransposed ? layoutOf(transposed(a), depth, rows) : layoutOf(b, depth, columns);
  return { isTransposed, asDots: paysAsDots(right, isTransposed ? columns : rows, depth) };
}

/** Whether to compute scalar products, if the right operand has this layout. */
function paysAsDots(right: Layout, rows: number, depth: number): boolean {
  return right.isByColumn && rows <= mostDotRows && depth >= leastDotDepth;
}

/**
 * Whether to compute (ab)ᵀ = bᵀaᵀ instead. The kernel is faster with few rows than with few columns, above
 * all if it then need not read across the lines of `a`.
 */
function isBetterTransposed(a: Matrix, { rows, depth, columns }: ProductSize): boolean {
  const fewColumns = layoutOf(a, rows, depth).isByColumn ? 12 : 4;
  return columns <= fewColumns && columns < rows;
}

/** The instance for an element type: one works alone, in memory of its own, and another one with threads. */
function instanceFor(type: ElementType, withThreads: boolean): MatmulInstance {
  const known = withThreads ? withOthers : alone;
  known[type] ??= new MatmulInstance(type, withThreads);
  return known[type];
}

const alone: Partial<Record<ElementType, MatmulInstance>> = {};
const withOthers: Partial<Record<ElementType, MatmulInstance>> = {};

// From this many multiply-adds on, it pays to wake another thread.
const worthSharing = 2 ** 23;

// Scalar products pay from this depth on, and up to this many rows: for every four rows they read each line
// of the right operand again.
const leastDotDepth = 16;
const mostDotRows = 32;

// From this many rows on, the kernel reads the right operand so often that padding it pays.
const leastPaddedRows = 5;

class MatmulInstance {
  readonly #type: ElementType;
  readonly #bytes: number;
  readonly #memory: Memory;
  readonly #pool: ThreadPool;
  #elements: Floats;

  constructor(type: ElementType, sharedMemory: boolean) {
    this.#type = type;
    this.#bytes = type === 'float32' ? 4 : 8;
    this.#memory = newMemory({ shared: sharedMemory });
    this.#elements = this.#view();
    const code = assembleMatmul(type, { fused: hasRelaxedSimd(), sharedMemory });
    const { product } = instantiate<{ product: (...job: readonly number[]) => void }>(code, this.#memory);
    this.#pool = new ThreadPool(code, this.#memory, 'product', product);
  }

  /** Returns the product in memory that the next call overwrites; null if there is not so much memory. */
  multiply(a: Matrix, b: Matrix, { rows, depth, columns }: ProductSize, threads: number): Matrix | null {
    const bytes = this.#bytes;
    const layoutB =
      rows >= leastPaddedRows ? padLines(layoutOf(b, depth, columns), bytes) : layoutOf(b, depth, columns);
    const asDots = paysAsDots(layoutB, rows, depth);
    const layoutA = asDots ? rowByRow(rows, depth) : padLines(layoutOf(a, rows, depth), bytes);
    const parts = rowParts(rows, threads);
    const sizes = paddedSizes(this.#type, rows, columns, depth);
    const lengths = [
      layoutA.lines * layoutA.stride,
      layoutB.lines * layoutB.stride,
      sizes.sums,
      ...parts.map(() => sizes.packed),
    ];
    const starts = this.#reserve(lengths);
    if (!starts) return null;
    const [startA, startB, sums, ...packed] = starts as [number, number, number, ...number[]];
    copyIn(a, layoutA, this.#elements, startA / bytes);
    copyIn(b, layoutB, this.#elements, startB / bytes);
    const left = linesOf(startA, layoutA, !layoutA.isByColumn, bytes);
    const rowBytes = sizes.paddedColumns * bytes;
    const right = linesOf(startB, layoutB, layoutB.isByColumn, bytes);
    this.#pool.run(
      parts.map(({ first, count }, i) =>
        productArguments({
          left: { ...left, start: left.start + first * left.across },
          right,
          rows: count,
          columns,
          depth,
          packed: packed[i] as number,
          sums: sums + first * rowBytes,
          rowBytes,
          asDots,
        }),
      ),
    );
    return { data: this.#elements, offset: sums / bytes, rowStride: sizes.paddedColumns, columnStride: 1 };
  }

  /**
   * Addresses with room for `lengths` elements each. The memory grows for the largest product so far. Null
   * where it cannot: 32-bit addresses reach 4 GiB, and a process may have less.
   */
  #reserve(lengths: readonly number[]): readonly number[] | null {
    let end = mailboxBytes;
    const starts = lengths.map((length) => {
      const start = end;
      end += roundUp(length * this.#bytes, 64);
      return start;
    });
    const missing = end - this.#elements.byteLength;
    if (missing > 0) {
      try {
        this.#memory.grow(Math.ceil(missing / pageBytes));
      } catch {
        return null;
      }
      this.#elements = this.#view();
    }
    return starts;
  }

  #view(): Floats {
    const { buffer } = this.#memory;
    return this.#type === 'float32' ? new Float32Array(buffer) : new Float64Array(buffer);
  }
}

/** Splits the rows into one range for each thread: whole tiles, as equal as possible. */
function rowParts(
  rows: number,
  threads: number,
): readonly { readonly first: number; readonly count: number }[] {
  if (threads === 1) return [{ first: 0, count: rows }];
  const part = roundUp(Math.ceil(rows / threads), rowUnit);
  const count = Math.ceil(rows / part);
  return Array.from({ length: count }, (_, i) => ({
    first: i * part,
    count: Math.min(part, rows - i * part),
  }));
}

/** An operand's lines for the kernel: the lines of its layout, or the lines across them. */
function linesOf(start: number, { stride }: Layout, isAlongLines: boolean, bytes: number): Lines {
  return isAlongLines
    ? { start, across: stride * bytes, along: bytes }
    : { start, across: bytes, along: stride * bytes };
}
