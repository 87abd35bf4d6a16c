import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import {
  ArgumentError,
  matmul,
  matmulBackend,
  setMatmulBackend,
  setThreads,
  threadCount,
  transpose,
} from '../../../lib/index.ts';
import { sample } from '../support.ts';

describe('threads', () => {
  const [countBefore, backendBefore] = [threadCount(), matmulBackend()];
  beforeEach(() => setMatmulBackend('wasm'));
  afterEach(() => {
    setThreads(countBefore);
    setMatmulBackend(backendBefore);
  });

  for (const dtype of ['float32', 'float64'] as const) {
    it(`change no bit of a large product, however many there are (${dtype})`, () => {
      for (const [rows, depth, columns] of [
        [256, 256, 256],
        [301, 127, 333],
        [5, 4096, 800],
        [2049, 64, 129],
      ] as const) {
        const a = sample([rows, depth], dtype, -1, 1, 1);
        const b = transpose(sample([columns, depth], dtype, -1, 1, 2), [1, 0]);
        setThreads(1);
        const alone = matmul(a, b).data;
        for (const count of [2, 3, 5]) {
          setThreads(count);
          for (let repetition = 0; repetition < 5; repetition++) {
            expect(
              matmul(a, b).data.every((x, i) => Object.is(x, alone[i])),
              `${rows}×${depth}×${columns}, ${count}`,
            ).to.equal(true);
          }
        }
      }
    });
  }

  it('are set to a number that makes sense', () => {
    setThreads(3);
    expect(threadCount()).to.equal(3);
    for (const wrong of [0, -1, 1.5, 33, Number.NaN]) {
      expect(() => setThreads(wrong)).to.throw(
        ArgumentError,
        `setThreads: wanted a whole number from 1 to 32, got ${wrong}`,
      );
    }
  });

  it('let the process end by itself, and take their number from FLUXION_THREADS', () => {
    const lib = fileURLToPath(new URL('../../../lib/index.ts', import.meta.url));
    const program = `
      const { full, matmul, threadCount } = await import(${JSON.stringify(lib)});
      const a = full([512, 512], 1, 'float32');
      console.log(threadCount(), matmul(a, a).data[0]);`;
    const run = (threads: string) =>
      spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
        env: { ...process.env, FLUXION_THREADS: threads },
        encoding: 'utf8',
        timeout: 30_000,
      });
    expect(run('3')).to.include({ status: 0, stdout: '3 512\n' });
    const refused = run('many');
    expect(refused.status).to.equal(1);
    expect(refused.stderr).to.include("FLUXION_THREADS: wanted a whole number from 1 to 32, got 'many'");
  }).timeout(60_000);
});
