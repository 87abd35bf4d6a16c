/**
 * The GPU backend in Node. With headless GL (the native package gl), everything runs on it. Without it, the
 * report must say so. The tests that need WebGL 2 are in spec/browser.
 */
import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import {
  ArgumentError,
  backendReport,
  loadGpuBackend,
  type MatmulKernel,
  type Matrix,
  matmul,
  matmulBackend,
  type NDArray,
  setMatmulBackend,
} from '../../../lib/index.ts';
import { calibrate, explain, gpuWins } from '../../../lib/matmul/gpu/calibrate.ts';
import { isElement } from '../../../lib/matmul/gpu/check.ts';
import { fitCost, predictCost } from '../../../lib/matmul/gpu/cost.ts';
import { GpuDevice } from '../../../lib/matmul/gpu/device.ts';
import { type GlMode, type GpuJs, importGpuJs } from '../../../lib/matmul/gpu/gpu-js.ts';
import { operandOf } from '../../../lib/matmul/gpu/operand.ts';
import { selfTest } from '../../../lib/matmul/gpu/self-test.ts';
import { checkBackend, productError, randomMatrix, randomNumbers } from '../../browser/checks.ts';
import { layouts, numbersOf, sample } from '../support.ts';
import { withFakeGpu } from './fake-gpu.ts';

describe('loadGpuBackend', function () {
  this.timeout(120_000);

  const before = matmulBackend();
  beforeEach(() => setMatmulBackend('auto'));
  afterEach(() => setMatmulBackend(before));

  it('nothing is loaded before it is called, and the refusal says what to call', () => {
    // In a process of its own: in this one, other specs may have called it.
    const program = `import { backendReport, setMatmulBackend } from './lib/index.ts';
      const { status, reason } = backendReport().gpu;
      try { setMatmulBackend('gpu'); } catch ({ name, message }) { console.log([status, reason, name, message].join('\\n')); }`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
    const [status, reason, name, message] = execFileSync(process.execPath, args, { encoding: 'utf8' }).split(
      '\n',
    );
    expect([status, reason]).to.deep.equal(['not loaded', 'loadGpuBackend() was not called']);
    expect(name).to.equal('ArgumentError');
    expect(message).to.include('call `await loadGpuBackend()` first');
  });

  it('uses headless GL and agrees with float64 there, or says plainly that there is none', async () => {
    const report = await loadGpuBackend();
    expect(backendReport().gpu).to.deep.equal(report);
    if (report.status === 'ready') {
      expect(report.mode).to.equal('headlessgl');
      for (const { title, error, tolerance, onGpu, onCpu } of checkBackend('gpu')) {
        expect(error, title).to.be.below(tolerance);
        expect(onGpu, title).to.be.at.least(onCpu);
      }
      expect(backendReport().gpu.status).to.equal('ready');
    } else {
      expect(report.status).to.equal('unavailable');
      expect(report.reason).to.match(/headless GL .*is to be had here/);
      expect(() => setMatmulBackend('gpu')).to.throw(
        ArgumentError,
        `the GPU is unavailable: ${report.reason}`,
      );
      const before = backendReport().products;
      const [a, b] = [sample([20, 30], 'float32'), sample([30, 10], 'float32')];
      expect(productError(matmul(a, b), a, b)).to.be.below(2);
      expect(backendReport().products).to.deep.equal({ ...before, wasm: before.wasm + 1 });
    }
  });

  it('may be called again, and twice at once', async () => {
    const [first, second] = await Promise.all([loadGpuBackend(), loadGpuBackend()]);
    expect(first).to.equal(second);
  });
});

