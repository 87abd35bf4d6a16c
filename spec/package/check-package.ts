/**
 * `npm run check:package`: what a user gets. Packs the built package, installs the tarball in an empty folder, and there
 * imports it, requires it, compiles against its types with three compilers, bundles it for the browser, and runs its command.
 * `spec/package/consumer/` holds the code that this user wrote.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fluxion-package-'));
const installed = join(folder, 'node_modules');

/** In bytes: what users download may not grow beyond these without somebody deciding so. */
const budgets = { tarball: 600_000, lib: 40_000, core: 60_000, flows: 200_000 };

/** The compilers that the user may have, by the name under which they are installed beside each other. */
const compilers = { 'typescript-5.9': '5.9.3', 'typescript-6': '6.0.3', 'typescript-7': '7.0.2' };

// npm hands the settings of an outer npm down through the environment; this user has none.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|config_local)/.test(name)),
);

try {
  install();
  checkTarball();
  useIt();
  compileAgainstIt();
  bundleIt();
  weighIt();
  runItsCommand();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function install(): void {
  run('pack', root, 'npm', ['pack', '--silent', '--pack-destination', folder]);
  cpSync(join(root, 'spec/package/consumer'), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  npmInstall('install the tarball', [tarball()]);
  if (existsSync(join(installed, 'gpu.js'))) throw new Error('gpu.js came along, though it is an optional peer');
}

function checkTarball(): void {
  run('publint', root, bin('publint'), ['run', join(installed, 'fluxion'), '--strict', '--pack', 'false']);
  run('are the types wrong', root, bin('attw'), [tarball(), '--profile', 'esm-only']);
}

function useIt(): void {
  run('import', folder, process.execPath, ['import.mjs']);
  run('require', folder, process.execPath, ['require.cjs']);
}

function compileAgainstIt(): void {
  const aliases = Object.entries(compilers).map(([alias, version]) => `${alias}@npm:typescript@${version}`);
  npmInstall('install the compilers', ['@types/node@20.19.43', ...aliases]);
  for (const alias of Object.keys(compilers)) {
    for (const resolution of ['nodenext', 'bundler']) {
      compile(`${alias} compiles the user's program (${resolution})`, alias, folder, `tsconfig.${resolution}.json`);
    }
  }
  // The version that builds the package compiles its sources anyway; this is the next one.
  compile('typescript-7 compiles our sources', 'typescript-7', root, 'tsconfig.json');
}

function bundleIt(): void {
  const options = ['--bundle', '--minify', '--platform=browser', '--format=esm', '--outfile=bundle.mjs'];
  run('bundle for the browser', folder, bin('esbuild'), ['browser.mjs', ...options]);
  run('run the bundle', folder, process.execPath, ['bundle.mjs']);
}

/** What users download: the tarball, and each entry as a page would load it, minified and gzipped, all of its names kept. */
function weighIt(): void {
  const sizes: Record<string, number> = { tarball: statSync(tarball()).size };
  for (const [entry, name] of Object.entries({ fluxion: 'core', 'fluxion/lib': 'lib', 'fluxion/flows': 'flows' })) {
    writeFileSync(join(folder, 'weigh.mjs'), `export * from '${entry}';`);
    const options = [
      '--bundle',
      '--minify',
      '--platform=browser',
      '--format=esm',
      '--outfile=weighed.mjs',
      '--external:gpu.js',
    ];
    run(`bundle all of ${entry}`, folder, bin('esbuild'), ['weigh.mjs', ...options]);
    sizes[name] = gzipSync(readFileSync(join(folder, 'weighed.mjs'))).length;
  }
  for (const [name, budget] of Object.entries(budgets)) {
    const size = sizes[name] as number;
    console.log(`${size <= budget ? '✓' : '✗'} ${name}: ${kilobytes(size)} of ${kilobytes(budget)}`);
    if (size > budget) throw new Error(`${name} weighs ${kilobytes(size)}, over its budget of ${kilobytes(budget)}`);
  }
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}

function runItsCommand(): void {
  run('npx fluxion --help', folder, 'npm', ['exec', '--', 'fluxion', '--help']);
  run('npx fluxion verify', folder, 'npm', ['exec', '--', 'fluxion', 'verify']);
}

function npmInstall(title: string, packages: readonly string[]): void {
  run(title, folder, 'npm', ['install', '--silent', '--no-audit', '--no-fund', ...packages]);
}

function compile(title: string, alias: string, cwd: string, project: string): void {
  run(title, cwd, process.execPath, [join(installed, alias, 'bin/tsc'), '--noEmit', '-p', project]);
}

function tarball(): string {
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no tarball');
}

function bin(name: string): string {
  return join(root, 'node_modules/.bin', name);
}

/** Runs one step of the check. Throws all that the step printed if it fails. */
function run(title: string, cwd: string, command: string, parameters: readonly string[]): void {
  const start = performance.now();
  const shell = process.platform === 'win32' && command !== process.execPath;
  const result = spawnSync(command, parameters, { cwd, env: environment, encoding: 'utf8', shell });
  const seconds = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  if (result.status !== 0) {
    throw new Error(`✗ ${title} (${seconds})\n${result.error ?? ''}${result.stdout}${result.stderr}`);
  }
  console.log(`✓ ${title} (${seconds})`);
}
