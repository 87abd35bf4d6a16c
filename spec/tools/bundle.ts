/**
 * The package bundled into few files, with all that it needs within: for Node, where hundreds of small
 * modules take long to load; for the command, so that its report's packages need not be installed; and for
 * pages without a bundler, in one file each.
 */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
import { build, type Metafile, type Plugin, transform } from 'esbuild';
import { bundledPackages, licencesOf } from './licences.ts';

const target = 'es2022';

/**
 * What is loaded by name, by its place in `dist`. In Node, `fluxion/functions` is `bundle/fluxion`: with an
 * entry of its own, a module that needs the methods could run before the module that makes them.
 */
const entries = {
  'bundle/fluxion': 'autograd/index.ts',
  'bundle/lib': 'lib/index.ts',
  'bundle/flows': 'flows/index.ts',
  'bundle/xla': 'flows/xla/index.ts',
  'bundle/worker': 'flows/worker/index.ts',
  'bundle/fit-worker': 'flows/worker/fit-worker.ts', // which `bundle/worker` starts
  'bundle/files': 'flows/files/index.ts',
  'flows/cli/main': 'flows/cli/main.ts',
  'flows/cli/start/start': 'flows/cli/start/start.ts',
};

/** The single files for pages: of which modules each has all names. */
const pageFiles = {
  'fluxion.min': ['autograd'],
  'fluxion-flows.min': ['autograd', 'flows'],
};

/** Writes the bundle and, in `bundle/LICENSES.txt`, the licences of the packages in it. */
export async function writeBundle(root: string, dist: string): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: dist,
    chunkNames: 'bundle/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target,
    platform: 'node',
    external: [
      'gpu.js', // the user's own
      'hyparquet', // the user's own, too
      'katex', // which only npm start uses, in a checkout
      'canvas', // which linkedom tries to load, and does without
    ],
    alias: { fflate: 'fflate/browser' }, // the one without Node's modules
    plugins: [nodeModules, digitsOfTheModules, noStyleSheets],
    legalComments: 'none', // they come whole, in LICENSES.txt
    metafile: true,
    logLevel: 'warning',
  });
  await minify(root, metafile);
  copyFileSync(join(root, 'spec/tools/commonjs.cjs'), join(dist, 'bundle/commonjs.cjs'));
  for (const name of Object.keys(entries).filter((name) => name.startsWith('bundle/'))) {
    const contents = `module.exports = require('./commonjs.cjs')('./${basename(name)}.js');\n`;
    writeFileSync(join(dist, `${name}.cjs`), contents);
  }
  writeFileSync(join(dist, 'bundle/LICENSES.txt'), licencesOf(root, bundledPackages(metafile)));
}

/** Writes one minified module for each of `pageFiles`. */
export async function writePageFiles(root: string, dist: string): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const [name, modules] of Object.entries(pageFiles)) {
    const contents = modules.map((module) => `export * from './${module}/index.js';\n`).join('');
    await build({
      stdin: { contents, resolveDir: dist },
      outfile: join(dist, `${name}.js`),
      bundle: true,
      minify: true,
      format: 'esm',
      target,
      platform: 'browser',
      external: ['gpu.js'],
      banner: { js: `/*! fluxion ${version}, MIT. Its packages' licences: bundle/LICENSES.txt */` },
      legalComments: 'none',
      logLevel: 'warning',
    });
  }
}

/** Minifies the command's files that are for the most part other people's code, and all others a little. */
async function minify(root: string, { outputs }: Metafile): Promise<void> {
  const ours = new Set<string>();
  const visit = (path: string) => {
    if (ours.has(path) || !outputs[path]) return;
    ours.add(path);
    for (const { path: next } of outputs[path].imports) visit(next);
  };
  for (const path of Object.keys(outputs)) if (/\/bundle\/(?!chunk-)/.test(path)) visit(path);
  for (const [path, { inputs, bytes }] of Object.entries(outputs)) {
    const parts = Object.entries(inputs).filter(([input]) => input.includes('node_modules'));
    const foreignBytes = parts.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
    const file = join(root, path);
    const code = readFileSync(file, 'utf8');
    const isForeign = !ours.has(path) && foreignBytes > bytes / 2;
    writeFileSync(file, await (isForeign ? minified(code) : withoutSpaces(code)));
  }
}

async function minified(code: string): Promise<string> {
  return (await transform(code, { minify: true, keepNames: true, format: 'esm', target })).code;
}

/**
 * Names stay, and so do the imports and exports, which `commonjs.cjs` reads. An error shows one line of the
 * file, so lines stay short.
 */
async function withoutSpaces(code: string): Promise<string> {
  const kept: string[] = [];
  const keep = (statement: string) => `kept_${kept.push(statement.replace(/\s+/g, ' ')) - 1};`;
  const marked = code.replace(/^(import|export) [^;]*;$/gm, keep);
  const options = { minifyWhitespace: true, lineLimit: 120, format: 'esm', target } as const;
  const { code: short } = await transform(marked, options);
  let count = 0;
  const whole = short.replace(/\bkept_(\d+);?/g, (_, i) => {
    count++;
    return `\n${kept[Number(i)]}\n`;
  });
  if (count !== kept.length) throw new Error(`${count} of ${kept.length} imports and exports came back`);
  return whole;
}

/**
 * The text of the digits, a tenth of the tarball, stands in it once for Node: the chunks take the module's.
 */
const digitsOfTheModules: Plugin = {
  name: 'digits',
  setup({ onResolve }) {
    onResolve({ filter: /\/digits-text\.ts$/ }, ({ resolveDir }) => {
      // Chunks stand in dist/bundle. Another file of that name is not the digits.
      const isData = resolveDir.endsWith(join('flows', 'data'));
      return isData ? { path: '../flows/data/digits-text.js', external: true } : undefined;
    });
  },
};

/** linkedom parses a style element when its sheet is read. No chart does so, and the parser is 340 kB. */
const noStyleSheets: Plugin = {
  name: 'no style sheets',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^cssomnom\/parse$/ }, ({ path }) => ({ path, namespace: 'no style sheets' }));
    onLoad({ filter: /.*/, namespace: 'no style sheets' }, () => ({
      contents: "export function parse() { throw new Error('style sheets are not in this bundle'); }",
    }));
  },
};

/** CommonJS packages require Node's modules, which an ES module cannot: it asks the process for them. */
const nodeModules: Plugin = {
  name: "Node's modules",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === 'require-call' && isBuiltin(path) ? { path, namespace: 'node' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'node' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};