describe("'auto'", function () {
  this.timeout(60_000);

  const [large, small] = [sample([256, 256], 'float32'), sample([32, 32], 'float32')];
  /** How many of two products, a large one and a small one, went to the GPU. */
  const sent = () => {
    const before = backendReport().products.gpu;
    expect(productError(matmul(large, large), large, large)).to.be.below(2);
    matmul(small, small);
    return backendReport().products.gpu - before;
  };

  it('sends a faster GPU the products at which it wins', () =>
    withFakeGpu('fast', async () => {
      const { status, renderer, reason, winsFrom } = await loadGpuBackend();
      expect({ status, renderer }).to.deep.equal({ status: 'ready', renderer: 'A fake' });
      expect(reason).to.match(/^faster than the CPU at square products from about (128|256) on/);
      expect(reason).to.contain(`from about ${winsFrom} on`);
      expect(sent()).to.equal(1);
    }));

  it('sends a slower one none', () =>
    withFakeGpu('slow', async () => {
      const { status, reason, winsFrom } = await loadGpuBackend();
      expect({ status, winsFrom }).to.deep.equal({ status: 'ready', winsFrom: undefined });
      expect(reason).to.contain('slower than the CPU at every size up to 8192');
      expect(sent()).to.equal(0);
    }));

  it('comes from a gpu.js that the caller gives, by name or as a default, and from no other module', async () => {
    const GPU = { isWebGL2Supported: false, isHeadlessGLSupported: false };
    for (const gpuJs of [{ GPU }, { default: { GPU } }])
      expect((await loadGpuBackend({ gpuJs })).reason).to.contain('headless GL is to be had here');
    const message = await loadGpuBackend({ gpuJs: { Tensor: GPU } }).catch(String);
    expect(message).to.match(/^ArgumentError: loadGpuBackend: wanted gpuJs to be the module gpu.js/);
  });

  it('without a GL says what to build, and sends none', () =>
    withFakeGpu('no GL', async () => {
      const { status, reason } = await loadGpuBackend();
      expect(status).to.equal('unavailable');
      expect(reason).to.contain('headless GL is to be had here; in Node, build the native package gl');
      expect(sent()).to.equal(0);
    }));
});

// Two modes of gpu.js run without a GPU. With them we test its kernels, their cache and the self-test in
// Node.
describe('GpuDevice', function () {
  this.timeout(60_000);

  async function deviceOf(mode: string): Promise<GpuDevice> {
    return new GpuDevice((await importGpuJs()) as GpuJs, mode as GlMode);
  }

  it('multiplies matrices of any size and memory order, by kernels for any size and by those for one', async () => {
    const device = await deviceOf('webasm');
    expect(selfTest(device)).to.equal(undefined);
    const next = randomNumbers(2);
    for (let i = 0; i < 120; i++) {
      // Every second product has the same size, until that size gets a kernel of its own.
      const upTo30 = () => 1 + Math.floor(next() * 30);
      const [rows, depth, columns] = i % 2 ? [8, 5, 9] : [upTo30(), upTo30(), upTo30()];
      const [a, b] = [
        matrixOf(randomMatrix(next, rows, depth)),
        matrixOf(randomMatrix(next, depth, columns)),
      ];
      const product = device.product(a, b, { rows, depth, columns });
      expect(product).to.have.length(rows);
      product.forEach((row, i) => {
        expect(row).to.have.length(columns);
        row.forEach((value, j) => {
          expect(isElement(value, a, b, depth, i, j)).to.equal(true);
        });
      });
    }
  });

  it("is found out when gpu.js answers wrongly, as its mode 'cpu' does for matrices that are not square", async () => {
    expect(selfTest(await deviceOf('cpu'))).to.equal('it fails the self-test: a product');
  });
});

