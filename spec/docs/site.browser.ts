/** The built site (`npm run docs` first), served from a sub-path and looked at in Chromium, page by page. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../browser/chromium.ts';

const site = fileURLToPath(new URL('../../out/docs/', import.meta.url));
const subPath = '/any/sub/path/';

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

describe('the built site', function () {
  this.timeout(60_000);
  const files = existsSync(site) ? readdirSync(site, { recursive: true, encoding: 'utf8' }) : [];
  const pages = files.filter((name) => name.endsWith('.html'));
  let server: Server;
  let browser: Browser;
  let base: string;

  before(async () => {
    expect(pages, 'run npm run docs first').to.include('index.html');
    server = createServer(({ url = '/' }, response) => {
      const { pathname } = new URL(url, 'http://localhost');
      const name = decodeURIComponent(pathname).slice(subPath.length) || 'index.html';
      const file = join(site, name);
      const found = pathname.startsWith(subPath) && existsSync(file);
      response.writeHead(found ? 200 : 404, {
        'content-type': mediaTypes[extname(name)] ?? 'application/octet-stream',
      });
      response.end(found ? readFileSync(file) : 'not found');
    }).listen(0);
    base = `http://localhost:${(server.address() as AddressInfo).port}${subPath}`;
    browser = await launchChromium();
  });

  after(async () => {
    await browser?.close();
    server?.close();
  });

  it('loads every page without a complaint or a foreign request, and none is too wide, for a phone neither', async () => {
    const tab = await browser.newPage();
    const complaints = listen(tab, base);
    for (const page of pages.filter((name) => name !== '404.html')) {
      await tab.goto(base + page, { waitUntil: 'networkidle' });
      for (const width of [1360, 390]) {
        await tab.setViewportSize({ width, height: 800 });
        const overflow = await tab.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        if (overflow > 0) complaints.push(`${page} is ${overflow} pixels too wide for ${width}`);
      }
    }
    await tab.close();
    expect(complaints).to.deep.equal([]);
  });

  it('has no broken link, anchors and sources included', async () => {
    const tab = await browser.newPage({ javaScriptEnabled: false }); // as a reader without scripts sees it
    const links = new Set<string>();
    const anchors = new Set<string>();
    for (const page of pages) {
      await tab.goto(base + page);
      const found = await tab.evaluate<{ hrefs: string[]; ids: string[] }>(`({
        hrefs: [...document.querySelectorAll('a[href]')].map((a) => a.href),
        ids: [...document.querySelectorAll('[id]')].map((e) => e.id),
      })`);
      for (const href of found.hrefs) links.add(href);
      for (const id of found.ids) anchors.add(`${base}${page}#${id}`);
      anchors.add(base + page);
    }
    await tab.close();
    const broken = [...links].filter((link) => {
      if (!link.startsWith(base)) return true;
      const known = decodeURIComponent(link.replace(/\/(?=#|$)/, '/index.html'));
      return !anchors.has(known) && !(known.includes('/source/') && existsSync(join(site, known.slice(base.length))));
    });
    expect(broken).to.deep.equal([]);
  });

  it('goes from page to page, and finds what is searched for', async () => {
    const tab = await browser.newPage({ viewport: { width: 1360, height: 800 } });
    const complaints = listen(tab, base);
    await tab.goto(`${base}start.html`, { waitUntil: 'networkidle' });
    await tab.click('.VPSidebar a:has-text("The note, proved")');
    await tab.waitForURL(`${base}note.html`);
    await tab.click('#local-search button');
    await tab.fill('.VPLocalSearchBox input', 'perturbation confusion');
    await tab.click('.VPLocalSearchBox .result');
    await tab.waitForURL(`${base}autodiff-from-scratch.html#**`);
    expect(complaints).to.deep.equal([]);
    await tab.close();
  });
});

/** What a page says on its console, and asks of other hosts, from now on. */
function listen(tab: Page, base: string): string[] {
  const complaints: string[] = [];
  tab.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${tab.url()}: ${message.text()}`);
  });
  tab.on('pageerror', (error) => complaints.push(`${tab.url()}: ${error.message}`));
  tab.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !url.startsWith('data:')) complaints.push(`${tab.url()} asks for ${url}`);
  });
  return complaints;
}
