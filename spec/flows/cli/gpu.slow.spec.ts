/** `fluxion train --gpu`, with a gpu.js that is absent, slower or faster than the CPU. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readMetrics } from '../../../flows/cli/run/metrics-log.ts';
import { type FakeGpu, withFakeGpu } from '../../lib/matmul/fake-gpu.ts';
import { runCaptured } from './run-captured.ts';

describe('fluxion train --gpu', function () {
  this.timeout(120_000);

  let folder: string;
  const at = (...path: string[]) => join(folder, ...path);
  const bytes = (...path: string[]) => readFileSync(at(...path)).toString('hex');
  const training = (out: string, ...args: string[]) => [
    ...['train', '--data', 'moons', '--method', 'meanflow', '--config', at('wide.json'), '--steps', '3'],
    ...['--out', at(out), ...args],
  ];
  const train = async (kind: FakeGpu, args: string[]) => {
    const result = await withFakeGpu(kind, () => runCaptured(args));
    expect(result.code, result.err).to.equal(0);
    return { ...result, lines: result.err.split('\n').filter((line) => line.startsWith('GPU: ')) };
  };
  const productsOf = (out: string) =>
    readMetrics(at(out, 'metrics.jsonl')).map((line) => [
      ...[line.productsOnGpu, line.productsInWebAssembly, line.productsInJavaScript],
    ]);
  const report = (out: string) => readFileSync(at(out, 'report.html'), 'utf8');

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fluxion-'));
    writeFileSync(at('wide.json'), JSON.stringify({ hidden: 192, layers: 1, batchSize: 192 }));
    await train('fast', training('cpu'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('is told by --help; without it no GPU is looked for, and metrics.jsonl is as it was', async () => {
    expect((await runCaptured(['train', '--help'])).out).to.match(/--gpu +load the optional package gpu.js/);
    expect((await train('fast', training('cpu', '--overwrite'))).lines).to.deep.equal([]);
    expect(readFileSync(at('cpu', 'metrics.jsonl'), 'utf8')).not.to.contain('products');
    expect(report('cpu')).to.match(/<dt>Matrix products<\/dt><dd>0 on the GPU, /);
    expect(report('cpu')).not.to.contain('<dt>GPU</dt>');
  });

  it('sends a faster GPU its products, says so in a line, and records them', async () => {
    const { lines, out } = await train('fast', training('fast', '--gpu', '--json'));
    expect(lines).to.have.length(1);
    expect(lines[0]).to.match(/^GPU: A fake: faster than the CPU at square products from about \d+ on/);
    for (const [gpu] of productsOf('fast')) expect(gpu).to.be.above(0);
    const { products, gpu } = JSON.parse(out) as { products: { gpu: number }; gpu: string };
    expect(products.gpu).to.equal(productsOf('fast').reduce((sum, [gpu]) => sum + (gpu as number), 0));
    expect(lines[0]).to.equal(`GPU: ${gpu}`);
    expect(report('fast')).to.contain(`<dd>${products.gpu} on the GPU, `);
    expect(report('fast')).to.contain(`<dt>GPU</dt><dd>A fake: faster`).and.to.contain('other last bits');
    // The fake has the bits of the CPU.
    expect(bytes('fast', 'model.safetensors')).to.equal(bytes('cpu', 'model.safetensors'));
  });

  it('goes on only with what it began with, or if another environment is allowed', async () => {
    const resume = ['train', '--resume', '--steps', '5', '--out', at('fast')];
    const refused = await runCaptured(resume);
    expect(refused.code).to.equal(1);
    expect(refused.err).to.contain(' with A fake and is ');
    await train('fast', [...resume, '--gpu']);
    expect(productsOf('fast')).to.have.length(5);
    await train('fast', [...resume, '--steps', '6', '--allow-other-environment']);
    expect(productsOf('fast').at(-1)).to.deep.equal([undefined, undefined, undefined]);
  });

  it('trains without a slower GPU, or without a GL, with the bits of a run that did not ask', async () => {
    const reasons = {
      slow: /^GPU: A fake: slower than the CPU at every size up to 8192 .*; not used$/,
      'no GL': /^GPU: not used: neither WebGL 2 .* build the native package gl \(npm rebuild gl\)/,
    } as const;
    for (const kind of ['slow', 'no GL'] as const) {
      const { lines } = await train(kind, training(kind, '--gpu'));
      expect(lines.join()).to.match(reasons[kind]);
      expect(productsOf(kind).map(([gpu]) => gpu)).to.deep.equal([0, 0, 0]);
      expect(bytes(kind, 'model.safetensors')).to.equal(bytes('cpu', 'model.safetensors'));
      await train('fast', ['train', '--resume', '--steps', '4', '--out', at(kind)]);
    }
  });

  it('trains without gpu.js, says what to install, and is asked by FLUXION_GPU=1, too', () => {
    const hide = `export async function resolve(name, context, next) {
      if (name === 'gpu.js') throw new Error('not found');
      return next(name, context);
    }`;
    const url = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
    const loader = url(`import { register } from 'node:module'; register(${JSON.stringify(url(hide))});`);
    const main = fileURLToPath(new URL('../../../flows/cli/main.ts', import.meta.url));
    const run = (asked: string, out: string) =>
      spawnSync(process.execPath, ['--import', 'tsx', '--import', loader, main, ...training(out)], {
        ...{ env: { ...process.env, FLUXION_GPU: asked }, encoding: 'utf8' },
      });
    const { status, stderr } = run('1', 'absent');
    expect(stderr).to.match(/^GPU: not used: gpu.js is not installed: npm install gpu.js@2.24.1/m);
    expect(status, stderr).to.equal(0);
    const mistaken = run('yes', 'mistaken');
    expect(mistaken.stderr).to.match(/^fluxion: FLUXION_GPU: wanted 1 or 0, got 'yes'$/m);
  });
});