describe('isElement', () => {
  const a = matrixOf(sample([3, 40], 'float32', -2, 2, 1));
  const b = matrixOf(sample([40, 5], 'float32', -2, 2, 2));
  const exact = Array.from({ length: 40 }, (_, k) => a.data[40 + k]! * b.data[5 * k + 3]!).reduce(
    (x, y) => x + y,
    0,
  );

  it('takes what float32 may make of a sum, and nothing else', () => {
    expect(isElement(Math.fround(exact), a, b, 40, 1, 3)).to.equal(true);
    expect(isElement(exact + 1e-6, a, b, 40, 1, 3)).to.equal(true);
    for (const wrong of [exact + 1e-3, -exact, 0, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(isElement(wrong, a, b, 40, 1, 3), String(wrong)).to.equal(false);
    }
    expect(isElement(Math.fround(exact), a, b, 40, 2, 3), 'another row').to.equal(false);
  });

  it('wants NaN for NaN, and for infinity what is not finite', () => {
    const row = (...values: number[]): Matrix => ({
      data: Float32Array.from(values),
      offset: 0,
      rowStride: 2,
      columnStride: 1,
    });
    const column: Matrix = { data: Float32Array.of(1, 1), offset: 0, rowStride: 1, columnStride: 1 };
    const accepts = (value: number, ...values: number[]) => isElement(value, row(...values), column, 2, 0, 0);
    expect(accepts(Number.NaN, Number.NaN, 1)).to.equal(true);
    expect(accepts(0, Number.NaN, 1)).to.equal(false);
    expect(accepts(Infinity, Infinity, 1)).to.equal(true);
    expect(accepts(3e38, Infinity, 1)).to.equal(false);
    expect(accepts(0, 1e-40, 1e-40), 'flushed to zero').to.equal(true);
    expect(accepts(Infinity, 3e38, 3e38), 'overflow').to.equal(true);
  });
});

describe('operandOf', () => {
  it('gives the numbers of any memory order, without a copy where there are no gaps', () => {
    for (const shape of [
      [3, 4],
      [1, 5],
      [5, 1],
      [1, 1],
      [2, 2],
    ] as const) {
      for (const [name, array] of Object.entries(layouts(shape, 'float32'))) {
        const { data, size, transposed } = operandOf(matrixOf(array), shape[0], shape[1]);
        expect(data.length, name).to.equal(shape[0] * shape[1]);
        const numbers = Array.from({ length: shape[0] }, (_, i) =>
          Array.from({ length: shape[1] }, (_, j) => data[transposed ? j * size[0] + i : i * size[0] + j]),
        ).flat();
        expect(numbers, `${name} ${shape}`).to.deep.equal(numbersOf(array));
        if (name === 'plain' || name === 'transposed') expect(data.buffer, name).to.equal(array.data.buffer);
      }
    }
  });
});

describe('the cost of a product', () => {
  const square = (n: number) => ({ rows: n, depth: n, columns: n });
  const measure = (time: (n: number) => number) =>
    [128, 256, 512].map((n) => ({ size: square(n), milliseconds: time(n) }));

  it('is found again from measurements of a known one, and extrapolated', () => {
    const truth = { latency: 2, perElement: 1e-6, perMultiplyAdd: 1e-8 };
    const fit = fitCost(measure((n) => predictCost(truth, square(n))));
    for (const n of [64, 128, 300, 2048]) {
      expect(predictCost(fit, square(n)) / predictCost(truth, square(n))).to.be.within(0.98, 1.02);
    }
  });

  it('has no negative parts, whatever was measured', () => {
    for (const time of [(n: number) => 100 - n / 10, (n: number) => n ** 4 * 1e-9, () => 1]) {
      const { latency, perElement, perMultiplyAdd } = fitCost(measure(time));
      expect(Math.min(latency, perElement, perMultiplyAdd)).to.be.at.least(0);
    }
  });

  it('one measurement is put down to the multiply-adds', () => {
    const { latency, perElement, perMultiplyAdd } = fitCost([{ size: square(128), milliseconds: 80 }]);
    expect(perMultiplyAdd * 128 ** 3).to.be.closeTo(80, 1e-9);
    expect(latency + perElement).to.be.below(1e-9);
  });
});

describe('calibrate', () => {
  const square = (n: number) => ({ rows: n, depth: n, columns: n });

  /** Calibrates kernels that take the given milliseconds, and says how long the calibration took. */
  function calibrateKernels(gpu: (n: number) => number, cpu: (n: number) => number) {
    let time = 0;
    const lasting =
      (milliseconds: (n: number) => number): MatmulKernel =>
      (_a, _b, { rows }) => {
        time += milliseconds(rows);
      };
    const result = calibrate(lasting(gpu), lasting(cpu), () => time);
    return { result, time };
  }

  it('prefers a GPU with a latency from the size on at which it wins', () => {
    // 1.5 + x/5 < x for x = 5·(n/512)³ from n = 369 on.
    const { result, time } = calibrateKernels(
      (n) => 1.5 + (n / 512) ** 3,
      (n) => 5 * (n / 512) ** 3,
    );
    expect(time).to.be.below(200);
    expect(result.timings.map(({ size }) => size)).to.deep.equal([128, 256, 512]);
    expect(result.winsFrom).to.equal(512);
    expect(explain(result)).to.contain('faster than the CPU at square products from about 512 on');
    expect(gpuWins(result, square(380))).to.equal(true);
    expect(gpuWins(result, square(360))).to.equal(false);
    expect(gpuWins({ gpu: result.cpu, cpu: result.gpu }, square(32)), 'smaller than all measured').to.equal(
      false,
    );
  });

  it('gives a slow one up within its time, and for all sizes', () => {
    const { result, time } = calibrateKernels(
      (n) => 60 * (n / 128) ** 3,
      (n) => 5 * (n / 512) ** 3,
    );
    expect(time).to.be.within(200, 260);
    expect(result.timings.map(({ size }) => size)).to.deep.equal([128]);
    expect(result.winsFrom).to.equal(undefined);
    expect(gpuWins(result, square(8192))).to.equal(false);
    expect(explain(result)).to.contain('slower than the CPU at every size up to 8192');
  });
});

function matrixOf({ data, offset, stride }: NDArray): Matrix {
  return {
    data: data as Float32Array,
    offset,
    rowStride: stride[0] as number,
    columnStride: stride[1] as number,
  };
}
