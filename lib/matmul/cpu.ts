import type { MatmulKernel, ProductSize } from './kernel.ts';
import { tiledMatmul } from './tiled.ts';
import { vectorMatmul } from './vector.ts';
import { hasWebAssemblyMatmul, webAssemblyMatmul } from './webassembly.ts';

/** What computes a product on the CPU, and which of our two ways that is. */
export interface CpuChoice {
  readonly name: 'wasm' | 'javascript';
  readonly kernel: MatmulKernel;
}

// Multiply-adds from which the copies into WebAssembly's memory pay: measured, for matrices and vectors
// alike.
const worthCopying = 8 ** 3;

const wasm: CpuChoice = { name: 'wasm', kernel: webAssemblyMatmul };
const javascript: CpuChoice = { name: 'javascript', kernel: tiledMatmul };
const vector: CpuChoice = { name: 'javascript', kernel: vectorMatmul };

/** The kernel for a product: by its size alone, so that the same call gives the same bits. */
export function chooseCpuKernel(
  { rows, depth, columns }: ProductSize,
  wanted: 'auto' | CpuChoice['name'],
): CpuChoice {
  const pays = wanted === 'wasm' || rows * depth * columns >= worthCopying;
  if (wanted !== 'javascript' && pays && hasWebAssemblyMatmul()) return wasm;
  return rows === 1 || columns === 1 ? vector : javascript;
}
