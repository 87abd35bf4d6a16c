/**
 * `npm run build`: compiles what users import to a fresh `dist/`, module by module, for bundlers and
 * compilers; copies what is no TypeScript (data sets and their licences); and bundles it, with the command,
 * for Node, and for pages without a bundler.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { writeBundle, writePageFiles } from './bundle.ts';
import { keepPublicDeclarations } from './public-declarations.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'dist');

// A file deleted from the sources must not live on in the package.
rmSync(dist, { recursive: true, force: true });
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);

const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, { types?: string }>;
};
const typesOfEntries = Object.values(exports).flatMap(({ types }) => (types ? [join(root, types)] : []));
keepPublicDeclarations(dist, typesOfEntries);

// The declarations have the comments, where editors look for them; once is enough.
for (const entry of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (!entry.endsWith('.js')) continue;
  const file = join(dist, entry);
  writeFileSync(file, transformSync(readFileSync(file, 'utf8'), { target: 'es2022' }).code);
}

for (const room of ['lib', 'autograd', 'flows']) {
  for (const entry of readdirSync(join(root, room), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.ts') || entry.name === 'README.md') continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(dist, relative(root, source));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(source, target);
  }
}

await writeBundle(root, dist);
await writePageFiles(root, dist);
