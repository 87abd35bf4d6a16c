/**
 * Measures for which products a GPU is faster than the CPU. Only a measurement can tell a GPU from a software
 * renderer.
 */
import type { MatmulKernel, ProductSize } from '../kernel.ts';
import { type CostModel, fitCost, predictCost } from './cost.ts';

/** The time of one product of two size×size matrices, including the copies to the GPU and back. */
export interface Timing {
  readonly size: number;
  readonly gpuMilliseconds: number;
  readonly cpuMilliseconds: number;
}

export interface Calibration {
  readonly timings: readonly Timing[];
  readonly gpu: CostModel;
  readonly cpu: CostModel;
  /** The smallest power of two up to 8192 at which the GPU wins square products; undefined if none. */
  readonly winsFrom: number | undefined;
}

// Milliseconds for the whole calibration. Only a slow GPU, or a slow CPU, exceeds them. Then we measure no
// larger size.
const budget = 200;
const sizes = [128, 256, 512];
const runs = 3;
// Browsers have coarse timers, so we repeat a short run until it takes this many milliseconds.
const shortestRun = 2;

/**
 * Times both kernels; `now` is a clock in milliseconds. It stops early, with the timings so far, if there is
 * not enough time for the next size.
 */
export function calibrate(gpu: MatmulKernel, cpu: MatmulKernel, now = () => performance.now()): Calibration {
  const end = now() + budget;
  const timings: Timing[] = [];
  for (const size of sizes) {
    const expected = 8 * (timings.at(-1)?.gpuMilliseconds ?? 0);
    if (expected > end - now()) break;
    const gpuMilliseconds = bestTime(gpu, size, now, end);
    timings.push({ size, gpuMilliseconds, cpuMilliseconds: bestTime(cpu, size, now, end) });
  }
  const models = {
    gpu: fitCost(
      timings.map((timing) => ({ size: square(timing.size), milliseconds: timing.gpuMilliseconds })),
    ),
    cpu: fitCost(
      timings.map((timing) => ({ size: square(timing.size), milliseconds: timing.cpuMilliseconds })),
    ),
  };
  const candidates = [128, 256, 512, 1024, 2048, 4096, 8192];
  return { timings, ...models, winsFrom: candidates.find((size) => gpuWins(models, square(size))) };
}

/**
 * Whether the GPU should be faster at products of this size. It never is for products smaller than all those
 * that we measured.
 */
export function gpuWins({ gpu, cpu }: Pick<Calibration, 'gpu' | 'cpu'>, size: ProductSize): boolean {
  if (size.rows * size.depth * size.columns < (sizes[0] as number) ** 3) return false;
  return predictCost(gpu, size) < predictCost(cpu, size);
}

/** The decision in words. */
export function explain({ timings, winsFrom }: Calibration): string {
  const times = timings.map(
    ({ size, gpuMilliseconds, cpuMilliseconds }) =>
      `${size}: ${format(gpuMilliseconds)} against ${format(cpuMilliseconds)} ms`,
  );
  const decision =
    winsFrom === undefined
      ? 'slower than the CPU at every size up to 8192'
      : `faster than the CPU at square products from about ${winsFrom} on`;
  return `${decision} (measured, GPU against CPU, at ${times.join(', ')})`;
}

/** The time of one product: the best of three runs, after one to warm up. Fewer runs if the time is over. */
function bestTime(kernel: MatmulKernel, size: number, now: () => number, end: number): number {
  const matrix = {
    data: new Float32Array(size * size).fill(0.5),
    offset: 0,
    rowStride: size,
    columnStride: 1,
  };
  const out = new Float32Array(size * size);
  const once = () => kernel(matrix, matrix, square(size), out.fill(0), 0);
  once();
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run === 0 || (run < runs && now() < end); run++) {
    const start = now();
    let [count, elapsed] = [0, 0];
    while (elapsed < shortestRun) {
      once();
      count++;
      elapsed = now() - start;
    }
    best = Math.min(best, elapsed / count);
  }
  return best;
}

function square(size: number): ProductSize {
  return { rows: size, depth: size, columns: size };
}

function format(milliseconds: number): string {
  return milliseconds.toPrecision(2);
}
