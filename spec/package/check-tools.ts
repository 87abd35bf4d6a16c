/**
 * Runs the user's programs from the packed tarball by test runners and bundlers: in Jest, whose `require`
 * knows CommonJS only, in Vitest, and bundled by webpack and esbuild. They compute what Node computes. Part
 * of `npm run check:package`.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareDigits } from './compare-digits.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fluxion-tools-'));

const tools = ['jest@30.5.2', 'vitest@5.1.2', 'webpack@5.113.0', 'esbuild@0.28.2'];

const files = {
  // Jest takes the .js files of a package without a type for CommonJS.
  'package.json': '{ "private": true }',
  'run.mjs': "import { digits } from './digits.mjs';\nconsole.log(digits('auto'));\n",
  'commonjs.test.js': `
    const { tensor } = require('fluxion');
    test('require', () => void require('./require.cjs'));
    test("an error is an Error of the test's realm", () =>
      expect(() => tensor([1, 2]).add(tensor([1, 2, 3]))).toThrow(Error));`,
  'vitest.test.mjs': `
    import { writeFileSync } from 'node:fs';
    import { test } from 'vitest';
    import { digits } from './digits.mjs';
    test('import', () => writeFileSync('vitest.json', digits('auto')));`,
  'webpack.cjs': `
    const { webpack } = require('webpack');
    const settings = {
      mode: 'development', devtool: false, target: 'web', context: __dirname, entry: './run.mjs',
      output: { path: __dirname, filename: 'webpack-bundle.cjs' },
    };
    webpack(settings, (error, stats) => {
      if (error) throw error;
      const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
      const complaints = [...errors, ...warnings]; // none of gpu.js, either, which is not installed
      if (complaints.length > 0) throw new Error(JSON.stringify(complaints));
    });`,
};

try {
  install();
  const wanted = node('run.mjs');
  run('jest', 'commonjs.test.js');
  console.log('✓ Jest requires the package');
  run('vitest', 'run', 'vitest.test.mjs');
  compareDigits('Vitest', 'auto', readFileSync(join(folder, 'vitest.json'), 'utf8'), wanted);
  node('webpack.cjs');
  compareDigits("webpack's bundle", 'auto', node('webpack-bundle.cjs'), wanted);
  run(
    'esbuild',
    'run.mjs',
    '--bundle',
    '--format=esm',
    '--log-level=warning',
    '--outfile=esbuild-bundle.mjs',
  );
  compareDigits("esbuild's bundle", 'auto', node('esbuild-bundle.mjs'), wanted);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function install(): void {
  const tarball = output('npm', 'pack', root, '--silent').trim();
  for (const file of ['digits.mjs', 'require.cjs'])
    cpSync(join(root, 'spec/package/consumer', file), join(folder, file));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const quietly = ['--silent', '--no-audit', '--no-fund', '--prefer-offline'];
  output('npm', 'install', ...quietly, `./${tarball}`, ...tools);
}

function node(file: string): string {
  return output(process.execPath, file);
}

function run(tool: string, ...parameters: readonly string[]): string {
  return output(join(folder, 'node_modules/.bin', tool), ...parameters);
}

/** What a command prints in the folder. Throws what it printed if it fails. */
function output(command: string, ...parameters: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, parameters, { cwd: folder, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`✗ ${command} ${parameters.join(' ')}\n${error ?? ''}${stdout}${stderr}`);
}
