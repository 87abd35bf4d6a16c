import { ArgumentError } from '../../errors.ts';
import { hasSimd } from '../../wasm/features.ts';

/** `'auto'`: SIMD where the engine has it. `'javascript'`: always the readable loops, in double precision. */
export type ElementwiseBackend = 'auto' | 'javascript';

let backend: ElementwiseBackend = 'auto';

// From this many elements on, SIMD saves more time than the copies to WebAssembly and back cost.
const worthCopying = 64;

/**
 * Chooses what computes elementwise operations, sums, extrema and random numbers from now on. The choice
 * changes their speed. It also changes the last bits of float32 functions such as `exp`, and so of float32
 * normal numbers. Every other result keeps its bits.
 *
 * @throws ArgumentError for another name.
 * @example setElementwiseBackend('javascript');
 */
export function setElementwiseBackend(name: ElementwiseBackend): void {
  if (name !== 'auto' && name !== 'javascript') {
    throw new ArgumentError(`setElementwiseBackend: wanted 'auto' or 'javascript', got '${String(name)}'`);
  }
  backend = name;
}

/** The name that `setElementwiseBackend` got last; `'auto'` at first. */
export function elementwiseBackend(): ElementwiseBackend {
  return backend;
}

/** Whether the engine has SIMD and the setting allows it. */
export function usesSimd(): boolean {
  return backend === 'auto' && hasSimd();
}

/** Whether to compute `size` elements in SIMD. Only the size decides: the same call gives the same bits. */
export function simdPays(size: number): boolean {
  return size >= worthCopying && usesSimd();
}
