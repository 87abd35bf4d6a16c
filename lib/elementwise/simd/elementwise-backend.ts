import { ArgumentError } from '../../errors.ts';
import { hasSimd } from '../../wasm/features.ts';

/**
 * `'auto'`: SIMD for float32 arrays where the engine has it. `'javascript'`: the readable loops, in double
 * precision.
 */
export type ElementwiseBackend = 'auto' | 'javascript';

let backend: ElementwiseBackend = 'auto';

// Elements from which the copies to WebAssembly and back pay.
const worthCopying = 64;

/**
 * Chooses what computes elementwise functions, sums, extrema and random numbers from now on: it changes
 * speed, and the last bit.
 *
 * @example setElementwiseBackend('javascript');
 */
export function setElementwiseBackend(name: ElementwiseBackend): void {
  if (name !== 'auto' && name !== 'javascript') {
    throw new ArgumentError(`setElementwiseBackend: wanted 'auto' or 'javascript', got '${String(name)}'`);
  }
  backend = name;
}

/** What `setElementwiseBackend` chose last; `'auto'` at first. */
export function elementwiseBackend(): ElementwiseBackend {
  return backend;
}

/** Whether there is SIMD, and it is wanted. */
export function usesSimd(): boolean {
  return backend === 'auto' && hasSimd();
}

/**
 * Whether to compute that many elements in SIMD: by their number alone, so that the same call gives the same
 * bits.
 */
export function simdPays(size: number): boolean {
  return size >= worthCopying && usesSimd();
}
