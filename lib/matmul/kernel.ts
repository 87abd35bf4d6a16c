/** What a matmul kernel is: so that several can stand side by side (plain JS, WebAssembly, a GPU). */
import type { Floats } from '../requirements.ts';

/** A matrix anywhere in memory: element (i, j) is `data[offset + i·rowStride + j·columnStride]`. */
export interface Matrix {
  readonly data: Floats;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** The sizes of a product of [rows, depth] and [depth, columns]. */
export interface ProductSize {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

/**
 * Computes one product of two matrices. The result, row-major, goes to `out` from `outOffset` on, where zeros
 * stand before. Each kernel says in which precision it accumulates.
 */
export type MatmulKernel = (a: Matrix, b: Matrix, size: ProductSize, out: Floats, outOffset: number) => void;
