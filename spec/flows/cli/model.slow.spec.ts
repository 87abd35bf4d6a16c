/** Train, sample, judge: the commands on runs far too short to be good. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import * as ort from 'onnxruntime-web';
import { full, random, tensor } from '../../../autograd/index.ts';
import { sampler } from '../../../flows/cli/run/generating.ts';
import { readModel } from '../../../flows/cli/run/run-folder.ts';
import { parseCsv, parseNpy } from '../../../flows/data/index.ts';
import { sealed, unsealed } from '../../../flows/files/seal.ts';
import { formatSafetensors, parseSafetensors } from '../../../flows/formats/index.ts';
import { runCaptured } from './run-captured.ts';

const small = JSON.stringify({ hidden: 16, layers: 1, batchSize: 32, learningRate: 0.01 });

describe('fluxion train, sample, likelihood, evaluate', () => {
  let folder: string;
  const at = (...path: string[]) => join(folder, ...path);
  const run = async (...args: string[]) => {
    const result = await runCaptured(args);
    // evaluate exits with 3 for a model that is far from the data, as short runs are.
    expect(result.code, result.err).to.be.oneOf(args[0] === 'evaluate' ? [0, 3] : [0]);
    return result.out;
  };
  const fails = async (code: number, message: RegExp, ...args: string[]) => {
    const { code: got, err } = await runCaptured(args);
    expect(err)
      .to.match(message)
      .and.match(/(^|\n)fluxion: [^\n]+\n$/);
    expect(got).to.equal(code);
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fluxion-'));
    writeFileSync(at('small.json'), small);
    // Two clouds, wide apart, in columns of very different units.
    const rows = Array.from({ length: 60 }, (_, i) => {
      const kind = i % 2 ? 'right' : 'left';
      return `${(i % 2 ? 5 : -5) + Math.sin(i)},${1000 * Math.cos(3 * i)},${kind}`;
    });
    writeFileSync(at('clouds.csv'), `x,y,kind\n${rows.join('\n')}\n`);
    const table = ['--data', at('clouds.csv'), '--label', 'kind', '--config', at('small.json')];
    await run('train', ...table, '--method', 'cfm', '--steps', '60', '--out', at('clouds'));
    const moons = ['--data', 'moons', '--method', 'meanflow', '--steps', '20', '--config', at('small.json')];
    await run('train', ...moons, '--out', at('moons'));
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const network of ['unet', 'transformer']) {
    it(`trains a ${network} of images, with settings of its own, and draws from it`, async () => {
      const settings = { hidden: 8, layers: 1, batchSize: 8 };
      writeFileSync(at(`${network}.json`), JSON.stringify(settings));
      const out = at(network);
      await run(
        'train',
        '--network',
        network,
        '--config',
        at(`${network}.json`),
        '--steps',
        '2',
        '--out',
        out,
      );
      const { config, parameters } = readModel(out);
      expect(config.settings).to.include({
        network,
        ...settings,
        learningRate: network === 'unet' ? 2e-3 : 1e-3,
      });
      expect(parameters).not.to.have.property('residuals');
      await run('sample', out, '--count', '5', '--out', at(`${network}.npy`));
      expect(parseNpy(readFileSync(at(`${network}.npy`))).shape).to.deep.equal([5, 64]);
      expect(await run('evaluate', out, '--json')).to.include('energyDistance');
    });
  }

  it('leaves the files that it promises, and nothing half-written', () => {
    const files = ['checkpoint.safetensors', 'config.json', 'metrics.jsonl', 'model.safetensors'];
    expect(readdirSync(at('clouds')).sort()).to.deep.equal([...files, 'report.html', 'samples.png'].sort());
    const lines = readFileSync(at('clouds', 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines).to.have.lengthOf(60);
    lines.forEach((line, i) => {
      const metrics = JSON.parse(line);
      expect(Object.keys(metrics)).to.deep.equal([
        'step',
        'loss',
        'rawError',
        'gradientNorm',
        'learningRate',
      ]);
      expect(metrics.step).to.equal(i + 1);
    });
    const { tensors } = parseSafetensors(readFileSync(at('clouds', 'model.safetensors')));
    expect(tensors['input.weight']?.shape).to.deep.equal([16, 2 + 2 * 5]);
    expect([...readFileSync(at('clouds', 'samples.png')).subarray(1, 4)]).to.deep.equal([0x50, 0x4e, 0x47]);
    expect(readFileSync(at('clouds', 'report.html'), 'utf8'))
      .to.include('Gradient norm')
      .and.include('<svg');
  });

  it('standardises each column of a table, and remembers how', async () => {
    const { standardization, data } = JSON.parse(readFileSync(at('clouds', 'config.json'), 'utf8'));
    expect(data.classNames).to.deep.equal(['left', 'right']);
    expect(standardization.scale[0]).to.be.within(4, 6);
    expect(standardization.scale[1]).to.be.within(600, 800);
    await run('sample', at('clouds'), '--count', '40', '--out', at('samples.csv'));
    const { points, columns } = parseCsv(readFileSync(at('samples.csv'), 'utf8'), { labels: 'kind' });
    expect(columns).to.deep.equal(['x', 'y']);
    const heights = points.slice([null, 1]).toTypedArray();
    expect(Math.max(...heights)).to.be.above(100);
  });

  it('samples the class that was asked for, the same for the same seed', async () => {
    const sample = async (...more: string[]) => {
      await run('sample', at('clouds'), '--count', '50', '--out', at('some.npy'), ...more);
      return [
        ...parseNpy(readFileSync(at('some.npy')))
          .slice([null, 0])
          .toTypedArray(),
      ];
    };
    const share = (xs: number[]) => xs.filter((x) => x > 0).length / xs.length;
    const right = await sample('--class', 'right');
    expect(right).to.have.lengthOf(50);
    expect(share(right)).to.be.above(share(await sample('--class', 'left')) + 0.5);
    expect(await sample('--class', 'right')).to.deep.equal(right);
    expect(await sample('--class', 'right', '--seed', '1')).not.to.deep.equal(right);
    const guided = JSON.parse(
      await run('sample', at('clouds'), '--guidance', '3', '--out', at('g.csv'), '--json'),
    );
    expect(guided).to.deep.equal({ out: at('g.csv'), count: 1000, evaluations: 160 });
  });

  it('draws pictures', async () => {
    await run('sample', at('moons'), '--count', '30', '--steps', '2', '--out', at('m.svg'));
    expect(readFileSync(at('m.svg'), 'utf8').match(/<circle/g)).to.have.lengthOf(30);
  });

  it('exports the sampler and the velocity, which another runtime runs to the same points', async () => {
    const noise = random.normal(random.key(3), [8, 2]);
    const labels = tensor([0, 1, 0, 1, 1, 1, 0, 0], { dtype: 'int32' });
    const file = at('model.onnx');
    const run8 = async (...args: string[]) => {
      await run('export', ...args, '--out', file);
      const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
      const t = new ort.Tensor('float32', new Float32Array(8).fill(0.5), [8, 1]);
      const points = new ort.Tensor('float32', noise.toTypedArray() as Float32Array, [8, 2]);
      const all: Record<string, ort.Tensor> = {
        ...{ noise: points, x: points, z: points, t, r: t },
        labels: new ort.Tensor('int32', labels.toTypedArray() as Int32Array, [8]),
      };
      const outputs = await session.run(
        Object.fromEntries(session.inputNames.map((name) => [name, all[name]!])),
      );
      return Array.from(Object.values(outputs)[0]!.data as Float32Array);
    };
    for (const [folder, steps] of [
      ['moons', 1],
      ['clouds', 3],
    ] as const) {
      const model = readModel(at(folder));
      const wanted = sampler(model, { steps })(noise, labels).toTypedArray();
      const scale = Math.max(...wanted.map(Math.abs));
      (await run8(at(folder), '--steps', String(steps))).forEach((value, i) => {
        expect(Math.abs(value - (wanted[i] as number)) / scale).to.be.below(1e-6);
      });
      const half = full([8, 1], 0.5);
      const velocity = model.network.apply(model.parameters, noise, half, half, labels).toTypedArray();
      (await run8(at(folder), '--what', 'velocity')).forEach((value, i) => {
        expect(value).to.be.closeTo(velocity[i] as number, 2e-6);
      });
      const written = new TextDecoder().decode(readFileSync(file));
      const { data, standardization } = model.config;
      for (const fact of [data.classNames, data.columns, standardization])
        expect(written).to.include(JSON.stringify(fact));
    }
    // Of one size, if asked.
    const out = await run('export', at('moons'), '--batch', '4', '--out', file);
    expect(out).to.match(/points, 4 at once/);
    const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
    expect(session.inputMetadata[0]).to.deep.include({ name: 'noise', shape: [4, 2] });
  });

  it('gives likelihoods on the scale of the data', async () => {
    const json = async (...args: string[]) => JSON.parse(await run('likelihood', ...args, '--json'));
    const result = await json(at('clouds'), '--out', at('log.csv'));
    expect(result.exact).to.equal(true);
    // A Gaussian of the columns' deviations, 5 and 700, has log(2πe·5·700) = 11 nats.
    expect(result.negativeLogLikelihood).to.be.within(7, 13);
    const { points } = parseCsv(readFileSync(at('log.csv'), 'utf8'));
    expect(-points.mean().item()).to.be.closeTo(result.negativeLogLikelihood, 1e-4);
    expect((await json(at('moons'), '--count', '20')).points).to.equal(20);
  });

  it('evaluates beside the floor', async () => {
    const result = JSON.parse(await run('evaluate', at('clouds'), '--steps', '5', '--json'));
    expect(result.points).to.equal(30);
    expect(result.evaluations).to.equal(20);
    for (const { model, floor } of [result.energyDistance, result.wasserstein2]) {
      expect(model).to.be.above(0);
      expect(floor).to.be.above(0);
    }
    expect(result.agreement).to.be.within(0.5, 1);
    expect(await run('evaluate', at('moons'))).to.match(
      /1000 samples, 1 evaluation each, against as many points of the data\n/,
    );
    // The second column's numbers are two hundred times those of the first, and do not decide.
    expect(await run('evaluate', at('clouds'))).to.match(/each column in its standard deviations\n/);
    expect(result.units).to.equal('deviations');
    expect(result.energyDistance.floor).to.be.below(1);
  });

  it('refuses what makes no sense, in a sentence', async () => {
    const clouds = at('clouds');
    await fails(2, /there is a run in .* already/, 'train', '--data', 'moons', '--out', clouds);
    await fails(1, /there is no trained model in nowhere/, 'sample', 'nowhere', '--out', 'a.csv');
    await fails(1, /there is no run in nowhere/, 'train', '--resume', '--out', 'nowhere');
    await fails(
      2,
      /no class 'up'; the classes are left, right/,
      'sample',
      clouds,
      '--class',
      'up',
      '--out',
      'a.csv',
    );
    await fails(2, /guidance built in/, 'sample', at('moons'), '--guidance', '2', '--out', 'a.csv');
    await fails(1, /has 64 features, the model 2/, 'evaluate', clouds, '--data', 'digits');
    writeFileSync(at('bad.json'), '{"hiden": 3}');
    await fails(2, /no setting 'hiden'/, 'train', '--config', at('bad.json'), '--out', at('x'));
    writeFileSync(at('nan.csv'), 'x,y\n1,2\n3,Infinity\n');
    await fails(
      1,
      /nan.csv: row 1, column 'y' is not finite/,
      'train',
      '--data',
      at('nan.csv'),
      '--out',
      at('x'),
    );
    await fails(1, /missing.csv.*cannot be read/, 'train', '--data', at('missing.csv'), '--out', at('x'));
    expect(existsSync(at('x'))).to.equal(false);
  });

  it('refuses to go on when the data have changed, or the files are damaged', async () => {
    const config = readFileSync(at('clouds', 'config.json'), 'utf8');
    const table = readFileSync(at('clouds.csv'), 'utf8');
    writeFileSync(at('clouds.csv'), table.replace('right', 'left'));
    await fails(1, /the data in .* have changed/, 'train', '--resume', '--out', at('clouds'));
    writeFileSync(at('clouds.csv'), table);
    writeFileSync(at('clouds', 'config.json'), config.replace('"ema": 0.99', '"ema": 0.9'));
    await fails(1, /belongs to another run/, 'train', '--resume', '--out', at('clouds'));
    writeFileSync(at('clouds', 'config.json'), config.replace('"hidden": 16', '"hidden": -1'));
    await fails(
      1,
      /wanted a whole number from 1 .* for 'hidden', got -1/,
      'sample',
      at('clouds'),
      '--out',
      'a.csv',
    );
    writeFileSync(at('clouds', 'config.json'), '{}');
    await fails(
      1,
      /damaged, or of another version of fluxion: 'format'/,
      'sample',
      at('clouds'),
      '--out',
      'a.csv',
    );
    writeFileSync(at('clouds', 'config.json'), config);
    const finished = readFileSync(at('clouds', 'model.safetensors'));
    await run('train', '--resume', '--out', at('clouds'));
    expect(readFileSync(at('clouds', 'model.safetensors')).equals(finished)).to.equal(true);
  });

  it('goes on elsewhere only when that is allowed', async () => {
    const path = at('moons', 'config.json');
    const config = readFileSync(path, 'utf8');
    writeFileSync(path, config.replace(/"sha256": "./, '"sha256": "x'));
    await fails(
      1,
      /moons comes out differently here .*; --allow-other-environment goes on/,
      'train',
      '--resume',
      '--out',
      at('moons'),
    );
    writeFileSync(path, config);
    const checkpoint = at('moons', 'checkpoint.safetensors');
    const { tensors, metadata } = parseSafetensors(readFileSync(checkpoint));
    writeFileSync(
      checkpoint,
      sealed(formatSafetensors(tensors, { ...metadata, node: 'v1.2.3', sha256: unsealed })),
    );
    await fails(1, /node was v1\.2\.3 and is v/, 'train', '--resume', '--out', at('moons'));
    await run('train', '--resume', '--allow-other-environment', '--out', at('moons'));
  });

  it('stops at a loss that is not finite: the step, the operation, and the last good checkpoint', async () => {
    writeFileSync(at('wild.json'), '{"learningRate": 1e30, "warmUpShare": 0, "hidden": 8, "layers": 1}');
    const wild = ['--data', 'moons', '--config', at('wild.json'), '--steps', '50', '--out', at('wild')];
    const message =
      /is (NaN|Infinity|-Infinity) at step \d+: .*; the last good checkpoint, after step \d+, is .*wild/;
    await fails(1, message, 'train', ...wild);
    expect(existsSync(at('wild', 'checkpoint.safetensors'))).to.equal(true);
  });
});
