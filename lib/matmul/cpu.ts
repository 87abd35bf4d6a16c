import type { MatmulKernel, ProductSize } from './kernel.ts';
import { tiledMatmul } from './tiled.ts';
import { vectorMatmul } from './vector.ts';
import { hasWebAssemblyMatmul, webAssemblyMatmul } from './webassembly.ts';

/** A kernel that computes a product on the CPU, and the name of its kind. */
export interface CpuChoice {
  readonly name: 'wasm' | 'javascript';
  readonly kernel: MatmulKernel;
}

// From this many multiply-adds on, WebAssembly saves more time than the copies into its memory cost. We
// measured this for matrices and for vectors.
const worthCopying = 8 ** 3;

const wasm: CpuChoice = { name: 'wasm', kernel: webAssemblyMatmul };
const javascript: CpuChoice = { name: 'javascript', kernel: tiledMatmul };
const vector: CpuChoice = { name: 'javascript', kernel: vectorMatmul };

/** The kernel for a product. Only its size decides, so that the same call gives the same bits. */
export function chooseCpuKernel(
  { rows, depth, columns }: ProductSize,
  wanted: 'auto' | CpuChoice['name'],
): CpuChoice {
  const pays = wanted === 'wasm' || rows * depth * columns >= worthCopying;
  if (wanted !== 'javascript' && pays && hasWebAssemblyMatmul()) return wasm;
  return rows === 1 || columns === 1 ? vector : javascript;
}
