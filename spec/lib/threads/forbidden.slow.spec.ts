/** Where a process may have no threads, or little address space, the results stay the same. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { build } from 'esbuild';

// Eager and compiled: a product, functions and draws large enough for threads.
const program = `
import { compile, exp, matmul, random, sum, tanh } from './autograd/index.ts';
const fn = (x) => sum(tanh(matmul(x, x)));
const x = random.normal(random.key(0), [300, 300]);
const large = sum(exp(random.normal(random.key(1), [600_000])));
console.log(JSON.stringify([fn(x).item(), compile(fn)(x).item(), large.item()]));
`;

describe('a process with few rights', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-'));
  const file = join(folder, 'program.mjs');
  const run = (command: string, args: readonly string[]): readonly number[] => {
    const env = { ...process.env, FLUXION_THREADS: '2', NODE_OPTIONS: '' };
    return JSON.parse(execFileSync(command, [...args, file], { env, encoding: 'utf8', stdio: 'pipe' }));
  };
  const flag =
    Number(process.versions.node.split('.')[0]) >= 23 ? '--permission' : '--experimental-permission';

  before(async () => {
    const resolveDir = fileURLToPath(new URL('../../..', import.meta.url));
    const banner = {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    };
    await build({
      stdin: { contents: program, resolveDir },
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['gpu.js'],
      outfile: file,
      banner,
    });
  });

  after(() => rmSync(folder, { recursive: true }));

  it('works on one thread, with the same bits, if it may have no others', () => {
    const bits = run(process.execPath, []);
    expect(run(process.execPath, [flag, '--allow-fs-read=*'])).to.deep.equal(bits);
  });

  const limits = process.platform === 'linux' ? [3, 30, 60, 120] : []; // Others have no such limit.
  for (const gigabytes of limits) {
    it(`works in JavaScript if it has ${gigabytes} GB of addresses, as ulimit -v says`, () => {
      const script = `ulimit -v ${gigabytes * 1e6} && exec "$@"`;
      const wanted = run(process.execPath, []);
      run('sh', ['-c', script, 'sh', process.execPath]).forEach((got, i) => {
        // Float32: the two backends differ in the last bits of each function.
        expect(Math.abs(got / (wanted[i] as number) - 1)).to.be.below(1e-5);
      });
    });
  }
});
