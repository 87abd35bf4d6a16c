/**
 * Who computes the products: the setting, the route from a product to a kernel, and the record of what ran.
 */
import { ArgumentError } from '../errors.ts';
import { chooseCpuKernel } from './cpu.ts';
import { type GpuReport, gpuReport, gpuShouldMultiply, loadGpu, multiplyOnGpu } from './gpu/gpu-backend.ts';
import type { MatmulKernel, ProductSize } from './kernel.ts';
import { hasWebAssemblyMatmul } from './webassembly.ts';

/**
 * - `'auto'`: WebAssembly where the engine has it and the product is worth it, plain JavaScript otherwise;
 *   and the GPU, once `loadGpuBackend()` has loaded it, for the float32 products at which it measured the GPU
 *   to be faster.
 * - `'gpu'`: the GPU for every float32 product that it can hold.
 * - `'wasm'`, `'javascript'`: these, and no GPU.
 */
export type MatmulBackend = 'auto' | 'gpu' | 'wasm' | 'javascript';

const backends: readonly MatmulBackend[] = ['auto', 'gpu', 'wasm', 'javascript'];

let backend: MatmulBackend = 'auto';
const products = { gpu: 0, wasm: 0, javascript: 0 };

/**
 * Chooses what computes matrix products from now on. It changes the speed, and the last bits: JavaScript
 * accumulates in float64, WebAssembly and the GPU in the operands' precision. float64 products never go to
 * the GPU.
 *
 * @throws ArgumentError for a backend that does not exist, that this engine cannot run, or (`'gpu'`) that is
 * not loaded.
 * @example setMatmulBackend('javascript'); // the readable reference
 */
export function setMatmulBackend(name: MatmulBackend): void {
  if (!backends.includes(name)) {
    throw new ArgumentError(`setMatmulBackend: wanted one of ${backends.join(', ')}, got '${name}'`);
  }
  if (name === 'wasm' && !hasWebAssemblyMatmul()) {
    throw new ArgumentError(
      "setMatmulBackend: this JavaScript engine has no WebAssembly with SIMD; use 'auto'",
    );
  }
  const { status, reason } = gpuReport();
  if (name === 'gpu' && status !== 'ready') {
    const advice = status === 'not loaded' ? 'call `await loadGpuBackend()` first' : reason;
    throw new ArgumentError(`setMatmulBackend: the GPU is ${status}: ${advice}`);
  }
  backend = name;
}

/** What `setMatmulBackend` chose last; `'auto'` at first. */
export function matmulBackend(): MatmulBackend {
  return backend;
}

/**
 * Loads the optional peer gpu.js, starts it (WebGL 2 in browsers, headless GL in Node), tests it, and times
 * it against the CPU (for about 200 ms). All that needs waiting for happens here, so that `matmul` itself
 * stays synchronous. It does not throw where there is no GPU: the answer, which is `backendReport().gpu` too,
 * says why. From then on `'auto'` uses the GPU for the products at which it should be faster, and `'gpu'` can
 * be chosen. Call it again after a GPU was retired.
 *
 * @example
 * const { status, reason } = await loadGpuBackend();
 */
export function loadGpuBackend(): Promise<GpuReport> {
  return loadGpu((a, b, size, out, outOffset) => {
    chooseCpuKernel(size, 'auto').kernel(a, b, size, out, outOffset);
  });
}

/** What was chosen, what is known about the GPU, and how many products each kernel has computed. */
export interface BackendReport {
  readonly chosen: MatmulBackend;
  readonly gpu: GpuReport;
  readonly products: Readonly<Record<'gpu' | 'wasm' | 'javascript', number>>;
}

/**
 * How matrix products are computed here, and why.
 *
 * @example
 * backendReport().gpu.reason; // 'faster than the CPU at square products from about 1024 on (measured, …)'
 */
export function backendReport(): BackendReport {
  return { chosen: backend, gpu: gpuReport(), products: { ...products } };
}

/**
 * The `MatmulKernel` that hands each product to one of the others. What fails on the GPU is computed again on
 * the CPU.
 */
export const multiply: MatmulKernel = (a, b, size, out, outOffset) => {
  if (out instanceof Float32Array && isForGpu(size) && multiplyOnGpu(a, b, size, out, outOffset)) {
    products.gpu++;
    return;
  }
  const { name, kernel } = chooseCpuKernel(size, backend === 'gpu' ? 'auto' : backend);
  kernel(a, b, size, out, outOffset);
  products[name]++;
};

function isForGpu(size: ProductSize): boolean {
  if (size.rows === 0 || size.depth === 0 || size.columns === 0) return false;
  return backend === 'gpu' || (backend === 'auto' && gpuShouldMultiply(size));
}
