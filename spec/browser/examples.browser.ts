/**
 * docs/examples/browser.html as it stands, beside the packed package instead of the checkout's `dist`, the
 * page of the cookbook, with the package in node_modules, and the single files that a CDN serves (`npm run
 * build` first).
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { blocksOf, readPage } from '../docs/code-blocks.ts';
import { launchChromium } from './chromium.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = readdirSync(join(root, 'docs/examples')).filter((name) => name.endsWith('.html'));

describe('the pages of docs/examples', function () {
  this.timeout(120_000);
  let folder: string;
  let server: Server;
  let browser: Browser;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fluxion-pages-'));
    unpackInto(folder);
    server = createServer(({ url = '/' }, response) => {
      const file = join(folder, new URL(url, 'http://localhost').pathname);
      const found = existsSync(file) && extname(file) !== '';
      response.writeHead(found ? 200 : url === '/favicon.ico' ? 204 : 404, {
        'content-type': extname(file) === '.html' ? 'text/html' : 'text/javascript',
      });
      response.end(found ? readFileSync(file) : 'not found');
    }).listen(0);
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true });
  });

  it('are all looked at here', () => {
    expect(pages).to.deep.equal(['browser.html']);
  });

  it('browser.html trains moons with one file of the package', async () => {
    const { tab, complaints, scripts } = await open('docs/examples/browser.html');
    await tab
      .waitForFunction("document.querySelector('p').textContent.startsWith('step 600')", null, {
        timeout: 100_000,
      })
      .catch(() => {});
    const progress = (await tab.textContent('p')) ?? '';
    const painted = await tab.evaluate<number>(`(() => {
      const { data } = document.querySelector('canvas').getContext('2d').getImageData(0, 0, 360, 240);
      return data.filter((value, i) => i % 4 === 0 && value < 255).length;
    })()`);
    await tab.close();
    expect(complaints).to.deep.equal([]);
    expect(scripts).to.deep.equal(['dist/fluxion-flows.min.js']);
    expect(progress).to.match(/^step 600 of 600: energy distance 0\.0\d+$/);
    expect(Number(progress.split(' ').at(-1))).to.be.below(0.02);
    expect(painted).to.be.above(1000);
  });

  it("the cookbook's import map finds all that fluxion and fluxion/flows need", async () => {
    const { body } = blocksOf(readPage('docs/cookbook.md').split('\n')).find(({ info }) => info === 'html')!;
    const flows =
      "<script type=\"module\">await import('fluxion/flows'); document.title = 'loaded';</script>";
    writeFileSync(join(folder, 'cookbook.html'), `<!doctype html><body>${body.join('\n')}\n${flows}`);
    const { tab, complaints } = await open('cookbook.html');
    await tab.waitForFunction("document.title === 'loaded'", null, { timeout: 30_000 }).catch(() => {});
    const text = await tab.textContent('body');
    await tab.close();
    expect(complaints).to.deep.equal([]);
    expect(text).to.equal('[2, 4] float32 [2]');
  });

  for (const [file, entries] of [
    ['fluxion.min.js', ['fluxion']],
    ['fluxion-flows.min.js', ['fluxion', 'fluxion/flows']],
  ] as const) {
    it(`${file} is one request, and has every name of ${entries.join(' and ')}`, async () => {
      const program = `
        const fluxion = await import('./dist/${file}');
        const { grad, tensor } = fluxion;
        document.body.textContent = String(grad((x) => x.square().sum())(tensor([1, 2])));
        globalThis.names = Object.keys(fluxion);
        document.title = 'loaded';`;
      writeFileSync(
        join(folder, 'single.html'),
        `<!doctype html><body><script type="module">${program}</script>`,
      );
      const { tab, complaints, scripts } = await open('single.html');
      await tab.waitForFunction("document.title === 'loaded'", null, { timeout: 30_000 }).catch(() => {});
      const text = await tab.textContent('body');
      const names = await tab.evaluate<readonly string[]>('globalThis.names');
      await tab.close();
      expect(complaints).to.deep.equal([]);
      expect(scripts).to.deep.equal([`dist/${file}`]);
      expect(text).to.equal('[2, 4] float32 [2]');
      const modules: readonly object[] = await Promise.all(entries.map((entry) => import(entry)));
      expect(names).to.have.members([...new Set(modules.flatMap((module) => Object.keys(module)))]);
    });
  }

  /** A page, what it complains of from now on, foreign requests included, and the scripts that it loads. */
  async function open(path: string) {
    const base = `http://localhost:${(server.address() as AddressInfo).port}/`;
    const tab = await browser.newPage();
    const complaints: string[] = [];
    const scripts: string[] = [];
    tab.on('pageerror', ({ message }) => complaints.push(message));
    tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    tab.on('request', (request) => {
      if (!request.url().startsWith(base)) complaints.push(`asks for ${request.url()}`);
      if (request.resourceType() === 'script') scripts.push(request.url().slice(base.length));
    });
    await tab.goto(base + path);
    return { tab, complaints, scripts };
  }
});

/** The examples where they are in the checkout, the packed package around them, and again in node_modules. */
function unpackInto(folder: string): void {
  if (!existsSync(join(root, 'dist'))) throw new Error('There is no dist: run npm run build first.');
  const { status, stderr } = spawnSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status, stderr).to.equal(0);
  const [tarball = ''] = readdirSync(folder);
  expect(spawnSync('tar', ['-xzf', tarball, '--strip-components', '1'], { cwd: folder }).status).to.equal(0);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(folder, join(folder, 'node_modules/fluxion'));
  mkdirSync(join(folder, 'docs'));
  cpSync(join(root, 'docs/examples'), join(folder, 'docs/examples'), { recursive: true });
}
