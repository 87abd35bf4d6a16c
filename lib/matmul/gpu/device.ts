import type { Matrix, ProductSize } from '../kernel.ts';
import type { GlContext, GlMode, Gpu, GpuJs } from './gpu-js.ts';
import { GpuKernels } from './gpu-kernels.ts';
import { operandOf } from './operand.ts';

/** A GPU, through gpu.js. It multiplies float32 matrices and says whether its context is lost. */
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
   * The rows of the product of two float32 matrices. No size may be 0. Blocks until the rows are there.
   * Throws the errors of gpu.js. If the context is lost meanwhile, it returns zeros or any numbers.
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

  /** Whether the matrices fit into textures. Before the first product it assumes textures of 2048 × 2048. */
  holds({ rows, depth, columns }: ProductSize): boolean {
    // gpu.js makes textures as square as it can. It may need one line more than the square root.
    const side = Number(this.#context?.getParameter(this.#context.MAX_TEXTURE_SIZE) ?? 2048) - 1;
    return Math.max(rows * depth, depth * columns, rows * columns) <= side * side;
  }

  /** Whether the browser or the driver took the context away. All later results are wrong then. */
  get isLost(): boolean {
    return this.#context?.isContextLost() ?? false;
  }

  /** The driver's name of the renderer, also for a software renderer; 'unknown' before the first product. */
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
