/**
 * Does what docs/guides/install.md says, section by section: writes its files into an empty folder, runs its
 * commands with the packed tarball for `fluxion`, and looks at what comes of it. Part of `npm run
 * check:package`; `npx tsx spec/package/check-installs.ts Vite` does one section.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launchChromium } from '../browser/chromium.ts';
import { type Block, blocksOf, readPage } from '../docs/code-blocks.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const wanted = '[2, 4] float32 [2]';
const cdn = 'https://cdn.jsdelivr.net/npm/fluxion@0.1.0/';

/** The versions of what the page installs without one. */
const versions: Readonly<Record<string, string>> = {
  vite: '8.4.0',
  webpack: '5.113.0',
  'webpack-cli': '7.3.1',
  next: '16.4.6',
  react: '19.3.1',
  'react-dom': '19.3.1',
  deno: '2.9.6',
  wrangler: '4.50.0', // the last ones want Node 22
};

/** What a section's commands have made, where they print nothing that the page shows. */
const results: Readonly<Record<string, (folder: string) => Promise<string> | string>> = {
  Vite: (folder) => shownBy(join(folder, 'dist')),
  webpack: (folder) => shownBy(folder),
  Next: (folder) => textIn(join(folder, '.next/server/app/index.html')),
  Cloudflare: async (folder) => {
    const worker = (await import(pathToFileURL(join(folder, 'out/main.js')).href)) as {
      readonly default: { fetch(): Response };
    };
    return worker.default.fetch().text();
  },
  'A plain page': (folder) => {
    const page = join(folder, 'index.html');
    const text = readFileSync(page, 'utf8');
    if (!text.includes(cdn)) throw new Error(`the page has another address than ${cdn}`);
    writeFileSync(page, text.replace(cdn, './node_modules/fluxion/'));
    inShell(folder, ['npm install fluxion']);
    return shownBy(folder);
  },
};

const parent = mkdtempSync(join(tmpdir(), 'fluxion-installs-'));
const tarball = join(parent, 'fluxion.tgz');
try {
  const packed = inShell(root, [`npm pack --silent --pack-destination ${parent}`]).trim();
  renameSync(join(parent, packed), tarball);
  installBun();
  for (const { title, blocks } of sections()) {
    if (process.argv.length > 2 && !process.argv.includes(title)) continue;
    const result = await followed(title, blocks);
    if (result !== wanted) throw new Error(`✗ ${title}: wanted ${wanted}, got ${result}`);
    console.log(`✓ ${title}, as the guide says`);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  rmSync(parent, { recursive: true, force: true });
}

/** The blocks of each section of the page. */
function sections(): readonly { readonly title: string; readonly blocks: readonly Block[] }[] {
  return readPage('docs/guides/install.md')
    .split(/^## /m)
    .slice(1)
    .map((text) => ({ title: text.split('\n')[0] as string, blocks: blocksOf(text.split('\n')) }));
}

/** What comes of a section in a folder of its own. */
async function followed(title: string, blocks: readonly Block[]): Promise<string> {
  const folder = join(parent, `in-${title.replaceAll(' ', '-').toLowerCase()}`);
  mkdirSync(folder);
  writeFileSync(join(folder, '.npmrc'), 'audit=false\nfund=false\nprefer-offline=true\n');
  let printed = '';
  for (const { info, body } of blocks) {
    const name = /^(?:\/\/|<!--) ([\w./]+)/.exec(body[0] ?? '')?.[1];
    if (info === 'sh') printed = inShell(folder, body);
    else if (name !== undefined) writeBlock(join(folder, name), body.slice(1));
  }
  return results[title]?.(folder) ?? (printed.trim().split('\n').at(-1) as string);
}

function writeBlock(file: string, lines: readonly string[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${lines.join('\n')}\n`);
}

/** What the commands print. */
function inShell(folder: string, lines: readonly string[]): string {
  const text = lines.map((line) => (/^(npm install|bun add) /.test(line) ? pinned(line) : line));
  const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', text.join('\n')], {
    cwd: folder,
    env: {
      ...process.env,
      PATH: `${join(parent, 'tools/node_modules/.bin')}${delimiter}${process.env.PATH}`,
      NEXT_TELEMETRY_DISABLED: '1',
      WRANGLER_SEND_METRICS: 'false',
    },
    encoding: 'utf8',
  });
  if (status === 0) return stdout;
  throw new Error(`✗ ${text.join('; ')}\n${stdout}${stderr}`);
}

function pinned(line: string): string {
  const [program, command, ...names] = line.split(' ');
  const exact = names.map((name) =>
    name === 'fluxion' ? tarball : versions[name] ? `${name}@${versions[name]}` : name,
  );
  return [program, command, ...exact].join(' ');
}

function installBun(): void {
  const folder = join(parent, 'tools');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  inShell(folder, [
    'npm install --silent --no-audit --no-fund bun@1.4.5',
    'node node_modules/bun/install.js',
  ]);
}

/** The text of `#result` on the page index.html of a folder. */
async function shownBy(folder: string): Promise<string> {
  const server = createServer(({ url = '/' }, response) => {
    const file = join(folder, url === '/' ? 'index.html' : url);
    const type = extname(file) === '.html' ? 'text/html' : 'text/javascript';
    response.writeHead(existsSync(file) ? 200 : 404, { 'content-type': type });
    response.end(existsSync(file) ? readFileSync(file) : '');
  }).listen(0);
  const browser = await launchChromium();
  try {
    const tab = await browser.newPage();
    await tab.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    await tab.waitForFunction("document.querySelector('#result').textContent !== ''", null, {
      timeout: 10_000,
    });
    return (await tab.textContent('#result')) as string;
  } finally {
    await browser.close();
    server.close();
  }
}

/** The text of a page's button. */
function textIn(file: string): string {
  return /<button>([^<]*)<\/button>/.exec(readFileSync(file, 'utf8'))?.[1] ?? 'no button';
}
