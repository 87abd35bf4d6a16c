/** Training goes on: with more steps, from other folders, until there is no hope of better weights. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { random, tensor } from '../../../autograd/index.ts';
import { logDensities } from '../../../flows/cli/run/generating.ts';
import { readMetrics } from '../../../flows/cli/run/metrics-log.ts';
import { readModel } from '../../../flows/cli/run/run-folder.ts';
import { validationKey } from '../../../flows/fit/learning.ts';
import { runCaptured } from './run-captured.ts';

const settings = { hidden: 8, layers: 1, batchSize: 16, learningRate: 0.01, warmUpShare: 0, method: 'cfm' };

describe('a training run that goes on', () => {
  let folder: string;
  const at = (...path: string[]) => join(folder, ...path);
  const bytes = (...path: string[]) => readFileSync(at(...path)).toString('hex');
  const run = async (...args: string[]) => {
    const result = await runCaptured(args);
    // evaluate exits with 3 for a model that is far from the data, as short runs are.
    expect(result.code, result.err).to.be.oneOf(args[0] === 'evaluate' ? [0, 3] : [0]);
    return result;
  };
  const fails = async (code: number, message: RegExp, ...args: string[]) => {
    const { code: got, err } = await runCaptured(args);
    expect(err).to.match(message);
    expect(got).to.equal(code);
  };
  const config = (name: string, more: object) => {
    writeFileSync(at(`${name}.json`), JSON.stringify({ ...settings, ...more }));
    return ['--config', at(`${name}.json`)];
  };
  const table = () => ['--data', at('clouds.csv'), '--label', 'kind'];
  const train = (out: string, steps: number, more: object = {}, ...args: string[]) =>
    run('train', ...table(), ...config(out, more), '--steps', String(steps), '--out', at(out), ...args);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'fluxion-'));
    const rows = Array.from({ length: 80 }, (_, i) => {
      const kind = i % 4 ? 'right' : 'left';
      return `${(i % 4 ? 5 : -5) + Math.sin(i)},${1000 * Math.cos(3 * i)},${kind}`;
    });
    writeFileSync(at('clouds.csv'), `x,y,kind\n${rows.join('\n')}\n`);
  });
  after(() => rmSync(folder, { recursive: true }));

  it('to more steps, with the bits of one long run where the rates do not depend on the number of steps', async () => {
    const constant = { schedule: 'constant' };
    await train('long', 70, constant);
    await train('short', 40, constant);
    await run('train', '--resume', '--steps', '70', '--out', at('short'));
    for (const name of ['model.safetensors', 'metrics.jsonl', 'checkpoint.safetensors', 'config.json']) {
      expect(bytes('short', name), name).to.equal(bytes('long', name));
    }
  });

  it('along the cosine of the longer run, from where it stands', async () => {
    await train('cosine', 40);
    await run('train', '--resume', '--steps', '80', '--out', at('cosine'));
    const rates = readMetrics(at('cosine', 'metrics.jsonl')).map(({ learningRate }) => learningRate);
    const cosine = (step: number, steps: number) => 0.005 * (1 + Math.cos((Math.PI * step) / steps));
    expect(rates).to.have.lengthOf(80);
    rates.forEach((rate, i) => {
      expect(rate).to.be.closeTo(cosine(i, i < 40 ? 40 : 80), 1e-15);
    });
  });

  it('with another learning rate, which config.json then holds', async () => {
    await train('rate', 20, { schedule: 'constant' });
    await run('train', '--resume', '--steps', '30', '--learning-rate', '0.002', '--out', at('rate'));
    const rates = readMetrics(at('rate', 'metrics.jsonl')).map(({ learningRate }) => learningRate);
    expect(rates.slice(18, 22)).to.deep.equal([0.01, 0.01, 0.002, 0.002]);
    const { config } = readModel(at('rate'));
    expect(config.settings).to.include({ steps: 30, learningRate: 0.002 });
  });

  it('but keeps what its weights depend on, and names it', async () => {
    const resume = ['train', '--resume', '--out', at('rate')];
    await fails(
      2,
      /cannot change 'method' \(cfm → meanflow\), 'seed' \(0 → 3\); what can change is steps, learningRate/,
      ...resume,
      ...['--method', 'meanflow', '--seed', '3'],
    );
    await fails(2, /cannot change --label, --columns/, ...resume, '--columns', 'x', '--label', 'y');
    await fails(2, /has made 30 steps; wanted --steps 30 or more, got 12/, ...resume, '--steps', '12');
    expect(readModel(at('rate')).config.settings.steps).to.equal(30);
    await run(...resume, '--method', 'cfm'); // as it is
  });

  it('from any folder, and after a move together with its data', async () => {
    const home = process.cwd();
    try {
      mkdirSync(at('project', 'runs'), { recursive: true });
      writeFileSync(at('project', 'table.csv'), readFileSync(at('clouds.csv')));
      process.chdir(at('project'));
      const given = ['--data', 'table.csv', '--label', 'kind', ...config('moved', {})];
      await run('train', ...given, '--steps', '10', '--out', 'runs/a');
      const { data } = readModel('runs/a').config;
      expect(data).to.include({ source: 'table.csv', path: '../../table.csv' });
      process.chdir(at());
      await run('evaluate', 'project/runs/a');
      renameSync(at('project'), at('elsewhere'));
      await run('likelihood', relative(at(), at('elsewhere', 'runs', 'a')));
      await run('train', '--resume', '--steps', '12', '--out', 'elsewhere/runs/a');
      renameSync(at('elsewhere', 'table.csv'), at('renamed.csv'));
      const lost =
        /learned from table.csv, and there is no .*elsewhere.table.csv nor .*table.csv; say where it is now with --data/;
      await fails(1, lost, 'evaluate', 'elsewhere/runs/a');
      await fails(1, lost, 'train', '--resume', '--out', 'elsewhere/runs/a');
      await run('evaluate', 'elsewhere/runs/a', '--data', 'renamed.csv');
      await run('train', '--resume', '--steps', '14', '--data', 'renamed.csv', '--out', 'elsewhere/runs/a');
      await run('likelihood', 'elsewhere/runs/a');
      await fails(
        1,
        /learned from renamed.csv, not from moons/,
        ...['train', '--resume', '--data', 'moons', '--out', 'elsewhere/runs/a'],
      );
      writeFileSync(at('other.csv'), readFileSync(at('clouds.csv'), 'utf8').replace('right', 'left'));
      const other = ['--data', 'other.csv', '--out', 'elsewhere/runs/a'];
      await fails(1, /the data in other.csv have changed/, 'train', '--resume', ...other);
    } finally {
      process.chdir(home);
    }
  });

  describe('with validation', () => {
    const validated = { schedule: 'constant', validateEvery: 10, validation: 0.2 };

    it('measures a loss of points that it never sees, and keeps the best weights', async () => {
      const { err } = await train('validated', 60, validated);
      const lines = readMetrics(at('validated', 'metrics.jsonl'));
      const losses = lines.filter((line) => 'validationLoss' in line);
      expect(losses.map(({ step }) => step)).to.deep.equal([10, 20, 30, 40, 50, 60]);
      const least = losses.reduce((a, b) => ((b.validationLoss ?? 0) < (a.validationLoss ?? 0) ? b : a));
      expect(err).to.include(`weights of the least validation loss, after step ${least.step}`);
      const best = readdirSync(at('validated')).filter((name) => name.startsWith('best-'));
      expect(best).to.deep.equal([`best-${least.step}.safetensors`]);
      const { config } = readModel(at('validated'));
      expect(config.settings).to.include(validated);
      expect(readFileSync(at('validated', 'report.html'), 'utf8')).to.include('Validation loss');
    });

    it('stops early when the patience is at its end, and goes on with more of it', async () => {
      // A rate this high makes the loss rise again.
      const rising = { ...validated, learningRate: 0.5, patience: 2 };
      const { err } = await train('early', 1000, rising);
      const end = Number(/Stopped early, after step (\d+) of 1000/.exec(err)?.[1]);
      const best = Number(/after step (\d+)\.\n/.exec(err)?.[1]);
      expect(end).to.equal(best + 20);
      expect(readMetrics(at('early', 'metrics.jsonl'))).to.have.lengthOf(end);
      const before = bytes('early', 'model.safetensors');
      const again = await run('train', '--resume', '--out', at('early'));
      expect(again.err).to.include('Stopped early');
      expect(bytes('early', 'model.safetensors')).to.equal(before);
      await run('train', '--resume', '--patience', '4', '--out', at('early'));
      await train('patient', 1000, { ...rising, patience: 4 });
      for (const name of ['model.safetensors', 'metrics.jsonl'])
        expect(bytes('early', name), name).to.equal(bytes('patient', name));
    });

    it('has the same split and the same bits when it goes on', async () => {
      await train('validated-short', 30, validated);
      await run('train', '--resume', '--steps', '60', '--out', at('validated-short'));
      for (const name of ['model.safetensors', 'metrics.jsonl', 'config.json'])
        expect(bytes('validated-short', name), name).to.equal(bytes('validated', name));
      const order = (seed: number) => [...random.permutation(validationKey(seed), 80).toTypedArray()];
      expect(order(0)).to.deep.equal(order(0)).and.not.to.deep.equal(order(1));
    });

    it('wants steps, and points, to validate on', async () => {
      const fresh = ['train', ...table(), '--out', at('none')];
      await fails(
        2,
        /every 50 steps .* so 20 steps have none/,
        ...fresh,
        '--steps',
        '20',
        '--validation',
        '0.1',
      );
      await fails(2, /--patience needs points to validate on/, ...fresh, '--patience', '3');
      await fails(
        2,
        /wanted a number from 0 to below 1 for 'validation', got 1/,
        ...fresh,
        '--validation',
        '1',
      );
      await fails(
        2,
        /cannot change 'validation' \(0.2 → 0.5\)/,
        'train',
        '--resume',
        '--validation',
        '0.5',
        '--out',
        at('validated'),
      );
    });
  });

  it('is judged without classes by the mixture over them, one row too', async () => {
    writeFileSync(at('row.csv'), 'x,y\n5,100\n');
    const { out } = await run('likelihood', at('rate'), '--data', at('row.csv'), '--json');
    const result = JSON.parse(out);
    expect(result).to.include({ points: 1, standardError: null, classes: 'mixture' });
    const model = readModel(at('rate'));
    const point = tensor([[5, 100]], { dtype: 'float64' });
    const of = (label: number) =>
      logDensities(model, point, tensor([label], { dtype: 'int32' }), random.key(0))
        .sum()
        .item();
    // A quarter of the points is left.
    expect(model.config.data.classNames).to.deep.equal(['left', 'right']);
    const mixture = Math.log(0.25 * Math.exp(of(0)) + 0.75 * Math.exp(of(1)));
    expect(-result.negativeLogLikelihood).to.be.closeTo(mixture, 1e-5);
    const text = await run('likelihood', at('rate'), '--data', at('row.csv'));
    expect(text.out).to.include('without a class: mixture over the classes by their frequencies');
    expect((await run('likelihood', at('rate'))).out).not.to.include('mixture');
  });

  it('is evaluated with guidance', async () => {
    const evaluation = async (...more: string[]) =>
      JSON.parse((await run('evaluate', at('rate'), '--json', ...more)).out);
    const guided = await evaluation('--guidance', '2');
    const plain = await evaluation();
    expect(guided.evaluations).to.equal(2 * plain.evaluations);
    expect(guided.energyDistance.floor).to.equal(plain.energyDistance.floor);
    expect(guided.energyDistance.model).not.to.equal(plain.energyDistance.model);
  });
});
