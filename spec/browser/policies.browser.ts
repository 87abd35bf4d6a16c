/**
 * The built package in pages whose Content-Security-Policy forbids `new Function`, with or without
 * WebAssembly (`npm run build` first). They compute what Node computes.
 */
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { type Backend, compareDigits } from '../package/compare-digits.ts';
import { launchChromium } from './chromium.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Answer {
  readonly digits: string;
  readonly products: { readonly wasm: number; readonly javascript: number };
  /** What the policy refused. */
  readonly refused: readonly string[];
}

describe('a page whose policy forbids code from text', function () {
  this.timeout(120_000);
  let browser: Browser;
  let server: Server;
  let script: string;
  let policy = '';

  before(async () => {
    if (!existsSync(join(root, 'dist'))) throw new Error('There is no dist: run npm run build first.');
    browser = await launchChromium();
    script = await bundleFor('browser', page);
    server = createServer(({ url = '/' }, response) => {
      const isScript = url === '/page.js';
      const type = isScript ? 'text/javascript' : 'text/html';
      response.writeHead(200, { 'content-type': type, 'content-security-policy': policy });
      response.end(isScript ? script : '<!doctype html><script type="module" src="page.js"></script>');
    }).listen(0);
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  it("script-src 'self', which also forbids WebAssembly: computes in JavaScript, with Node's bits", async () => {
    const { digits, products, refused } = await answerUnder("script-src 'self'", 'auto');
    compareDigits('Chromium', 'javascript', digits, await inNode('javascript'));
    expect(products).to.include({ wasm: 0 });
    expect(products.javascript).to.be.above(10);
    // Each is tried once, to find out.
    expect(refused).to.deep.equal(['eval', 'wasm-eval']);
  });

  it("script-src 'self' 'wasm-unsafe-eval', as in an extension: computes in WebAssembly", async () => {
    const extension = "script-src 'self' 'wasm-unsafe-eval'; object-src 'self'";
    const { digits, products, refused } = await answerUnder(extension, 'auto');
    compareDigits('Chromium', 'auto', digits, await inNode('auto'));
    expect(products.wasm).to.be.above(10);
    expect(refused).to.deep.equal(['eval']);
    const { digits: plain } = await answerUnder(extension, 'javascript');
    compareDigits('Chromium', 'javascript', plain, await inNode('javascript'));
  });

  async function answerUnder(wanted: string, backend: Backend): Promise<Answer> {
    policy = wanted;
    const tab = await browser.newPage();
    const errors: string[] = [];
    tab.on('pageerror', ({ message }) => errors.push(message));
    await tab.goto(`http://localhost:${(server.address() as AddressInfo).port}/#${backend}`);
    const text = await tab
      .locator('pre')
      .textContent({ timeout: 60_000 })
      .catch(() => errors.join('\n'));
    await tab.close();
    expect(errors).to.deep.equal([]);
    return JSON.parse(text as string) as Answer;
  }
});

// The listener stands before the package is loaded.
const page = `
  const refused = [];
  document.addEventListener('securitypolicyviolation', ({ blockedURI }) => refused.push(blockedURI));
  const { digits } = await import('./spec/package/consumer/digits.mjs');
  const { backendReport } = await import('fluxion/lib');
  const text = digits(location.hash.slice(1));
  await new Promise((resolve) => setTimeout(resolve));
  const answer = document.createElement('pre');
  answer.textContent = JSON.stringify({ digits: text, products: backendReport().products, refused });
  document.body.append(answer);
`;

async function inNode(backend: Backend): Promise<string> {
  const bundle = await bundleFor('node', "export * from './spec/package/consumer/digits.mjs'");
  const module = await import(`data:text/javascript;base64,${Buffer.from(bundle).toString('base64')}`);
  return (module as { digits(backend: Backend): string }).digits(backend);
}

/** A module of the root folder with all that it imports from the built package. */
async function bundleFor(platform: 'browser' | 'node', contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    write: false,
    format: 'esm',
    platform,
    external: ['gpu.js'],
  });
  return (outputFiles[0] as { text: string }).text;
}
