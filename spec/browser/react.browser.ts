/**
 * docs/examples/react-page.jsx with React, bundled as its guide says for esbuild: it trains for several
 * seconds, and no task on the page's own thread takes more than 50 ms.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const react = ['react@19.3.1', 'react-dom@19.3.1'];

/**
 * Before the page's own script: what takes longer than 50 ms, which is when browsers speak of a long task.
 * They count the time in which the machine did something else, so the trace says how much of it was work.
 */
const watch = `
  globalThis.longTasks = [];
  globalThis.watcher = new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(brief)));
  const brief = ({ startTime, duration }) => ({ startTime, duration });
  watcher.observe({ type: 'longtask', buffered: true });`;

/** A task of a thread, in a trace; times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  /** Processor time. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

describe('the React page that trains', function () {
  this.timeout(180_000);
  let folder: string;
  let server: Server;
  let browser: Browser;
  let tab: Page;
  const complaints: string[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fluxion-react-'));
    await bundleInto(folder);
    server = createServer(({ url = '/' }, response) => {
      const file = join(folder, 'out', new URL(url, 'http://localhost').pathname);
      const isScript = file.endsWith('.js') && existsSync(file);
      response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
      response.end(
        isScript
          ? readFileSync(file)
          : '<!doctype html><title>moons</title><div id="root"></div><script type="module" src="react-page.js"></script>',
      );
    }).listen(0);
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    tab = await browser.newPage();
    tab.on('pageerror', ({ message }) => complaints.push(message));
    tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await tab.addInitScript(watch);
  });
  afterEach(async () => {
    await tab.close();
    expect(complaints).to.deep.equal([]);
  });

  it('trains for seconds without a long task on its thread, and draws what the worker sampled', async () => {
    await open(4000);
    const start = performance.now();
    const tasks = await traced(async () => {
      await tab.locator('button').click();
      await tab.waitForFunction("document.querySelector('p').textContent.startsWith('step 4000:')", null, {
        timeout: 150_000,
      });
      await tab.waitForFunction(painted('> 1000'), null, { timeout: 20_000 });
    });
    expect(performance.now() - start, 'milliseconds of training').to.be.above(3000);
    expect(tasks.filter((milliseconds) => milliseconds > 50)).to.deep.equal([]);
  });

  it('would see a long task', async () => {
    await open(10);
    const busy = 'const end = performance.now() + 500; while (performance.now() < end);';
    const tasks = await traced(() => tab.evaluate(`void setTimeout(() => { ${busy} })`));
    expect(tasks[0]).to.be.above(50);
    expect(await longTasks()).to.be.above(0);
  });

  it('ends a run when another begins', async () => {
    await open(1e8);
    await tab.locator('button').click();
    await tab.waitForFunction("document.querySelector('p').textContent.startsWith('step')");
    const [first] = tab.workers();
    const ended = new Promise((resolve) => first?.once('close', resolve));
    await tab.locator('button').click();
    await ended;
    expect(tab.workers()).to.have.length(1).and.not.to.include(first);
  });

  async function open(steps: number): Promise<void> {
    await tab.goto(`http://localhost:${(server.address() as AddressInfo).port}/?steps=${steps}`);
    await tab.locator('button').waitFor();
  }

  /**
   * How much processor time each task of pages' main threads took meanwhile, in milliseconds, longest first.
   */
  async function traced(job: () => Promise<unknown>): Promise<readonly number[]> {
    await browser.startTracing(tab, { categories: ['disabled-by-default-devtools.timeline', 'toplevel'] });
    await job();
    await tab.waitForTimeout(1000);
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
      readonly traceEvents: readonly TraceEvent[];
    };
    const place = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
    const isMain = new Set(
      traceEvents.flatMap((event) => (event.args?.name === 'CrRendererMain' ? [place(event)] : [])),
    );
    return traceEvents
      .filter((event) => event.tdur !== undefined && isMain.has(place(event)))
      .map(({ tdur }) => (tdur as number) / 1000)
      .sort((a, b) => b - a);
  }

  /** How many long tasks the browser has reported. */
  function longTasks(): Promise<number> {
    return tab.evaluate<number>('longTasks.length');
  }
});

/** Whether so many values of the canvas are not transparent. */
function painted(comparison: string): string {
  return `document.querySelector('canvas').getContext('2d').getImageData(0, 0, 360, 240).data
    .filter((value, i) => i % 4 === 3 && value > 0).length ${comparison}`;
}

/**
 * React as npm installs it, and fluxion from its sources; the page and the worker are an entry point each.
 */
async function bundleInto(folder: string): Promise<void> {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const quietly = ['--silent', '--no-audit', '--no-fund', '--prefer-offline'];
  const { status, stderr } = spawnSync('npm', ['install', ...quietly, ...react], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(status, stderr).to.equal(0);
  await build({
    entryPoints: [join(root, 'docs/examples/react-page.jsx'), join(root, 'flows/worker/fit-worker.ts')],
    outdir: join(folder, 'out'),
    entryNames: '[name]',
    ...{ bundle: true, minify: true, splitting: true, format: 'esm', target: 'es2022', platform: 'browser' },
    alias: {
      fluxion: join(root, 'autograd/index.ts'),
      'fluxion/flows': join(root, 'flows/index.ts'),
      'fluxion/worker': join(root, 'flows/worker/index.ts'),
    },
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    nodePaths: [join(folder, 'node_modules')],
    // package.json names the files with side effects by their place in dist/; these are the sources.
    ignoreAnnotations: true,
    external: ['gpu.js'],
    logLevel: 'error',
  });
}
