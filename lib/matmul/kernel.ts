/** The common type of the matmul kernels: plain JavaScript, WebAssembly, and the GPU. */
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
 * Computes one product of two matrices and writes it, row-major, to `out` from `outOffset` on. The caller has
 * put zeros there. Each kernel says in which precision it accumulates.
 */
export type MatmulKernel = (a: Matrix, b: Matrix, size: ProductSize, out: Floats, outOffset: number) => void;
