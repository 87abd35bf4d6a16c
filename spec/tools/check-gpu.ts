/**
 * `npm run check:gpu`: is the matrix product right, and is it fast, on this machine's GPU? It looks for one
 * in Node (headless GL) and in Chromium, and prints a report worth pasting. `npm run check:gpu -- --serve`
 * asks any other browser instead: it prints an address to open there. Fails when a check does, and when there
 * was no GPU to check.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { arch, cpus, platform, release } from 'node:os';
import { type GpuCheck, runGpuCheck } from '../browser/checks.ts';
import { BrowserPage, bundlePage, launchChromium } from '../browser/chromium.ts';

const hardware = ['--enable-gpu', '--ignore-gpu-blocklist'];
const serve = process.argv.includes('--serve');

console.log(`fluxion check:gpu, ${new Date().toISOString().slice(0, 10)}`);
console.log(
  `${platform()} ${release()} ${arch()}, ${cpus()[0]?.model.trim()} (${cpus().length}), Node ${process.version}`,
);
const checks = serve ? [await inAnyBrowser()] : [await runGpuCheck('Node'), await inChromium()];
for (const check of checks) console.log(`\n${describe(check)}`);
const ran = checks.filter(({ figures }) => figures.length > 0);
if (ran.length === 0) console.log('\nNo GPU was found, so nothing was checked.');
process.exitCode = ran.length > 0 && ran.every(passed) ? 0 : 1;

async function inChromium(): Promise<GpuCheck> {
  try {
    const browser = await launchChromium(...hardware);
    const page = await BrowserPage.open(browser, await bundlePage());
    const check = await page.call('runGpuCheck', `Chromium ${browser.version()}`);
    await browser.close();
    return check;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const gpu = { status: 'unavailable', reason, timings: [] } as const;
    return { where: 'Chromium', before: gpu, after: gpu, figures: [] };
  }
}

/** Serves a page that checks the GPU of whatever browser opens it, and sends back what it found. */
async function inAnyBrowser(): Promise<GpuCheck> {
  const script = await bundlePage();
  const run = `
    const send = (body) => fetch('/', { method: 'POST', body: JSON.stringify(body) });
    page.runGpuCheck(navigator.userAgent).then(send).then(() => { document.body.textContent = 'Done: see the terminal.'; });
  `;
  const html = '<!doctype html><meta charset="utf-8"><title>fluxion</title><body>Checking the GPU …';
  return new Promise((resolve) => {
    const server = createServer(async (request, response) => {
      if (request.method !== 'POST') {
        const isScript = request.url === '/script.js';
        response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
        response.end(
          isScript ? `${script}\n${run}` : `${html}<script type="module" src="/script.js"></script>`,
        );
        return;
      }
      let body = '';
      for await (const chunk of request) body += chunk;
      response.setHeader('connection', 'close').end();
      server.close();
      resolve(JSON.parse(body) as GpuCheck);
    });
    server.listen(0, 'localhost', () => {
      console.log(
        `\nOpen http://localhost:${(server.address() as AddressInfo).port} in the browser to check.`,
      );
    });
  });
}

function passed({ figures, after }: GpuCheck): boolean {
  return after.status === 'ready' && figures.every(({ error, tolerance }) => error < tolerance);
}

function describe(check: GpuCheck): string {
  const { where, before, after, figures } = check;
  if (figures.length === 0) return `${where}: no GPU: ${before.reason}`;
  const timings = before.timings.map(
    ({ size, gpuMilliseconds, cpuMilliseconds }) =>
      `  ${size}×${size}: GPU ${gigaflops(size, gpuMilliseconds)}, CPU ${gigaflops(size, cpuMilliseconds)}`,
  );
  const rows = figures.map(({ title, error, tolerance, onGpu }) => {
    const verdict = error < tolerance ? 'ok    ' : 'WRONG ';
    return `  ${verdict}${title}: ${error.toExponential(1)} (below ${tolerance}); ${onGpu} products on the GPU`;
  });
  return [
    `${where}: ${before.renderer} by ${before.mode}`,
    `  ${before.reason}`,
    ...timings,
    ...rows,
    passed(check) ? '  All is right.' : `  NOT right; the GPU is ${after.status}: ${after.reason}`,
  ].join('\n');
}

function gigaflops(size: number, milliseconds: number): string {
  return `${milliseconds.toPrecision(3)} ms (${((2 * size ** 3) / milliseconds / 1e6).toPrecision(2)} GFLOP/s)`;
}
