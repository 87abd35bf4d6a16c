/** The verdict on a model, and the code that evaluate exits with. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { random } from '../../../autograd/index.ts';
import { loadData } from '../../../flows/cli/run/data-source.ts';
import type { Evaluation } from '../../../flows/cli/run/evaluation.ts';
import {
  networkOf,
  type RunConfig,
  readModel,
  writeConfig,
  writeModel,
} from '../../../flows/cli/run/run-folder.ts';
import { tablePictures } from '../../../flows/cli/run/table-pictures.ts';
import { verdictOn } from '../../../flows/cli/run/verdict.ts';
import { defaultSettings } from '../../../flows/fit/settings.ts';
import { runCaptured } from './run-captured.ts';

const distances = { model: 1, floor: 1 };
const evaluation = (model: number, floor: number, points = 100): Evaluation => {
  return { points, evaluations: 1, units: 'data', wasserstein2: distances, energyDistance: { model, floor } };
};

describe('verdictOn', () => {
  it('goes by the energy distance over its floor', () => {
    expect(verdictOn(evaluation(0.2, 0.1)).text).to.match(
      /about as close to the data as other points .* 2 times/,
    );
    expect(verdictOn(evaluation(0.3, 0.1)).text).to.match(
      /near the data, and can be told .* 3 times its floor\. More/,
    );
    expect(verdictOn(evaluation(0.51, 0.1))).to.include({ isFar: true });
    expect(verdictOn(evaluation(0.5, 0.1), 4).isFar).to.equal(true);
    expect(verdictOn(evaluation(0.5, 0.1), 5).isFar).to.equal(false);
    expect(verdictOn({ ...evaluation(0.1, 0.1), heldOut: true }).text).to.contain(
      'close to points that training has not seen as those that it has seen are',
    );
  });

  it('takes a NaN and a floor of 0 for far, equal points for close, and does not judge by a few points', () => {
    expect(verdictOn(evaluation(Number.NaN, 0.1)).isFar).to.equal(true);
    expect(verdictOn(evaluation(0.1, 0)).text).to.contain('infinitely many times');
    expect(verdictOn(evaluation(0, 0)).ratio).to.equal(1);
    expect(verdictOn(evaluation(9, 0.1, 19)))
      .to.include({ isFar: false })
      .and.property('text')
      .to.contain('too few');
  });
});

describe('a model of a table that learned nothing', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'fluxion-'));
    const rows = Array.from(
      { length: 60 },
      (_, i) => `${9 + Math.sin(i)},${i % 2},${2 * i},${i < 45 ? 'a' : 'b'}`,
    );
    writeFileSync(join(folder, 'table.csv'), `x,flag,whole,kind\n${rows.join('\n')}\n`);
    const config: RunConfig = {
      format: 'fluxion run 1',
      fluxion: '0.1.0',
      data: {
        ...{
          source: 'table.csv',
          path: 'table.csv',
          label: 'kind',
          points: 60,
          columns: ['x', 'flag', 'whole'],
        },
        kinds: [{ kind: 'number' }, { kind: 'boolean', words: ['0', '1'] }, { kind: 'whole' }],
        ...{ classNames: ['a', 'b'], classCounts: [45, 15], image: null, sha256: '' },
      },
      standardization: { mean: [0], scale: [1] },
      settings: { ...defaultSettings, method: 'cfm', hidden: 4, layers: 1, perFeature: true },
    };
    writeConfig(folder, config);
    writeModel(folder, networkOf(config).initialise(random.key(0)), config);
  });
  after(() => rmSync(folder, { recursive: true }));

  it('makes evaluate exit with 3, unless so much is allowed', async () => {
    const args = ['evaluate', folder, '--data', join(folder, 'table.csv'), '--steps', '1'];
    const far = await runCaptured(args);
    expect(far.code, far.err).to.equal(3);
    expect(far.out).to.match(
      /\nThe samples are far from the data: their energy distance is \d+ times its floor/,
    );
    const allowed = await runCaptured([...args, '--at-most', '1e6', '--json']);
    expect(allowed.code).to.equal(0);
    expect(JSON.parse(allowed.out)).to.include({ isFar: false }).and.property('ratio').above(5);
    expect((await runCaptured([...args, '--at-most', '-1'])).code).to.equal(2);
  });

  it('has its rows beside the real ones, in the same shares of the classes', async () => {
    const data = await loadData({ source: join(folder, 'table.csv'), label: 'kind' });
    const { columns, classes } = tablePictures(readModel(folder), data, random.key(0))!;
    expect(columns.map(({ name, words }) => [name, words])).to.deep.equal([
      ['x', undefined],
      ['flag', ['0', '1']],
      ['whole', undefined],
    ]);
    for (const { real, generated } of columns)
      expect([real.length, generated.length]).to.deep.equal([60, 60]);
    expect(classes?.generated.filter((k) => k === 1)).to.have.length(15);
    expect(columns[0]?.real.every((x) => x >= 8 && x <= 10)).to.equal(true);
    expect(columns[0]?.generated.some((x) => x < 8)).to.equal(true);
  });
});
