/**
 * The package bundled into few files, with all that it needs within: for Node, where hundreds of small
 * modules take long to load; for pages without a bundler; and for the command, so that its report's packages
 * need not be installed.
 */
import { writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { bundledPackages, licencesOf } from './licences.ts';

/** What is loaded by name, by its place in `dist`. */
const entries = {
  'bundle/fluxion': 'autograd/index.ts',
  'bundle/lib': 'lib/index.ts',
  'bundle/flows': 'flows/index.ts',
  'bundle/files': 'flows/files/index.ts',
  'flows/cli/main': 'flows/cli/main.ts',
  'flows/cli/start/start': 'flows/cli/start/start.ts',
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
    target: 'es2022',
    platform: 'node',
    external: [
      'gpu.js', // the user's own
      'canvas', // which linkedom tries to load, and does without
    ],
    alias: { fflate: 'fflate/browser' }, // the one without Node's modules
    plugins: [nodeModules],
    legalComments: 'none', // they come whole, in LICENSES.txt
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(join(dist, 'bundle/LICENSES.txt'), licencesOf(root, bundledPackages(metafile)));
}

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
