/**
 * `npm run check:package`: what a user gets. Packs the built package, installs the tarball in an empty
 * folder, and there looks at what came along, imports it, requires it, runs its command, compiles against its
 * types with three compilers, and bundles it for the browser. `spec/package/consumer/` holds the code that
 * this user wrote.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fluxion-package-'));
const installed = join(folder, 'node_modules');

/** All that an install brings. */
const packages = [
  '@types/ndarray',
  'cwise-compiler',
  'fflate',
  'fluxion',
  'iota-array',
  'is-buffer',
  'ndarray',
  'ndarray-ops',
  'papaparse',
  'uniq',
];

/** From the tarball, with all else in npm's cache. */
const secondsToInstall = 5;

/** How long `import` may take, in starts of Node itself: so a slow machine is no failure. */
const importBudgets = { fluxion: 0.6, 'fluxion/flows': 1.2 };

/**
 * In bytes: what users download may not grow beyond these without somebody deciding so. The compiler, which
 * came with 16 kB in November 2026, raised core from 60 and flows from 200 kB. To run where code may not be
 * made from text took 1.1 kB, and raised lib from 40 kB: an array costs 0.4, loops 0.3, the copy, the choice
 * and the probe 0.4 kB. Loops over steps inside programs, orders of contraction, gradients that cost what
 * their slices cost, cofactors, and sorting by digits raised lib from 41 and core from 80 kB; 38 claims,
 * validation, and `trainAsync` raised flows from 210. Branches, loops with a condition, scans in parallel and
 * messages to workers raised core from 87; `fitFlow`, five optimisers and `minimise` raised flows from 225.
 * Implicit roots (1.1 kB) and factorisations of matrices (4.6 kB, of which 2.7 are in lib) raised core from
 * 92 and lib from 43 kB. Who imports `tensor` and `grad` alone gets none of them. The files for pages hold
 * the core, and the core with flows. The tarball weighed 1,493 kB with the declarations of internal modules,
 * and with a parser of style sheets in the report's packages; without them it weighed 1,363. Thirty functions
 * on arrays (3.6 kB of core), another engine's target and files for any batch (3 kB of flows), and what
 * tables' reports draw brought it to 1,451. Loops of four vectors at once raised `grad` from 31 kB.
 */
const budgets = {
  tarball: 1_470_000,
  lib: 46_000,
  core: 102_000,
  flows: 245_000,
  'fluxion.min.js': 102_000,
  'fluxion-flows.min.js': 259_000,
  tensor: 11_500,
  grad: 34_000,
};

/** What a page weighs that uses little of `fluxion/functions`, from which bundlers leave out the rest. */
const smallPages = {
  tensor: "import { tensor } from 'fluxion/functions'; console.log(tensor([1, 2]));",
  grad: `import { grad, multiply, sin, sum, tensor } from 'fluxion/functions';
    console.log(grad((x) => sum(multiply(sin(x), x)))(tensor([1, 2])));`,
};

/** The compilers that the user may have, by the name under which they are installed beside each other. */
const compilers = { 'typescript-5.9': '5.9.3', 'typescript-6': '6.0.3', 'typescript-7': '7.0.2' };

// npm hands the settings of an outer npm down through the environment; this user has none.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|config_local)/.test(name)),
);

