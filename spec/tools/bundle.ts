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

/** What is loaded by name, by its place in `dist`. */
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
      'canvas', // which linkedom tries to load, and does without
    ],
    alias: { fflate: 'fflate/browser' }, // the one without Node's modules
    plugins: [nodeModules, digitsOfTheModules],
    legalComments: 'none', // they come whole, in LICENSES.txt
    minifyWhitespace: true, // names stay; an error shows one line of the file, so lines stay short, too
    lineLimit: 120,
    metafile: true,
    logLevel: 'warning',
  });
  await minifyPackages(root, metafile);
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

/** Minifies the files that are for the most part other people's code, which nobody debugs here. */
async function minifyPackages(root: string, { outputs }: Metafile): Promise<void> {
  for (const [path, { inputs, bytes }] of Object.entries(outputs)) {
    const parts = Object.entries(inputs).filter(([input]) => input.includes('node_modules'));
    if (parts.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0) < bytes / 2) continue;
    const file = join(root, path);
    const { code } = await transform(readFileSync(file, 'utf8'), {
      minify: true,
      keepNames: true,
      format: 'esm',
      target,
    });
    writeFileSync(file, code);
  }
}

/**
 * The text of the digits, a tenth of the tarball, stands in it once for Node: the chunks take the module's.
 */
const digitsOfTheModules: Plugin = {
  name: 'digits',
  setup({ onResolve }) {
    onResolve({ filter: /\/digits-text\.ts$/ }, () => ({
      path: '../flows/data/digits-text.js',
      external: true,
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
