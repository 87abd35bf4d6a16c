import { ArgumentError } from '../errors.ts';
import type { MatmulKernel, ProductSize } from './kernel.ts';
import { tiledMatmul } from './tiled.ts';
import { vectorMatmul } from './vector.ts';
import { hasWebAssemblyMatmul, webAssemblyMatmul } from './webassembly.ts';

/** `'auto'`: WebAssembly where the engine has it and the product is worth it, plain JavaScript otherwise. */
export type MatmulBackend = 'auto' | 'wasm' | 'javascript';

const backends: readonly MatmulBackend[] = ['auto', 'wasm', 'javascript'];

let backend: MatmulBackend = 'auto';

// Multiply-adds from which the copies into WebAssembly's memory pay: measured, they break even below 12×12×12.
const worthCopying = 12 ** 3;

/**
 * Chooses what computes matrix products from now on. It changes the speed, and the last bits: JavaScript accumulates in
 * float64, WebAssembly in the operands' precision.
 *
 * @throws ArgumentError for a backend that does not exist, or that this engine cannot run.
 * @example setMatmulBackend('javascript'); // the readable reference
 */
export function setMatmulBackend(name: MatmulBackend): void {
  if (!backends.includes(name)) {
    throw new ArgumentError(`setMatmulBackend: wanted one of ${backends.join(', ')}, got '${name}'`);
  }
  if (name === 'wasm' && !hasWebAssemblyMatmul()) {
    throw new ArgumentError("setMatmulBackend: this JavaScript engine has no WebAssembly with SIMD; use 'auto'");
  }
  backend = name;
}

/** What `setMatmulBackend` chose last; `'auto'` at first. */
export function matmulBackend(): MatmulBackend {
  return backend;
}

/** The kernel for a product: by its size alone, so that the same call gives the same bits. */
export function chooseKernel(size: ProductSize): MatmulKernel {
  const { rows, depth, columns } = size;
  if (rows === 1 || columns === 1) return vectorMatmul;
  const pays = backend === 'wasm' || rows * depth * columns >= worthCopying;
  return backend !== 'javascript' && pays && hasWebAssemblyMatmul() ? webAssemblyMatmul : tiledMatmul;
}
