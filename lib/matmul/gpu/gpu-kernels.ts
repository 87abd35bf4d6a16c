/**
 * The kernels: one for products of any size in each memory order, and faster ones for the sizes that come
 * again and again.
 */
import type { ProductSize } from '../kernel.ts';
import type { Gpu, GpuKernel } from './gpu-js.ts';

// Building a kernel for one size takes as long as some dozens of small products.
const callsThatMakeHot = 16;
const hotKernels = 32;
const remembered = 1024;

/** What gpu.js 2.24.1 needs to answer rightly. */
const options = {
  precision: 'single',
  // Without it a result that grew past 32,768 cells is wrong.
  tactic: 'precision',
  // Without it a loop with a variable bound ends, in silence, after 1,000 rounds.
  loopMaxIterations: 1 << 24,
  argumentTypes: { a: 'Input', b: 'Input', depth: 'Integer' },
};

/**
 * The kernel's source, as a string, which no bundler renames and no transpiler rewrites. A thread computes
 * the element of the result at row `thread.y` and column `thread.x`; an operand that lies transposed in
 * memory is read so.
 */
function sourceOf(transposedA: boolean, transposedB: boolean): string {
  const left = transposedA ? 'a[k][this.thread.y]' : 'a[this.thread.y][k]';
  const right = transposedB ? 'b[this.thread.x][k]' : 'b[k][this.thread.x]';
  return `function (a, b, depth) {
    let sum = 0;
    for (let k = 0; k < depth; k++) {
      sum += ${left} * ${right};
    }
    return sum;
  }`;
}

export class GpuKernels {
  readonly #gpu: Gpu;
  readonly #dynamic = new Map<string, GpuKernel>();
  /** In the order of their last use. */
  readonly #hot = new Map<string, GpuKernel>();
  readonly #calls = new Map<string, number>();

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** A kernel that is ready for products of this size and memory order. */
  get(transposedA: boolean, transposedB: boolean, size: ProductSize): GpuKernel {
    const order = `${transposedA ? 't' : 'n'}${transposedB ? 't' : 'n'}`;
    const key = `${order} ${size.rows} ${size.depth} ${size.columns}`;
    const output = [size.columns, size.rows] as const;
    const source = sourceOf(transposedA, transposedB);
    if (this.#isHot(key))
      return this.#hotKernel(key, () => this.#gpu.createKernel(source, { ...options, output }));

    let kernel = this.#dynamic.get(order);
    if (kernel === undefined) {
      kernel = this.#gpu.createKernel(source, {
        ...options,
        output,
        dynamicOutput: true,
        dynamicArguments: true,
      });
      this.#dynamic.set(order, kernel);
    }
    kernel.setOutput(output);
    return kernel;
  }

  #isHot(key: string): boolean {
    if (this.#hot.has(key)) return true;
    if (this.#calls.size >= remembered) this.#calls.clear();
    const calls = (this.#calls.get(key) ?? 0) + 1;
    this.#calls.set(key, calls);
    return calls > callsThatMakeHot;
  }

  #hotKernel(key: string, create: () => GpuKernel): GpuKernel {
    const kernel = this.#hot.get(key) ?? create();
    this.#hot.delete(key);
    this.#hot.set(key, kernel);
    for (const [oldest, unused] of this.#hot) {
      if (this.#hot.size <= hotKernels) break;
      unused.destroy();
      this.#hot.delete(oldest);
      this.#calls.delete(oldest);
    }
    return kernel;
  }
}
