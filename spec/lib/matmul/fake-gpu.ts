/** A gpu.js whose "GPU" is this CPU, as fast or as slow as a spec wants it. */
import { createRequire } from 'node:module';
import { loadGpuBackend, matmulBackend, setMatmulBackend } from '../../../lib/index.ts';
import { chooseCpuKernel } from '../../../lib/matmul/cpu.ts';
import type { GpuInput, GpuKernel } from '../../../lib/matmul/gpu/gpu-js.ts';
import type { Matrix } from '../../../lib/matmul/kernel.ts';

/**
 * - `'no GL'`: gpu.js finds neither WebGL 2 nor headless GL.
 * - `'slow'`: each product takes as long as a software renderer's.
 * - `'fast'`: a product of constant matrices, such as the calibration's, takes as long as its copies.
 * - `'fails later'`: as `'fast'`, but after the self-test and ten products it throws.
 * - `'rounds anew'`: as `'fast'`, but each product has other last bits than the one before.
 */
export type FakeGpu = 'no GL' | 'slow' | 'fast' | 'fails later' | 'rounds anew';

// The self-test's products.
const selfTests = 6;

/** Puts the fake in the place of gpu.js, runs the job under `'auto'`, and afterwards gives the fake back. */
export async function withFakeGpu<T>(kind: FakeGpu, job: () => Promise<T>): Promise<T> {
  const module = createRequire(import.meta.url)('gpu.js') as { GPU: unknown };
  const [real, backend] = [module.GPU, matmulBackend()];
  module.GPU = fake(kind);
  setMatmulBackend('auto');
  try {
    return await job();
  } finally {
    module.GPU = fake('no GL');
    await loadGpuBackend();
    setMatmulBackend(backend);
    module.GPU = real;
  }
}

function fake(kind: FakeGpu) {
  let products = 0;
  return class {
    static readonly isWebGL2Supported = false;
    static readonly isHeadlessGLSupported = kind !== 'no GL';

    createKernel(source: string): GpuKernel {
      const isTransposed = [source.includes('a[k][this'), source.includes('[this.thread.x][k]')] as const;
      const kernel = (a: Data, b: Data, depth: number): readonly Float32Array[] => {
        if (kind === 'slow') wait(30);
        const areConstant = isConstant(a) && isConstant(b);
        if (!areConstant) products++;
        if (kind === 'fails later' && products > selfTests + 10) throw new Error('it is tired');
        const [left, right] = [matrixOf(a, isTransposed[0]), matrixOf(b, isTransposed[1])];
        const rows = product(left, right, depth, areConstant);
        if (kind !== 'rounds anew' || areConstant) return rows;
        const factor = 1 + (products % 3) * 2 ** -22;
        return rows.map((row) => row.map((x) => factor * x));
      };
      return Object.assign(kernel, {
        setOutput: () => kernel,
        destroy: () => {},
        fallbackReason: null,
        kernel: { context },
      }) as unknown as GpuKernel;
    }

    async destroy(): Promise<void> {}
  };
}

/** What `Input` of gpu.js keeps of its arguments. */
interface Data extends GpuInput {
  readonly value: Float32Array;
}

interface Sized {
  readonly matrix: Matrix;
  readonly rows: number;
  readonly columns: number;
}

const context = {
  isContextLost: () => false,
  getExtension: () => null,
  getParameter: (name: number) => (name === 1 ? 'A fake' : 8192),
  RENDERER: 1,
  MAX_TEXTURE_SIZE: 2,
};

/** The bits are those of the CPU. */
function product(left: Sized, right: Sized, depth: number, areConstant: boolean): readonly Float32Array[] {
  const size = { rows: left.rows, depth, columns: right.columns };
  const out = new Float32Array(size.rows * size.columns);
  if (areConstant) out.fill(depth * (left.matrix.data[0] as number) * (right.matrix.data[0] as number));
  else chooseCpuKernel(size, 'auto').kernel(left.matrix, right.matrix, size, out, 0);
  return Array.from({ length: size.rows }, (_, i) => out.subarray(i * size.columns, (i + 1) * size.columns));
}

function matrixOf({ value, size }: Data, isTransposed: boolean): Sized {
  const [width, height] = size as readonly [number, number];
  const strides = isTransposed
    ? { rowStride: 1, columnStride: width }
    : { rowStride: width, columnStride: 1 };
  const [rows, columns] = isTransposed ? [width, height] : [height, width];
  return { matrix: { data: value, offset: 0, ...strides }, rows, columns };
}

/** By three of its numbers, so that a constant matrix costs nothing. */
function isConstant({ value }: Data): boolean {
  return value[0] === value[1] && value[0] === value.at(-1);
}

function wait(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}
