/** Members of a team that are slow, or that cannot load a program, delay the caller and change nothing. */
import { spawnSync } from 'node:child_process';
import { expect } from 'chai';

const autograd = new URL('../../../autograd/index.ts', import.meta.url).href;

/** What a compiled program gives over and over, if the members of its team begin with `prelude`. */
function results(prelude: string, threads = '3'): unknown {
  const program = `
    const threads = process.getBuiltinModule('node:worker_threads');
    const { Worker } = threads;
    threads.Worker = class extends Worker {
      constructor(source, options) { super(${JSON.stringify(prelude)} + source, options); }
    };
    const { compile, exp, matmul, random, sum } = await import(${JSON.stringify(autograd)});
    const x = random.normal(random.key(0), [300, 300]);
    const step = compile((x) => sum(exp(matmul(x, x).multiply(0.01))));
    const results = new Set();
    for (const end = Date.now() + 1500; Date.now() < end; await new Promise(setImmediate))
      results.add(step(x).item());
    console.log(JSON.stringify([...results]));`;
  const run = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    env: { ...process.env, FLUXION_THREADS: threads },
    encoding: 'utf8',
    timeout: 40_000,
  });
  return run.status === 0 ? JSON.parse(run.stdout) : `${run.signal ?? run.status} ${run.stderr}`;
}

describe('a team', function () {
  this.timeout(60_000);
  const sleep = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);';

  it('does not wait for ever for a member that was slow after it had said that it was ready', () => {
    const slow = `{ const { add } = Atomics; Atomics.add = (...args) => { const before = add(...args);${sleep}return before; }; }`;
    expect(results(slow)).to.deep.equal(results('', '1'));
  });

  it('works on one thread if a member cannot load the program', () => {
    const poor = `WebAssembly.Instance = class { constructor() { throw new RangeError('no memory'); } };`;
    expect(results(poor)).to.deep.equal(results('', '1'));
  });
});