try {
  install();
  checkWhatCameAlong();
  checkTarball();
  useIt();
  timeItsImport();
  runItsCommand();
  compileAgainstIt();
  bundleIt();
  weighIt();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function install(): void {
  run('pack', root, 'npm', ['pack', '--silent', '--pack-destination', folder]);
  cpSync(join(root, 'spec/package/consumer'), folder, { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  );
  npmInstall('install the tarball', [tarball()]);
  // Again from npm's cache, so that the network does not count; and the fastest of three, so that a busy
  // machine does not.
  const seconds = Math.min(...[1, 2, 3].map(installAgain));
  if (seconds > secondsToInstall)
    throw new Error(`✗ an install takes ${seconds.toFixed(1)} s of ${secondsToInstall} s`);
}

function installAgain(): number {
  for (const remains of ['node_modules', 'package-lock.json'])
    rmSync(join(folder, remains), { recursive: true });
  const start = performance.now();
  npmInstall("install it from npm's cache", ['--prefer-offline', tarball()]);
  return (performance.now() - start) / 1000;
}

/** The packages that the user has now, and that those which are in the bundle have left their licences. */
function checkWhatCameAlong(): void {
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages: object };
  const present = Object.keys(lock.packages).filter((path) => path !== '' && existsSync(join(folder, path)));
  const names = present.map((path) => path.replace(/^node_modules\//, '')).sort();
  if (String(names) !== String(packages)) {
    throw new Error(`✗ an install brings ${names.join(', ')}; wanted ${packages.join(', ')}`);
  }
  console.log(`✓ an install brings ${names.length} packages: ${names.join(', ')}`);

  const licences = readFileSync(join(installed, 'fluxion/dist/bundle/LICENSES.txt'), 'utf8');
  const { devDependencies, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const name of [
    '@observablehq/plot',
    'linkedom',
    'cli-progress',
    'fflate',
    'ndarray',
    'ndarray-ops',
    'papaparse',
  ]) {
    const opening = `\n${name} ${devDependencies[name] ?? dependencies[name]} (`;
    if (!licences.includes(opening)) throw new Error(`✗ dist/bundle/LICENSES.txt has no licence of ${name}`);
  }
  console.log('✓ the licences of bundled packages are there');
}

function checkTarball(): void {
  run('publint', root, bin('publint'), ['run', join(installed, 'fluxion'), '--strict', '--pack', 'false']);
  // The CommonJS files are for Jest, which reads no types: TypeScript knows the package as ES modules alone.
  const options = ['--profile', 'esm-only', '--ignore-rules', 'false-esm'];
  run('are the types wrong', root, bin('attw'), [tarball(), ...options]);
}

function useIt(): void {
  run('import', folder, process.execPath, ['import.mjs']);
  run('require', folder, process.execPath, ['require.cjs']);
}

/** Compares medians of processor times, each of a process of its own, by turns with Node's own start. */
function timeItsImport(): void {
  for (const [entry, budget] of Object.entries(importBudgets)) {
    const turns = Array.from({ length: 9 }, () => [
      processorTime(`await import('${entry}')`),
      processorTime(''),
    ]);
    const [withImport, without] = [0, 1].map(
      (i) => turns.map((turn) => turn[i] as number).sort(ascending)[4],
    );
    const starts = (withImport as number) / (without as number) - 1;
    const text = `import of ${entry}: ${starts.toFixed(2)} starts of Node of ${budget}`;
    console.log(`${starts <= budget ? '✓' : '✗'} ${text}`);
    if (starts > budget) throw new Error(`${text}: too long`);
  }
}

function ascending(a: number, b: number): number {
  return a - b;
}

/** What a program takes in a process of its own, Node's start included, in milliseconds. */
function processorTime(program: string): number {
  const report = 'const { user, system } = process.cpuUsage(); console.log((user + system) / 1000);';
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', `${program}; ${report}`],
    {
      cwd: folder,
      env: environment,
      encoding: 'utf8',
    },
  );
  const milliseconds = Number.parseFloat(stdout);
  if (!(milliseconds > 0)) throw new Error(`✗ ${program}\n${stderr}`);
  return milliseconds;
}

function compileAgainstIt(): void {
  const aliases = Object.entries(compilers).map(([alias, version]) => `${alias}@npm:typescript@${version}`);
  npmInstall('install the compilers', ['@types/node@20.19.43', ...aliases]);
  for (const alias of Object.keys(compilers)) {
    for (const resolution of ['nodenext', 'bundler']) {
      compile(
        `${alias} compiles the user's program (${resolution})`,
        alias,
        folder,
        `tsconfig.${resolution}.json`,
      );
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

/**
 * What users download: the tarball, and as a page would load them, minified and gzipped, each entry with all
 * of its names, and `smallPages`.
 */
function weighIt(): void {
  const sizes: Record<string, number> = { tarball: statSync(tarball()).size };
  const pages = {
    core: "export * from 'fluxion';",
    lib: "export * from 'fluxion/lib';",
    flows: "export * from 'fluxion/flows';",
    ...smallPages,
  };
  for (const [name, page] of Object.entries(pages)) {
    writeFileSync(join(folder, 'weigh.mjs'), page);
    const options = [
      '--bundle',
      '--minify',
      '--platform=browser',
      '--format=esm',
      '--outfile=weighed.mjs',
      '--external:gpu.js',
    ];
    run(`bundle ${page.split(';')[0]}`, folder, bin('esbuild'), ['weigh.mjs', ...options]);
    sizes[name] = gzipSync(readFileSync(join(folder, 'weighed.mjs'))).length;
  }
  for (const file of ['fluxion.min.js', 'fluxion-flows.min.js'])
    sizes[file] = gzipSync(readFileSync(join(installed, 'fluxion/dist', file))).length;
  for (const [name, budget] of Object.entries(budgets)) {
    const size = sizes[name] as number;
    console.log(`${size <= budget ? '✓' : '✗'} ${name}: ${kilobytes(size)} of ${kilobytes(budget)}`);
  }
  const heavy = Object.entries(budgets).filter(([name, budget]) => (sizes[name] as number) > budget);
  if (heavy.length > 0) throw new Error(`over budget: ${heavy.map(([name]) => name).join(', ')}`);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}

function runItsCommand(): void {
  run('npx fluxion --help', folder, 'npm', ['exec', '--', 'fluxion', '--help']);
  run('npx fluxion verify', folder, 'npm', ['exec', '--', 'fluxion', 'verify']);
  const training = ['train', '--data', 'moons', '--steps', '5', '--out', 'trained'];
  run('npx fluxion train', folder, 'npm', ['exec', '--', 'fluxion', ...training]);
  const report = readFileSync(join(folder, 'trained/report.html'), 'utf8');
  const charts = report.match(/<svg[^>]* role="img"[^>]*>.*?<path /gs) ?? [];
  if (charts.length === 0) throw new Error('✗ the report of fluxion train has no chart');
  console.log(`✓ its report has ${charts.length} charts`);
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
