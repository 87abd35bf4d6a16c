/**
 * fluxion in a browser: `npm run test:browser`. It needs Chromium, so it is no part of `npm test`. Its WebGL
 * 2 is software here, which is slow but takes the same road through gpu.js as a real GPU's.
 */
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import type { GpuReport } from '../../lib/index.ts';
import { BrowserPage, bundlePage, launchChromium } from './chromium.ts';

const backends = ['gpu', 'wasm', 'javascript'] as const;

describe('fluxion in Chromium', function () {
  this.timeout(300_000);
  let browser: Browser;
  let script: string;
  let page: BrowserPage;

  before(async () => {
    browser = await launchChromium('--js-flags=--expose-gc', '--enable-precise-memory-info');
    script = await bundlePage();
  });
  after(() => browser?.close());
  beforeEach(async () => {
    page = await BrowserPage.open(browser, script);
  });
  afterEach(() => page.close());

  /** Loads the GPU and sends everything to it. */
  async function useGpu(): Promise<GpuReport> {
    const report = await page.call('loadGpuBackend');
    expect(report.status, report.reason).to.equal('ready');
    await page.call('setMatmulBackend', 'gpu');
    return report;
  }

  async function productsOnGpu(): Promise<number> {
    return (await page.call('backendReport')).products.gpu;
  }

  for (const backend of backends) {
    it(`${backend}: random shapes, forward, gradient, jvp and a MeanFlow training agree with float64`, async () => {
      if (backend === 'gpu') await useGpu();
      for (const { title, error, tolerance, onGpu, onCpu } of await page.call('checkBackend', backend)) {
        expect(error, title).to.be.below(tolerance);
        // float32 runs on the GPU; the references, in float64, do not.
        if (backend === 'gpu') expect(onGpu, title).to.be.at.least(onCpu);
        else expect(onGpu, title).to.equal(0);
      }
      expect((await page.call('backendReport')).gpu.status).to.equal(
        backend === 'gpu' ? 'ready' : 'not loaded',
      );
      expect(page.warnings).to.deep.equal([]);
    });
  }

  it('reports how the GPU is reached, what it calls itself, and what was measured', async () => {
    const report = await useGpu();
    expect(report.mode).to.equal('webgl2');
    expect(report.renderer).to.match(/SwiftShader|llvmpipe|ANGLE/);
    expect(report.timings[0]).to.include({ size: 128 });
    for (const { gpuMilliseconds, cpuMilliseconds } of report.timings) {
      expect(gpuMilliseconds).to.be.above(0);
      expect(cpuMilliseconds).to.be.above(0);
    }
    expect(await page.call('backendReport')).to.deep.include({ chosen: 'gpu', gpu: report });
  });

  it("'auto' leaves a software GPU alone, because it measured it to be slower", async () => {
    const { reason } = await page.call('loadGpuBackend');
    expect(reason).to.contain('slower than the CPU at every size up to 8192');
    expect(await page.call('multiply', 300, 200, 300)).to.be.below(2);
    expect(await productsOnGpu()).to.equal(0);
  });

  it('lets NaN and infinity pass, sends no float64 and nothing of size 0', async () => {
    await useGpu();
    expect(await page.call('multiplySpecialNumbers')).to.equal('NaN NaN Infinity Infinity 11 16');
    expect(await productsOnGpu()).to.equal(1);
    expect(await page.call('multiplyFloat64')).to.equal(16);
    expect(await page.call('multiplyNothing')).to.deep.equal([[0, 0, 0, 0, 0, 0], []]);
    expect(await productsOnGpu()).to.equal(1);
  });

  it('a lost context costs a warning, not an answer; loading again recovers', async () => {
    await useGpu();
    expect(await page.call('multiply', 30, 20, 10)).to.be.below(2);
    await page.evaluate("witness.contexts.at(-1).getExtension('WEBGL_lose_context').loseContext()");
    expect(await page.call('multiply', 30, 20, 10)).to.be.below(2);
    const { gpu, products } = await page.call('backendReport');
    expect(gpu).to.include({ status: 'retired' });
    expect(gpu.reason).to.contain('its context was lost');
    expect(products).to.include({ gpu: 1, wasm: 1 });
    expect(page.warnings).to.have.length(1);
    expect(page.warnings[0]).to.contain('the GPU is no longer used, because its context was lost');
    const refusal = await page.evaluate<string>(
      "try { page.setMatmulBackend('gpu') } catch (e) { e.name + ': ' + e.message }",
    );
    expect(refusal).to.match(/^ArgumentError: setMatmulBackend: the GPU is retired: its context was lost/);

    await useGpu();
    expect(await page.call('multiply', 30, 20, 10)).to.be.below(2);
    expect(await productsOnGpu()).to.equal(2);
  });

  const faults = {
    'answers with zeros': 'pixels.fill(0)',
    'gets its last element wrong': 'pixels.fill(0, Math.floor(pixels.length / 2))',
    'answers with NaN': 'pixels.fill(NaN)',
    'is off by a thousandth': 'pixels.forEach((x, i) => { pixels[i] = 1.001 * x; })',
    throws: "throw new Error('out of memory')",
  };
  for (const [fault, corrupt] of Object.entries(faults)) {
    it(`a GPU that ${fault} is retired, and the CPU answers`, async () => {
      await useGpu();
      await page.evaluate(`(() => {
        const { readPixels } = WebGL2RenderingContext.prototype;
        WebGL2RenderingContext.prototype.readPixels = function (...args) {
          readPixels.apply(this, args);
          const pixels = args[6];
          ${corrupt};
        };
      })()`);
      expect(await page.call('multiply', 30, 20, 10)).to.be.below(2);
      const { gpu, products } = await page.call('backendReport');
      expect(gpu.status).to.equal('retired');
      expect(gpu.reason).to.match(
        fault === 'throws' ? /out of memory/ : /it was wrong in \[30, 20\] × \[20, 10\]/,
      );
      expect(products).to.include({ gpu: 0, wasm: 1 });
      expect(page.warnings).to.have.length(1);
      // And it stays wrong when it is loaded again: the self-test must notice.
      expect((await page.call('loadGpuBackend')).status).to.equal('unavailable');
    });
  }

  it('10,000 products of random shapes: no texture, no program and no memory is left behind', async () => {
    await useGpu();
    const held = () =>
      page.evaluate<{ textures: number; programs: number }>('({ ...witness, contexts: undefined })');
    const heap = () => page.evaluate<number>('gc(), gc(), performance.memory.usedJSHeapSize');
    expect(await page.call('multiplyOften', 2000, 12, 1)).to.be.below(2);
    const [heldBefore, heapBefore] = [await held(), await heap()];
    expect(await page.call('multiplyOften', 8000, 12, 2)).to.be.below(2);
    expect(await productsOnGpu()).to.equal(10_000);
    const heldAfter = await held();
    // 4 kernels for any size, at most 32 hot ones, each with a program and three textures.
    expect(heldAfter.programs).to.be.at.most(36);
    expect(heldAfter.textures).to.be.at.most(3 * 36);
    expect(heldAfter.textures - heldBefore.textures).to.be.at.most(3 * 32);
    expect((await heap()) - heapBefore).to.be.below(2e6);
  });

  it('kernels for hot shapes take turns: forty shapes, and no more than 36 programs', async () => {
    await useGpu();
    for (let shape = 1; shape <= 40; shape++) {
      const error = await page.evaluate<number>(
        `Math.max(...Array.from({ length: 18 }, () => page.multiply(${shape}, 3, 2)))`,
      );
      expect(error, `${shape} rows`).to.be.below(2);
    }
    expect(await productsOnGpu()).to.equal(40 * 18);
    const programs = await page.evaluate<number>('witness.programs');
    expect(programs).to.be.within(20, 36);
  });

  it('without gpu.js the bundle works, and the report says what to install', async () => {
    const without = await BrowserPage.open(browser, await bundlePage({ gpuJs: false }));
    const { status, reason } = await without.call('loadGpuBackend');
    expect({ status, reason }).to.deep.equal({
      status: 'unavailable',
      reason:
        'gpu.js is not installed: npm install gpu.js@2.24.1; where webpack bundles, ' +
        "loadGpuBackend({ gpuJs: await import('gpu.js') })",
    });
    expect(await without.call('multiply', 30, 20, 10)).to.be.below(2);
    await without.close();
  });
});
