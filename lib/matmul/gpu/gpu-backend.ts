/** The one GPU that a process may load: we load it, test it, use it, retire it, and report on it. */
import type { Floats } from '../../requirements.ts';
import type { MatmulKernel, Matrix, ProductSize } from '../kernel.ts';
import { type Calibration, calibrate, explain, gpuWins, type Timing } from './calibrate.ts';
import { isElement } from './check.ts';
import { GpuDevice } from './device.ts';
import { availableMode, type GpuJs, gpuJsOf, importGpuJs } from './gpu-js.ts';
import { selfTest } from './self-test.ts';

/** The state of the GPU, and why we use it or not. */
export interface GpuReport {
  /** `'retired'`: the GPU gave a wrong answer, threw, or lost its context. The CPU does its work now. */
  readonly status: 'not loaded' | 'unavailable' | 'ready' | 'retired';
  /** The reason for the status; for `'ready'`, the result of the calibration. */
  readonly reason: string;
  /** How we reach the GPU: `'webgl2'` or `'headlessgl'`. */
  readonly mode?: string;
  /** The driver's name of the renderer. A software renderer has a name, too. */
  readonly renderer?: string;
  /** The calibration's measurements. */
  readonly timings: readonly Timing[];
  /** The smallest power of two at which the GPU should be faster at square products; undefined if none is. */
  readonly winsFrom?: number | undefined;
}

interface Ready {
  readonly device: GpuDevice;
  readonly calibration: Calibration;
}

let ready: Ready | undefined;
let report: GpuReport = { status: 'not loaded', reason: 'loadGpuBackend() was not called', timings: [] };
let loading: Promise<GpuReport> | undefined;
let checks = 0;

/** Loads, tests and calibrates a GPU; gives an earlier one back first. The GPU must beat `cpu`. */
export function loadGpu(cpu: MatmulKernel, gpuJs?: object): Promise<GpuReport> {
  const module = gpuJs && gpuJsOf(gpuJs);
  loading ??= load(cpu, module).finally(() => {
    loading = undefined;
  });
  return loading;
}

export function gpuReport(): GpuReport {
  return report;
}

/**
 * Whether there is a GPU that, by our measurements, is faster at products of this size. One that is slower at
 * all square products gets no others either.
 */
export function gpuShouldMultiply(size: ProductSize): boolean {
  return ready?.calibration.winsFrom !== undefined && gpuWins(ready.calibration, size);
}

/**
 * Multiplies float32 matrices on the GPU, and checks two elements on the host. No size may be 0. Returns
 * whether it succeeded. If not, it leaves `out` untouched, and if the GPU failed, it retires the GPU with a
 * warning.
 */
export function multiplyOnGpu(
  a: Matrix,
  b: Matrix,
  size: ProductSize,
  out: Floats,
  outOffset: number,
): boolean {
  if (ready === undefined || !ready.device.holds(size)) return false;
  try {
    const rows = ready.device.product(a, b, size);
    const fault = faultIn(rows, ready.device, a, b, size);
    if (fault === undefined) {
      rows.forEach((row, i) => {
        out.set(row, outOffset + i * size.columns);
      });
      return true;
    }
    retire(fault);
  } catch (error) {
    retire(messageOf(error));
  }
  return false;
}

async function load(cpu: MatmulKernel, gpuJs?: GpuJs): Promise<GpuReport> {
  const previous = ready;
  ready = undefined;
  report = { status: 'not loaded', reason: 'loadGpuBackend() is not done yet', timings: [] };
  await previous?.device.destroy().catch(() => undefined);
  report = await start(cpu, gpuJs);
  return report;
}

async function start(cpu: MatmulKernel, given?: GpuJs): Promise<GpuReport> {
  const unavailable = (reason: string): GpuReport => ({ status: 'unavailable', reason, timings: [] });
  const gpuJs = given ?? (await importGpuJs());
  if (gpuJs === undefined) {
    return unavailable(
      'gpu.js is not installed: npm install gpu.js@2.24.1; where webpack bundles, ' +
        "loadGpuBackend({ gpuJs: await import('gpu.js') })",
    );
  }
  const mode = availableMode(gpuJs);
  if (mode === undefined) {
    return unavailable(
      'neither WebGL 2 (in browsers) nor headless GL is to be had here; in Node, build the native package gl ' +
        '(npm rebuild gl), and on Linux start under a display (xvfb-run -a)',
    );
  }
  let device: GpuDevice | undefined;
  try {
    device = new GpuDevice(gpuJs, mode);
    const fault = selfTest(device);
    if (fault !== undefined) throw new Error(fault);
    const calibration = calibrate(kernelOf(device), cpu);
    ready = { device, calibration };
    const { timings, winsFrom } = calibration;
    return {
      status: 'ready',
      reason: explain(calibration),
      mode,
      renderer: device.renderer,
      timings,
      winsFrom,
    };
  } catch (error) {
    await device?.destroy().catch(() => undefined);
    return { ...unavailable(messageOf(error)), mode };
  }
}

function kernelOf(device: GpuDevice): MatmulKernel {
  return (a, b, size, out, outOffset) => {
    device.product(a, b, size).forEach((row, i) => {
      out.set(row, outOffset + i * size.columns);
    });
  };
}

/**
 * Checks the context, the shape, the last element (the first to be wrong if a texture is too small), and one
 * that changes from call to call.
 */
function faultIn(
  product: readonly Float32Array[],
  device: GpuDevice,
  a: Matrix,
  b: Matrix,
  { rows, depth, columns }: ProductSize,
): string | undefined {
  if (device.isLost) return 'its context was lost';
  if (product.length !== rows || product.some((row) => row.length !== columns)) {
    return `it returned a product of the wrong shape, instead of [${rows}, ${columns}]`;
  }
  // Knuth's multiplicative hash of the call's number chooses the element.
  const wandering = (Math.imul(++checks, 2654435761) >>> 0) % (rows * columns);
  for (const cell of [rows * columns - 1, wandering]) {
    const [i, j] = [Math.floor(cell / columns), cell % columns];
    const value = product[i]?.[j] as number;
    if (!isElement(value, a, b, depth, i, j)) {
      return `it was wrong in [${rows}, ${depth}] × [${depth}, ${columns}]: it put ${value} at (${i}, ${j})`;
    }
  }
  return undefined;
}

function retire(fault: string): void {
  report = { ...report, status: 'retired', reason: `${fault}; loadGpuBackend() tries again` };
  // A lost context may refuse even this.
  ready?.device.destroy().catch(() => undefined);
  ready = undefined;
  console.warn(
    `fluxion: the GPU is no longer used, because ${fault}. The product was computed again on the CPU.`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
