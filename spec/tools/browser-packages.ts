/**
 * The packages that fluxion needs in a browser, as ES modules: two of them are CommonJS, which no browser loads. With these in
 * `dist/browser`, an import map is all that a page without a bundler needs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';

const packages = ['ndarray', 'ndarray-ops', 'fflate'];

/** Writes one module for each package, with all that it needs within, below the licences of their authors. */
export async function writeBrowserPackages(root: string, folder: string): Promise<void> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: packages,
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none', // they come whole, above
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  for (const { path, text } of outputFiles) {
    const inputs = Object.keys(metafile.outputs[relative(root, path)]?.inputs ?? {});
    const names = new Set(inputs.map((file) => /.*node_modules\/([^/]+)/.exec(file)?.[1] as string));
    const licences = [...names].map((name) => `${name}:\n${readFileSync(join(root, 'node_modules', name, 'LICENSE'))}`);
    writeFileSync(path, `/*!\n${licences.join('\n')}*/\n${text}`);
  }
}
