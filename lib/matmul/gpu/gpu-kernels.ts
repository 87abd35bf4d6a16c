/**
 * The GPU's kernels. Each memory order has one kernel for products of any size. Sizes that come again and
 * again get faster kernels of their own.
 */
import type { ProductSize } from '../kernel.ts';
import type { Gpu, GpuKernel } from './gpu-js.ts';

// To build a kernel for one size takes as long as some dozens of small products.
const callsThatMakeHot = 16;
const hotKernels = 32;
const remembered = 1024;

/** The options without which gpu.js 2.24.1 gives wrong answers. */
const options = {
  precision: 'single',
  // Without this option, a result that grows beyond 32,768 cells is wrong.
  tactic: 'precision',
  // Without this option, a loop with a variable bound ends after 1,000 rounds, without an error.
  loopMaxIterations: 1 << 24,
  argumentTypes: { a: 'Input', b: 'Input', depth: 'Integer' },
};

/**
 * The source of a kernel. It is a string, so that no bundler renames it and no transpiler rewrites it. A
 * thread computes the element of the result at row `thread.y` and column `thread.x`. It swaps the indices of
 * an operand that lies transposed in memory.
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
  /** The kernels for single sizes, in the order of their last use. */
  readonly #hot = new Map<string, GpuKernel>();
  readonly #calls = new Map<string, number>();

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** A kernel for products of this size and memory order. */
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
