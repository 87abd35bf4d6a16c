import type { Matrix, ProductSize } from '../kernel.ts';
import type { GlContext, GlMode, Gpu, GpuJs } from './gpu-js.ts';
import { GpuKernels } from './gpu-kernels.ts';
import { operandOf } from './operand.ts';

/**
 * A GPU, by way of gpu.js: it multiplies float32 matrices, says what it is, and whether it can still be
 * trusted.
 */
export class GpuDevice {
  readonly mode: GlMode;
  readonly #gpuJs: GpuJs;
  readonly #gpu: Gpu;
  readonly #kernels: GpuKernels;
  #context: GlContext | null = null;

  constructor(gpuJs: GpuJs, mode: GlMode) {
    this.mode = mode;
    this.#gpuJs = gpuJs;
    this.#gpu = new gpuJs.GPU({ mode });
    this.#kernels = new GpuKernels(this.#gpu);
  }

  /**
   * The rows of the product of two float32 matrices, none of whose sizes may be 0. Blocks until they are
   * there. Throws what gpu.js throws; returns zeros, or what lay in memory, if the context was lost
   * meanwhile.
   */
  product(a: Matrix, b: Matrix, size: ProductSize): readonly Float32Array[] {
    const [left, right] = [operandOf(a, size.rows, size.depth), operandOf(b, size.depth, size.columns)];
    const kernel = this.#kernels.get(left.transposed, right.transposed, size);
    const { Input } = this.#gpuJs;
    const rows = kernel(new Input(left.data, left.size), new Input(right.data, right.size), size.depth);
    if (kernel.fallbackReason) throw new Error(`gpu.js fell back to the CPU: ${kernel.fallbackReason}`);
    this.#context ??= kernel.kernel.context;
    return rows;
  }

  /** Whether the matrices fit into textures. Known after the first product. */
  holds({ rows, depth, columns }: ProductSize): boolean {
    // gpu.js makes textures as square as it can, and may need one line more than the root.
    const side = Number(this.#context?.getParameter(this.#context.MAX_TEXTURE_SIZE) ?? 2048) - 1;
    return Math.max(rows * depth, depth * columns, rows * columns) <= side * side;
  }

  /** Whether the browser or the driver took the context away: all results are worthless from then on. */
  get isLost(): boolean {
    return this.#context?.isContextLost() ?? false;
  }

  /**
   * The name of what draws, as the driver gives it. Software renderers give one too. Known after the first
   * product.
   */
  get renderer(): string {
    const context = this.#context;
    if (context === null) return 'unknown';
    const unmasked = context.getExtension('WEBGL_debug_renderer_info')?.UNMASKED_RENDERER_WEBGL;
    return String(context.getParameter(unmasked ?? context.RENDERER));
  }

  /** Gives the context back. */
  destroy(): Promise<void> {
    return this.#gpu.destroy();
  }
}
