/** The commands on a table of words, dates, whole numbers and gaps: what they write, they read again. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { loadData } from '../../../../flows/cli/run/data-source.ts';
import { readConfig } from '../../../../flows/cli/run/run-folder.ts';
import { runTraining } from '../../../../flows/cli/run/training-run.ts';
import { parseNpz } from '../../../../flows/data/index.ts';
import { runCaptured } from '../run-captured.ts';

describe('a table of words, dates, whole numbers and gaps', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-mixed-'));
  const at = (file: string) => join(folder, file);
  const run = async (...args: string[]) => {
    const result = await runCaptured(args);
    // evaluate exits with 3 for a model that is far from the data, as short runs are.
    expect(result.code, result.err).to.be.oneOf(args[0] === 'evaluate' ? [0, 3] : [0]);
    return result;
  };
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).out);
  const count = 240;
  const row = (i: number) => {
    const shape = ['round', 'square', 'flat "ish"'][i % 3];
    const day = new Date(Date.UTC(2012, 0, 1 + (i % 90))).toISOString().slice(0, 10);
    return [
      i % 11,
      shape,
      i % 2 ? 'TRUE' : 'FALSE',
      i % 5 === 0 ? '' : (i % 7) / 10,
      day,
      (i % 13) / 13,
      `note ${i}`,
      i % 4 ? 'a' : 'b',
    ];
  };
  let training: Awaited<ReturnType<typeof run>>;

  before(async () => {
    const lines = Array.from({ length: count }, (_, i) =>
      row(i)
        .map((cell) => (String(cell).includes('"') ? `"${String(cell).replaceAll('"', '""')}"` : cell))
        .join('\t'),
    );
    writeFileSync(at('t.tsv'), `n\tshape\tok\tgap\tday\tshare\tnote\tkind\n${lines.join('\n')}\n`);
    writeFileSync(
      at('small.json'),
      JSON.stringify({ hidden: 24, layers: 1, batchSize: 80, learningRate: 0.01 }),
    );
    training = await run(
      ...[
        'train',
        '--data',
        at('t.tsv'),
        '--label',
        'kind',
        '--missing',
        'model',
        '--bounds',
        'share=0:1,n=0:10',
      ],
      ...['--method', 'cfm', '--steps', '60', '--config', at('small.json'), '--out', at('run')],
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  it('is explained in one table, before training, in the config and in the report', () => {
    const table = training.out;
    expect(
      table
        .split('\n')
        .slice(0, 9)
        .map((line) => line.trimEnd().split(/ {2,}/).slice(0, 2)),
    ).to.deep.equal([
      ['column', 'taken for'],
      ['n', 'whole number'],
      ['shape', 'category'],
      ['ok', 'boolean'],
      ['gap', 'number'],
      ['day', 'date'],
      ['share', 'number'],
      ['kind', 'class'],
      ['note', 'left out'],
    ]);
    expect(table)
      .to.include('stays from 0 to 10; dequantised to train, rounded in samples; logit of the place')
      .and.include('one-hot of 3 words: flat "ish", round, square')
      .and.include('FALSE is 0, TRUE is 1')
      .and.include('the model learns what is missing')
      .and.include('days since 1970, spelled YYYY-MM-DD')
      .and.include('2 classes: a, b')
      .and.include('it has 240 different texts in 240 rows');
    const { data } = readConfig(at('run'));
    expect(data.kinds?.map(({ kind }) => kind)).to.deep.equal([
      'whole',
      'category',
      'boolean',
      'number',
      'date',
      'number',
    ]);
    expect(data.leftOut).to.deep.equal([{ name: 'note', why: 'it has 240 different texts in 240 rows' }]);
    const report = readFileSync(at('run/report.html'), 'utf8');
    expect(report).to.include(
      '<td>shape</td><td>category</td><td>one-hot of 3 words: flat &#34;ish&#34;, round, square</td>'.replaceAll(
        '</td><td>',
        '</td>\n<td>',
      ),
    );
  });

  for (const ending of ['csv', 'tsv', 'jsonl', 'ndjson.gz', 'npy', 'npz', 'npz.gz', 'csv.gz']) {
    it(`gives samples as .${ending}, and reads the same numbers from it`, async () => {
      await run('sample', at('run'), '--count', '9', '--out', at('first.jsonl'));
      const out = at(`s.${ending}`);
      await run('sample', at('run'), '--count', '9', '--out', out);
      const config = readConfig(at('run'));
      const { columns, kinds, label, classNames } = config.data;
      const load = (source: string) => loadData({ source, wanted: { columns, kinds, label, classNames } });
      const [first, own] = [await load(at('first.jsonl')), await load(out)];
      expect(own.points.toArray()).to.deep.equal(first.points.toArray());
      expect(own.labels?.toArray()).to.deep.equal(ending === 'npy' ? undefined : first.labels?.toArray());
      const { points, negativeLogLikelihood } = await json('likelihood', at('run'), '--data', out);
      expect(points).to.equal(9);
      expect(negativeLogLikelihood).to.satisfy(Number.isFinite);
    });
  }

  it('comes back in its own words, spelling and bounds', async () => {
    await run('sample', at('run'), '--count', '300', '--out', at('s.jsonl.gz'));
    const rows = gunzipSync(readFileSync(at('s.jsonl.gz')))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).to.have.lengthOf(300);
    for (const { n, shape, ok, gap, day, share, kind, ...rest } of rows) {
      expect(rest).to.deep.equal({});
      expect(n).to.be.oneOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(shape).to.be.oneOf(['round', 'square', 'flat "ish"']);
      expect(ok).to.be.oneOf(['TRUE', 'FALSE']);
      expect(gap === null || typeof gap === 'number').to.equal(true);
      expect(day).to.match(/^\d{4}-\d\d-\d\d$/);
      expect(share).to.be.within(0, 1);
      expect(kind).to.be.oneOf(['a', 'b']);
    }
    // A fifth is missing. A model of 60 steps knows that roughly.
    expect(rows.filter(({ gap }) => gap === null).length / 300).to.be.within(0.05, 0.4);
    for (const shape of ['round', 'square', 'flat "ish"'])
      expect(rows.filter((each) => each.shape === shape).length).to.be.above(30);
    await run('sample', at('run'), '--count', '5', '--out', at('s.npz'));
    const { points, labels } = parseNpz(readFileSync(at('s.npz')));
    expect(points?.shape).to.deep.equal([5, 6]);
    expect(labels?.toArray()).to.deep.equal([0, 1, 0, 1, 0]);
  });

  it('is evaluated and exported', async () => {
    const { energyDistance, units } = await json('evaluate', at('run'));
    expect(units).to.equal('deviations');
    expect(energyDistance.model).to.be.below(0.5);
    expect(await json('export', at('run'), '--out', at('m.onnx'), '--steps', '2')).to.deep.include({
      output: 'points',
    });
  });

  it('names a word that the model does not know', async () => {
    writeFileSync(at('new.csv'), 'n,shape,ok,gap,day,share\n1,oval,TRUE,1,2012-01-01,0.5\n');
    const { code, err } = await runCaptured(['likelihood', at('run'), '--data', at('new.csv')]);
    expect(code).to.equal(1);
    expect(err).to.match(
      /new\.csv: line 2, column 'shape': wanted one of "flat \\"ish\\"", "round", "square", got "oval"/,
    );
  });

  it('goes on with the same noise after a stop: the same model, bit for bit', async () => {
    const config = readConfig(at('run'));
    const { source, label, reading } = config.data;
    const data = await loadData({ source, label: label ?? undefined, ...(reading && { reading }) });
    const { Writable } = await import('node:stream');
    const silent = new Writable({ write: (_, __, done) => done() });
    const training = (resume: boolean, steps: number) => ({
      ...{ folder: at('again'), data, resume, compile: false, console: { out: silent, err: silent } },
      config: { ...config, settings: { ...config.settings, steps } },
    });
    // The run hands back after its first step, in the middle of an epoch. There a signal stops it.
    const stopping = runTraining(training(false, 60));
    process.emit('SIGHUP', 'SIGHUP');
    expect((await stopping).step).to.equal(1);
    const { finished } = await runTraining(training(true, 60));
    expect(finished).to.equal(true);
    expect(
      readFileSync(at('again/model.safetensors')).equals(readFileSync(at('run/model.safetensors'))),
    ).to.equal(true);
  });
});

describe('fair bits', function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-bits-'));
  const at = (file: string) => join(folder, file);
  after(() => rmSync(folder, { recursive: true }));

  it('cost one bit each: a likelihood of whole numbers is that of a probability', async () => {
    const bits = Array.from({ length: 400 }, (_, i) => `${i % 2},${(i >> 1) % 2}`);
    writeFileSync(at('bits.csv'), `a,b\n${bits.join('\n')}\n`);
    writeFileSync(
      at('small.json'),
      JSON.stringify({ hidden: 32, layers: 2, batchSize: 100, learningRate: 0.01 }),
    );
    const train = [
      'train',
      '--data',
      at('bits.csv'),
      '--method',
      'cfm',
      '--steps',
      '400',
      '--config',
      at('small.json'),
      '--out',
      at('run'),
    ];
    expect((await runCaptured(train)).code).to.equal(0);
    const { out } = await runCaptured(['likelihood', at('run'), '--count', '200', '--json']);
    const { bitsPerDimension, upperBound } = JSON.parse(out);
    expect(upperBound).to.equal(true);
    // The entropy is 1 bit, which no model can go below on average; a small one comes near.
    expect(bitsPerDimension).to.be.within(0.97, 1.35);
  });
});
