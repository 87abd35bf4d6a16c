/** Tables as people have them, through the commands: units, constants, columns by name, what was written. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { random, type Tensor, tensor } from '../../../autograd/index.ts';
import { loadData } from '../../../flows/cli/run/data-source.ts';
import { parseCsv, parseNpy } from '../../../flows/data/index.ts';
import { formatNpz } from '../../../flows/formats/format-npz.ts';
import { formatNpy } from '../../../flows/formats/index.ts';
import { runCaptured } from './run-captured.ts';

describe('tables through the commands', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-tables-'));
  const at = (file: string) => join(folder, file);
  const run = async (...args: string[]) => {
    const result = await runCaptured(args);
    // evaluate exits with 3 for a model that is far from the data, as short runs are.
    expect(result.code, result.err).to.be.oneOf(args[0] === 'evaluate' ? [0, 3] : [0]);
    return result;
  };
  const fails = async (message: RegExp, ...args: string[]) => {
    const { code, err } = await runCaptured(args);
    expect(err).to.match(message);
    expect(code).to.be.within(1, 2);
  };
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).out);
  const train = (data: string, ...more: string[]) =>
    run(
      ...['train', '--data', at(data), '--method', 'cfm', '--config', at('small.json')],
      ...['--overwrite', '--out', at(`${data}-run`), ...more],
    );
  const config = (data: string) => JSON.parse(readFileSync(at(`${data}-run/config.json`), 'utf8'));
  const normal = random.normal(random.key(0), [400], { dtype: 'float64' }).toTypedArray();
  const rows = (row: (z: number, i: number) => readonly unknown[]) =>
    `${Array.from(normal, (z, i) => row(z, i).join(',')).join('\n')}\n`;
  const column = (x: Tensor, j: number) => (x.toArray() as number[][]).map((row) => row[j]!);
  const spreadOf = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      mean,
      deviation: Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length),
    };
  };

  before(async () => {
    writeFileSync(
      at('small.json'),
      JSON.stringify({ hidden: 24, layers: 1, batchSize: 100, learningRate: 0.01 }),
    );
    writeFileSync(
      at('units.csv'),
      `proton,lens,second,same\n${rows((z, i) => [1.67e-27 * (1 + 0.1 * z), 3.8e33 * (1 + 0.1 * z), 1700000000 + i, 7.7])}`,
    );
    await train('units.csv', '--steps', '150');
  });
  after(() => rmSync(folder, { recursive: true }));

  it('come back in their own units, constants exactly', async () => {
    await run('sample', at('units.csv-run'), '--count', '400', '--out', at('s.csv'));
    const { points, columns } = parseCsv(readFileSync(at('s.csv'), 'utf8'), { dtype: 'float64' });
    expect(columns).to.deep.equal(['proton', 'lens', 'second', 'same']);
    const [proton, lens, second, same] = [0, 1, 2, 3].map((j) => column(points, j)) as number[][];
    for (const [values, unit] of [
      [proton!, 1.67e-27],
      [lens!, 3.8e33],
    ] as const) {
      const { mean, deviation } = spreadOf(values);
      expect(mean / unit).to.be.closeTo(1, 0.05);
      expect(deviation / unit).to.be.within(0.06, 0.15);
    }
    // 400 numbers in a row: √((400² − 1)/12)
    expect(spreadOf(second!).deviation).to.be.within(80, 150);
    // Whole numbers come back whole. Of 400 draws of N(µ, 115²), rounded, about 250 differ.
    expect(second!.every(Number.isInteger)).to.equal(true);
    expect(new Set(second).size).to.be.above(200);
    expect(new Set(same)).to.deep.equal(new Set([7.7]));
    expect(config('units.csv').standardization.scale[3]).to.equal(0);
    await run('sample', at('units.csv-run'), '--count', '4', '--out', at('s.npy'));
    expect(column(parseNpy(readFileSync(at('s.npy'))), 3)).to.deep.equal([7.7, 7.7, 7.7, 7.7]);
  });

  it('a constant adds nothing to the likelihood, and has no other value', async () => {
    const { negativeLogLikelihood } = await json('likelihood', at('units.csv-run'));
    // Of independent normals: Σ log(σ√(2πe)); proton and lens are one variable, so it is below that.
    const normals = [1.67e-28, 3.8e32, 115.5].reduce(
      (sum, s) => sum + Math.log(s * Math.sqrt(2 * Math.PI * Math.E)),
      0,
    );
    expect(negativeLogLikelihood).to.be.within(normals - 6, normals + 1);
    writeFileSync(
      at('other.csv'),
      'proton,lens,second,same\n1.7e-27,3.8e33,1700000000,7.7\n1.6e-27,3.7e33,1700000009,8\n',
    );
    await fails(
      /row 1, column 'same' is 8; in training this column was 7\.7 throughout/,
      'likelihood',
      at('units.csv-run'),
      '--data',
      at('other.csv'),
    );
    writeFileSync(at('flat.csv'), 'x,y\n1,2\n1,2\n');
    await fails(/all points are the same/, 'train', '--data', at('flat.csv'), '--out', at('flat'));
  });

  it('take columns by name in any order, and name what is missing or foreign', async () => {
    const kind = (z: number) => (z > 0 ? 'up' : 'down');
    writeFileSync(at('named.csv'), `a,b,kind\n${rows((z, i) => [z, 100 * Math.sin(i), kind(z)])}`);
    writeFileSync(
      at('turned.csv'),
      `kind,id,b,a\n${rows((z, i) => [kind(z), `n${i}`, 100 * Math.sin(i), z])}`,
    );
    writeFileSync(at('plain.csv'), `b,a\n${rows((z, i) => [100 * Math.sin(i), z])}`);
    writeFileSync(at('short.csv'), `b,c\n${rows((z) => [z, z])}`);
    await train('named.csv', '--label', 'kind', '--steps', '20');
    const of = (data: string) => json('likelihood', at('named.csv-run'), '--data', at(data), '--count', '50');
    const own = await of('named.csv');
    expect(await of('turned.csv')).to.deep.equal(own);
    const { err } = await run('likelihood', at('named.csv-run'), '--data', at('turned.csv'), '--count', '9');
    expect(err).to.include("left out column 'id', which the model does not know");
    // Without the class it is the likelihood of the null class; of a file of one row, too.
    expect((await of('plain.csv')).points).to.equal(50);
    writeFileSync(at('one.csv'), 'b,a\n1,2\n');
    expect((await of('one.csv')).points).to.equal(1);
    await fails(
      /short\.csv has no column 'a', which the model knows; its columns are 'b', 'c'/,
      'likelihood',
      at('named.csv-run'),
      '--data',
      at('short.csv'),
    );
  });

  it('read what they wrote: a model of .npy, and of a table without a header', async () => {
    writeFileSync(at('a.npy'), formatNpy(tensor(Array.from(normal, (z, i) => [z, 1000 * Math.sin(i)]))));
    await train('a.npy', '--steps', '5');
    // The columns of arrays have scales of their own, as those of tables have.
    expect(config('a.npy').standardization.scale).to.have.lengthOf(2);
    await run('sample', at('a.npy-run'), '--count', '4', '--out', at('four.csv'));
    expect((await json('likelihood', at('a.npy-run'), '--data', at('four.csv'))).points).to.equal(4);
    writeFileSync(
      at('iris.data'),
      rows((z, i) => [z, Math.sin(i), z > 0 ? 'Iris-a' : 'Iris-b']),
    );
    await train('iris.data', '--label', '2', '--steps', '5');
    expect(config('iris.data').data).to.deep.include({ points: 400, classNames: ['Iris-a', 'Iris-b'] });
    await run('sample', at('iris.data-run'), '--count', '6', '--out', at('six.csv'));
    expect((await json('likelihood', at('iris.data-run'), '--data', at('six.csv'))).points).to.equal(6);
    expect(
      (await json('likelihood', at('iris.data-run'), '--data', at('iris.data'), '--count', '7')).points,
    ).to.equal(7);
  });

  it('are read as the options say', async () => {
    writeFileSync(
      at('odd.tsv'),
      Buffer.from(
        `år\tb\tn\n${rows((z, i) => [String(z).replace('.', ';'), i % 9 ? i : 'NA', `n${i}`])
          .replaceAll(',', '\t')
          .replaceAll(';', ',')}`,
        'latin1',
      ),
    );
    await fails(/no text in utf-8; say which it is/, 'train', '--data', at('odd.tsv'), '--out', at('x'));
    const { err } = await train(
      'odd.tsv',
      '--encoding',
      'latin1',
      '--missing',
      'drop',
      '--drop',
      'n',
      '--steps',
      '3',
    );
    expect(err).to.match(
      /odd\.tsv: 355 rows of 2 columns, with a header, cut at tabs, decimal commas, 45 rows with missing values left out/,
    );
    expect(config('odd.tsv').data.columns).to.deep.equal(['år', 'b']);
    expect((await json('likelihood', at('odd.tsv-run'), '--count', '3')).points).to.equal(3);
    await fails(
      /wanted error or drop or mean or model for --missing, got 'x'/,
      'train',
      '--data',
      at('odd.tsv'),
      '--missing',
      'x',
      '--out',
      at('y'),
    );
  });

  it('show nothing of a file that a terminal would obey', async () => {
    writeFileSync(at('esc.csv'), 'x,y\u001b[2J\n1,\u009b31mred\u202e\n2,3\n4,5\n');
    const { err } = await runCaptured(['train', '--data', at('esc.csv'), '--out', at('e')]);
    expect(err).to.include('\\u001b[2J').and.include('\\u009b31mred\\u202e');
    expect(err.trimEnd()).not.to.match(/[\p{Cc}\u202e]/u);
    const wrong = await runCaptured(['train', '--data', 'a\u001b[2J', '--out', at('e')]);
    expect(wrong.err.trimEnd()).not.to.match(/\p{Cc}/u);
  });

  it('say at once that a config has other sizes than the model', async () => {
    const path = at('units.csv-run/config.json');
    const text = readFileSync(path, 'utf8');
    for (const spoiled of [
      text.replace('"hidden": 24', '"hidden": 30000'),
      text.replace('"layers": 1', '"layers": 999'),
    ]) {
      writeFileSync(path, spoiled);
      const { user } = process.cpuUsage();
      await fails(
        /model\.safetensors is damaged: it holds \d+ numbers, and a mlp .* has more/,
        'sample',
        at('units.csv-run'),
        '--out',
        at('s.npy'),
      );
      expect((process.cpuUsage().user - user) / 1e6).to.be.below(2);
    }
    writeFileSync(path, text);
  });

  it('.npz by the names of its arrays, labels of shape [n, 1] among them', async () => {
    const table = tensor(Array.from(normal, (z) => [z, 10 * z]));
    const labels = (shape: number[]) =>
      tensor(
        Array.from(normal, (z) => Number(z > 0)),
        { dtype: 'int32' },
      ).reshape(shape);
    writeFileSync(
      at('keras.npz'),
      formatNpz({
        x_test: table.slice([[0, 9]]),
        x_train: table,
        y_test: labels([400]).slice([[0, 9]]),
        y_train: labels([400, 1]),
      }),
    );
    const loaded = await loadData({ source: at('keras.npz') });
    expect(loaded.points.shape).to.deep.equal([400, 2]);
    expect(loaded.labels?.shape).to.deep.equal([400]);
    const chosen = await loadData({
      source: at('keras.npz'),
      label: 'y_test',
      reading: { points: 'x_test' },
    });
    expect(chosen.points.shape).to.deep.equal([9, 2]);
    writeFileSync(at('two.npz'), formatNpz({ a: table, b: table }));
    await fails(
      /say which array holds the points, by --points: a, b/,
      'train',
      '--data',
      at('two.npz'),
      '--out',
      at('z'),
    );
  });
});
