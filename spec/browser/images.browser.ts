/**
 * docs/guides/images.html as it stands, but for the address of the package, which is the built one (`npm run
 * build` first): it gets files of handwritten digits and draws new ones.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { formatPng } from '../../flows/files/index.ts';
import { digits } from '../../flows/index.ts';
import { launchChromium } from './chromium.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cdn = 'https://cdn.jsdelivr.net/npm/fluxion@0.1.0/dist/';
const count = 300;

describe('the page that learns your own images', function () {
  this.timeout(300_000);
  let folder: string;
  let server: Server;
  let browser: Browser;
  let tab: Page;
  const complaints: string[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fluxion-images-'));
    const page = readFileSync(join(root, 'docs/guides/images.html'), 'utf8');
    expect(page).to.include(cdn);
    server = createServer(({ url = '/' }, response) => {
      const isScript = url.endsWith('.js');
      response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
      response.end(isScript ? readFileSync(join(root, 'dist', url)) : page.replace(cdn, './'));
    }).listen(0);
    browser = await launchChromium();
    tab = await browser.newPage();
    tab.on('pageerror', ({ message }) => complaints.push(message));
    await tab.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
  });
  after(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('says what is wrong with files that are no images', async () => {
    const file = join(folder, 'text.png');
    writeFileSync(file, 'no image');
    await tab.setInputFiles('input', [file]);
    await tab.waitForFunction("!document.querySelector('#progress').textContent.startsWith('Choose')");
    expect(await tab.textContent('#progress')).to.match(/image|decode/);
  });

  it('draws new images that are like those of the files', async () => {
    const images = (digits().images.toArray() as number[][]).slice(0, count);
    await tab.setInputFiles('input', writeImages(images));
    await tab.waitForFunction(
      "document.querySelector('#progress').textContent.endsWith('32 new ones')",
      null,
      { timeout: 250_000 },
    );
    if (process.env.WRITE_PICTURE === '1') await writePicture();
    const drawn = await tab.evaluate<number[][]>(`(() => {
      const { data } = document.querySelector('canvas').getContext('2d').getImageData(0, 0, 512, 256);
      return Array.from({ length: 32 }, (_, n) => Array.from({ length: 64 }, (_, i) => {
        // The middle of each pixel of the 8 × 8 that the file had.
        const [x, y] = [64 * (n % 8) + 8 * (i % 8) + 4, 64 * Math.floor(n / 8) + 8 * Math.floor(i / 8) + 4];
        return data[4 * (512 * y + x)] / 255;
      }));
    })()`);
    const real = images.map((pixels) => pixels.map((ink) => 1 - ink / 16));
    const distances = drawn.map((image) => Math.min(...real.map((other) => distance(image, other))));
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value) / values.length;
    // How far a digit is from the nearest other one: what new ones cannot fall far below, nor exceed by much.
    const between = mean(
      real.slice(0, 32).map((a, i) => Math.min(...real.filter((_, j) => i !== j).map((b) => distance(a, b)))),
    );
    expect(mean(distances))
      .to.be.below(1.5 * between)
      .and.above(0.1 * between);
    expect(complaints).to.deep.equal([]);
  });

  /** A PNG file of 64 × 64 pixels for each image. */
  function writeImages(images: readonly (readonly number[])[]): string[] {
    mkdirSync(folder, { recursive: true });
    return images.map((ink, n) => {
      const pixels = Uint8Array.from({ length: 4096 }, (_, i) => {
        const [row, column] = [Math.floor(i / 512), Math.floor((i % 64) / 8)];
        return Math.round(255 * (1 - ink[8 * row + column]! / 16));
      });
      const file = join(folder, `digit-${n}.png`);
      writeFileSync(file, formatPng({ width: 64, height: 64, pixels }));
      return file;
    });
  }

  /** docs/images/images.png: `WRITE_PICTURE=1 npx mocha spec/browser/images.browser.ts`. */
  async function writePicture(): Promise<void> {
    await tab.locator('canvas').screenshot({ path: join(root, 'docs/images/images.png') });
  }
});

/** The root of the mean square. */
function distance(a: readonly number[], b: readonly number[]): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length);
}
