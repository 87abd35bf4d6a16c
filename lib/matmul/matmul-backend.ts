/** Which kernel computes a product: the setting, the choice for each product, and a count of what ran. */
import { ArgumentError } from '../errors.ts';
import { completeOptions } from '../options.ts';
import { chooseCpuKernel } from './cpu.ts';
import { type GpuReport, gpuReport, gpuShouldMultiply, loadGpu, multiplyOnGpu } from './gpu/gpu-backend.ts';
import type { MatmulKernel, ProductSize } from './kernel.ts';
import { hasWebAssemblyMatmul } from './webassembly.ts';

/**
 * - `'auto'`: WebAssembly where the engine has it and the product is large enough, else plain JavaScript.
 *   After `loadGpuBackend()`, also the GPU, for float32 products of sizes at which it measured the GPU to be
 *   faster.
 * - `'gpu'`: the GPU for every float32 product that it can hold.
 * - `'wasm'`: WebAssembly for every product.
 * - `'javascript'`: plain JavaScript for every product.
 */
export type MatmulBackend = 'auto' | 'gpu' | 'wasm' | 'javascript';

const backends: readonly MatmulBackend[] = ['auto', 'gpu', 'wasm', 'javascript'];

let backend: MatmulBackend = 'auto';
const products = { gpu: 0, wasm: 0, javascript: 0 };

/**
 * Chooses what computes matrix products from now on. The choice changes their speed and their last bits:
 * JavaScript accumulates in float64, WebAssembly and the GPU accumulate in the operands' precision. float64
 * products never go to the GPU.
 *
 * @throws ArgumentError if the backend does not exist, if this engine cannot run it, or if it is `'gpu'` and
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

/** The name that `setMatmulBackend` got last; `'auto'` at first. */
export function matmulBackend(): MatmulBackend {
  return backend;
}

/**
 * Loads the optional peer gpu.js, starts it (WebGL 2 in browsers, headless GL in Node), tests it, and times
 * it against the CPU for about 200 ms. All the waiting happens here, so that `matmul` stays synchronous. Then
 * `'auto'` uses the GPU for the products at which it should be faster, and `setMatmulBackend('gpu')` works.
 *
 * It does not throw if there is no GPU: the report says why, and `backendReport().gpu` gives the same report.
 * Call it again to use a GPU that we have retired.
 *
 * @throws ArgumentError if `gpuJs` is another module.
 * @example
 * const { status, reason } = await loadGpuBackend();
 */
export async function loadGpuBackend(options: GpuOptions = {}): Promise<GpuReport> {
  const { gpuJs } = completeOptions('loadGpuBackend', { gpuJs: undefined }, options);
  return loadGpu((a, b, size, out, outOffset) => {
    chooseCpuKernel(size, 'auto').kernel(a, b, size, out, outOffset);
  }, gpuJs);
}

export interface GpuOptions {
  /**
   * The module gpu.js, as `await import('gpu.js')` gives it; by default the installed one. Bundles of webpack
   * and Next need it, because webpack warns of each import of a package that may be missing.
   */
  readonly gpuJs?: object;
}

/** The chosen backend, the report about the GPU, and how many products each kernel has computed. */
export interface BackendReport {
  readonly chosen: MatmulBackend;
  readonly gpu: GpuReport;
  readonly products: Readonly<Record<'gpu' | 'wasm' | 'javascript', number>>;
}

/**
 * Says which kernels compute matrix products here, and why.
 *
 * @example
 * backendReport().gpu.reason; // 'faster than the CPU at square products from about 1024 on (measured, …)'
 */
export function backendReport(): BackendReport {
  return { chosen: backend, gpu: gpuReport(), products: { ...products } };
}

/** The `MatmulKernel` that passes each product to one of the others; the CPU if the GPU fails. */
export const multiply: MatmulKernel = (a, b, size, out, outOffset) => {
  if (out instanceof Float32Array && isForGpu(size) && multiplyOnGpu(a, b, size, out, outOffset)) {
    products.gpu++;
    return;
  }
  const { name, kernel } = chooseCpuKernel(size, backend === 'gpu' ? 'auto' : backend);
  kernel(a, b, size, out, outOffset);
  products[name]++;
};

/** Counts products that a compiled program has computed in its own WebAssembly, without `multiply`. */
export function countProgramProducts(count: number): void {
  products.wasm += count;
}

/** Whether `matmul` computes products of this size in WebAssembly. */
export function multipliesInWebAssembly(size: ProductSize): boolean {
  return !isForGpu(size) && chooseCpuKernel(size, backend === 'gpu' ? 'auto' : backend).name === 'wasm';
}

// Under 'auto', `gpuWins` in gpu/calibrate.ts decides, by what was measured when the GPU was loaded.
function isForGpu(size: ProductSize): boolean {
  if (size.rows === 0 || size.depth === 0 || size.columns === 0) return false;
  return backend === 'gpu' || (backend === 'auto' && gpuShouldMultiply(size));
}
