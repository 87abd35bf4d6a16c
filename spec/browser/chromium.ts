/** Chromium without a window, and pages in it that have fluxion bundled from its sources. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page as Tab } from 'playwright-core';
import type { Page } from './page.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

const quiet = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the browser, or says what to install. */
export function launchChromium(...flags: readonly string[]): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no ${executablePath}. Install Debian's package chromium (apt-get install chromium), or set CHROMIUM to a browser's path.`,
    );
  }
  return chromium.launch({ executablePath, args: [...quiet, ...flags] });
}

/**
 * `page.ts` with all that it imports, as one script; with `gpuJs: false` as it is where nobody installed
 * gpu.js.
 */
export async function bundlePage(options: { readonly gpuJs: boolean } = { gpuJs: true }): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    // package.json names the files with side effects by their place in dist/; these are the sources.
    ignoreAnnotations: true,
    external: options.gpuJs ? [] : ['gpu.js'],
    logLevel: 'error',
  });
  return (outputFiles[0] as { text: string }).text;
}

// Runs before the page's own script: keeps the WebGL contexts, so that a spec can take one away, and counts
// what they hold.
const witness = `
  globalThis.witness = { contexts: [], textures: 0, programs: 0 };
  const { witness } = globalThis;
  for (const canvas of [HTMLCanvasElement, OffscreenCanvas]) {
    const { getContext } = canvas.prototype;
    canvas.prototype.getContext = function (...request) {
      const context = getContext.apply(this, request);
      if (request[0] === 'webgl2' && context && !witness.contexts.includes(context)) witness.contexts.push(context);
      return context;
    };
  }
  for (const [kind, count] of [['Texture', 'textures'], ['Program', 'programs']]) {
    const methods = WebGL2RenderingContext.prototype;
    const { ['create' + kind]: create, ['delete' + kind]: remove } = methods;
    methods['create' + kind] = function () { witness[count]++; return create.call(this); };
    methods['delete' + kind] = function (x) { if (x) witness[count]--; return remove.call(this, x); };
  }
`;

/** A fresh page with its bundle, and what it says on its console. */
export class BrowserPage {
  readonly tab: Tab;
  readonly warnings: string[] = [];

  private constructor(tab: Tab) {
    this.tab = tab;
    tab.on('console', (message) => {
      // Chromium itself warns that reading pixels waits for the GPU.
      if (message.type() === 'warning' && !message.text().includes('GL Driver Message')) {
        this.warnings.push(message.text());
      }
    });
    tab.on('pageerror', (error) => this.warnings.push(`uncaught: ${error.message}`));
  }

  static async open(browser: Browser, script: string): Promise<BrowserPage> {
    const tab = await browser.newPage();
    await tab.addInitScript(witness);
    await tab.goto('data:text/html,<title>fluxion</title>');
    const page = new BrowserPage(tab);
    await tab.addScriptTag({ content: script, type: 'module' });
    await tab.waitForFunction('globalThis.page');
    return page;
  }

  /** Calls one of the functions of `page.ts` in the page, and waits for what it returns. */
  call<K extends keyof Page>(name: K, ...args: Parameters<Page[K]>): Promise<Awaited<ReturnType<Page[K]>>> {
    return this.evaluate(`page.${name}(...${JSON.stringify(args)})`);
  }

  /** Evaluates source text in the page. */
  evaluate<T>(source: string): Promise<T> {
    return this.tab.evaluate(source) as Promise<T>;
  }

  close(): Promise<void> {
    return this.tab.close();
  }
}
