/**
 * `npm run check:package`: what a user gets. Packs the built package, installs the tarball in an empty folder, and there
 * imports it, requires it, compiles against its types with three compilers, and runs its command.
 * `spec/package/consumer/` holds the code that this user wrote.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const compilers = { 'typescript-5.9': '5.9.3', 'typescript-6': '6.0.3', 'typescript-7': '7.0.2' };
/** The version beside which 7 counts as the second compiler of our own sources. */
const newestCompiler = 'typescript-7';

// npm hands the settings of the outer command down through the environment; this user has none.
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|config_local)/.test(name)));

const folder = mkdtempSync(join(tmpdir(), 'fluxion-package-'));
try {
  checkPackage();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function checkPackage(): void {
  run('pack', root, 'npm', ['pack', '--silent', '--pack-destination', folder]);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack wrote no tarball');

  cpSync(join(root, 'spec/package/consumer'), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  run('install', folder, 'npm', ['install', '--silent', '--no-audit', '--no-fund', join(folder, tarball)]);
  if (existsSync(join(folder, 'node_modules/gpu.js'))) throw new Error('gpu.js came along, though it is an optional peer');

  run('publint', root, bin('publint'), ['run', join(folder, 'node_modules/fluxion'), '--strict', '--pack', 'false']);
  run('are the types wrong', root, bin('attw'), [join(folder, tarball), '--profile', 'esm-only']);

  run('import', folder, process.execPath, ['import.mjs']);
  run('require', folder, process.execPath, ['require.cjs']);

  const aliases = Object.entries(compilers).map(([alias, version]) => `${alias}@npm:typescript@${version}`);
  run('install the compilers', folder, 'npm', ['install', '--silent', '--no-audit', '--no-fund', '@types/node@20', ...aliases]);
  for (const alias of Object.keys(compilers)) {
    for (const resolution of ['nodenext', 'bundler']) {
      compile(`consumer, ${alias}, ${resolution}`, alias, folder, `tsconfig.${resolution}.json`);
    }
  }
  compile(`our sources, ${newestCompiler}`, newestCompiler, root, 'tsconfig.json');

  run('npx fluxion --help', folder, 'npm', ['exec', '--', 'fluxion', '--help']);
  run('npx fluxion verify', folder, 'npm', ['exec', '--', 'fluxion', 'verify']);
}

function compile(title: string, alias: string, cwd: string, project: string): void {
  run(title, cwd, process.execPath, [join(folder, 'node_modules', alias, 'bin/tsc'), '--noEmit', '-p', project]);
}

function bin(name: string): string {
  return join(root, 'node_modules/.bin', name);
}

/** Runs one step; a step that fails shows all it printed and ends the check. */
function run(title: string, cwd: string, command: string, parameters: readonly string[]): void {
  const start = performance.now();
  const shell = process.platform === 'win32' && command !== process.execPath;
  const result = spawnSync(command, parameters, { cwd, env: environment, encoding: 'utf8', shell });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (result.status !== 0) {
    console.error(`✗ ${title} (${seconds} s)\n${result.error ?? ''}${result.stdout}${result.stderr}`);
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  }
  console.log(`✓ ${title} (${seconds} s)`);
}
