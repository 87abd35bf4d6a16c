/** The built site (`npm run docs` first), served from a sub-path, and pages of it in Chromium. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Page } from 'playwright-core';

export const siteFolder = fileURLToPath(new URL('../../out/docs/', import.meta.url));
const subPath = '/any/sub/path/';

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** The site while it is served. */
export interface ServedSite {
  /** The address of its root, with a slash at the end. */
  readonly base: string;
  /** Its HTML files, relative to the root. */
  readonly pages: readonly string[];
  close(): void;
}

/** Serves the site from a sub-path of a free port. */
export function serveSite(): ServedSite {
  const files = existsSync(siteFolder) ? readdirSync(siteFolder, { recursive: true, encoding: 'utf8' }) : [];
  const pages = files.filter((name) => name.endsWith('.html'));
  expect(pages, 'run npm run docs first').to.include('index.html');
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const name = decodeURIComponent(pathname).slice(subPath.length) || 'index.html';
    const file = join(siteFolder, name);
    const found = pathname.startsWith(subPath) && existsSync(file);
    response.writeHead(found ? 200 : 404, {
      'content-type': mediaTypes[extname(name)] ?? 'application/octet-stream',
    });
    response.end(found ? readFileSync(file) : 'not found');
  }).listen(0);
  const { port } = server.address() as AddressInfo;
  return { base: `http://localhost:${port}${subPath}`, pages, close: () => server.close() };
}

/** What a page says on its console, and asks of other hosts, from now on. */
export function listen(tab: Page, base: string): string[] {
  const complaints: string[] = [];
  tab.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${tab.url()}: ${message.text()}`);
  });
  tab.on('pageerror', (error) => complaints.push(`${tab.url()}: ${error.message}`));
  tab.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !/^(data|blob):/.test(url)) complaints.push(`${tab.url()} asks for ${url}`);
  });
  return complaints;
}
