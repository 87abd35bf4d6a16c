/** Of a bundle, as in the package: Node's worker has nobody who would compile its file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker as NodeWorker } from 'node:worker_threads';
import { expect } from 'chai';
import { build } from 'esbuild';
import type { Tensor } from '../../../autograd/index.ts';
import type { WorkerFlow } from '../../../flows/worker/index.ts';

type Bundle = typeof import('../../../flows/index.ts') &
  typeof import('../../../flows/worker/index.ts') &
  typeof import('../../../autograd/index.ts');

const folder = mkdtempSync(join(tmpdir(), 'fluxion-worker-'));
after(() => rmSync(folder, { recursive: true }));

let bundle: Bundle;
let points: Tensor;
const small = { steps: 60, hidden: 8, layers: 1 } as const;

describe('fitFlowInWorker, in a thread of Node', function () {
  this.timeout(120_000);

  const steps: number[] = [];
  let flow: WorkerFlow;

  before(async () => {
    bundle = await bundled();
    const { fitFlowInWorker, random, tensor } = bundle;
    points = random.normal(random.key(1), [64, 2]);
    const labels = tensor(
      Array.from({ length: 64 }, (_, i) => i % 2),
      { dtype: 'int32' },
    );
    flow = await fitFlowInWorker(points, { ...small, labels, onProgress: ({ step }) => steps.push(step) });
  });
  after(() => flow?.close());

  it('tells its progress, up to the last step', () => {
    expect(steps.at(-1)).to.equal(60);
    expect(steps).to.deep.equal([...steps].sort((a, b) => a - b));
    expect(flow).to.deep.include({ method: 'cfm', dimension: 2, classNames: ['0', '1'] });
  });

  it('gives the samples, and the likelihoods, that the saved flow gives here', async () => {
    const key = bundle.random.key(3);
    const here = bundle.loadFlow(await flow.save());
    const samples = await flow.sample(5, { key, label: 1, guidance: 2 });
    const wanted = here.sample(5, { key, label: 1, guidance: 2 });
    // Up to the last bits: these specs also run where this thread multiplies in JavaScript.
    expect(samples.subtract(wanted).abs().max().item()).to.be.below(1e-5);
    expect(samples.dtype).to.equal('float32');
    const few = [[0, 1]];
    const densities = await flow.logLikelihood(few, { labels: [1] });
    const wantedDensities = here.logLikelihood(few, { labels: [1] });
    expect(densities.subtract(wantedDensities).abs().max().item()).to.be.below(1e-3);
  });

  it('passes on errors of their class', async () => {
    const ofMethod = await failureOf(flow.sample(0));
    expect(ofMethod).to.be.instanceOf(bundle.ArgumentError);
    expect(String(ofMethod)).to.match(/sample: .*count, got 0/);
    const ofData = await failureOf(
      bundle.fitFlowInWorker([
        [1, 2],
        [Number.NaN, 3],
      ]),
    );
    expect(ofData).to.be.instanceOf(bundle.ArgumentError);
    expect(String(ofData)).to.match(/fitFlowInWorker: .*NaN in row 1, column 0/);
    const diverged = await failureOf(bundle.fitFlowInWorker(points, { ...small, learningRate: 1e30 }));
    expect(diverged).to.be.instanceOf(bundle.TrainingError);
    expect((diverged as { step: number }).step).to.be.above(0);
    const unsendable = await failureOf(bundle.fitFlowInWorker(points, { schedule: () => 1 } as never));
    expect(unsendable).to.be.instanceOf(bundle.ArgumentError);
  });

  it('stops at the signal, before and while it trains', async () => {
    const reason = new Error('enough');
    const never = bundle.fitFlowInWorker(points, { ...small, signal: AbortSignal.abort(reason) });
    expect(await failureOf(never)).to.equal(reason);
    const stop = new AbortController();
    const onProgress = () => stop.abort(reason);
    const long = bundle.fitFlowInWorker(points, { ...small, steps: 1e9, signal: stop.signal, onProgress });
    expect(await failureOf(long)).to.equal(reason);
  });

  it('runs where another package has made Node’s Worker global, as onnxruntime-web does', async () => {
    const before = Object.getOwnPropertyDescriptor(globalThis, 'Worker');
    Object.defineProperty(globalThis, 'Worker', { value: NodeWorker, configurable: true });
    try {
      const other = await bundle.loadFlowInWorker(await flow.save());
      expect((await other.sample(3)).shape).to.deep.equal([3, 2]);
      other.close();
    } finally {
      if (before) Object.defineProperty(globalThis, 'Worker', before);
      else Reflect.deleteProperty(globalThis, 'Worker');
    }
  });

  it('rejects all calls once it is closed', async () => {
    const other = await bundle.loadFlowInWorker(await flow.save());
    const pending = other.sample(10);
    other.close();
    for (const call of [pending, other.sample(1)]) {
      const error = await failureOf(call);
      expect(error).to.be.instanceOf(bundle.FluxionError);
      expect(String(error)).to.match(/loadFlowInWorker: its worker is closed/);
    }
  });
});

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function bundled(): Promise<Bundle> {
  const modules = ['autograd', 'flows', 'flows/worker'];
  await build({
    stdin: {
      contents: modules.map((module) => `export * from './${module}/index.ts';`).join('\n'),
      resolveDir: fileURLToPath(new URL('../../../', import.meta.url)),
      sourcefile: 'bundle.ts',
    },
    entryPoints: [
      {
        in: fileURLToPath(new URL('../../../flows/worker/fit-worker.ts', import.meta.url)),
        out: 'fit-worker',
      },
    ],
    outdir: folder,
    ...{ bundle: true, splitting: true, format: 'esm', target: 'es2022', platform: 'browser' },
    // package.json names the files with side effects by their place in dist/; these are the sources.
    ignoreAnnotations: true,
    external: ['gpu.js'],
    logLevel: 'error',
  });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  return import(pathToFileURL(join(folder, 'stdin.js')).href);
}
