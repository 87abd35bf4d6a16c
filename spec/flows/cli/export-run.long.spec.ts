/** `fluxion export --format xla`: what it writes of a run with validation, and which runs it refuses. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadData } from '../../../flows/cli/run/data-source.ts';
import { readConfig } from '../../../flows/cli/run/run-folder.ts';
import { splitBatch } from '../../../flows/cli/run/validating.ts';
import { parseNpz } from '../../../flows/data/index.ts';
import { runCaptured } from './run-captured.ts';

describe('fluxion export --format xla', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-'));
  const at = (...path: string[]) => join(folder, ...path);
  const fails = async (message: RegExp, ...args: string[]) => {
    const { code, err } = await runCaptured(args);
    expect(err).to.match(message);
    expect(code).to.be.above(0);
  };
  const exportOf = (run: string, ...args: string[]) => [
    ...['export', at(run), '--format', 'xla', '--out', at(`${run}-exported`), ...args],
  ];
  /** A run that has made no step: its folder holds config.json alone. `change` is what its data become. */
  const begin = async (run: string, change: object, ...args: string[]) => {
    const train = ['train', '--data', at('table.csv'), '--config', at('small.json'), '--out', at('trained')];
    const { code, err } = await runCaptured([...train, '--steps', '2', '--overwrite', ...args]);
    expect(code, err).to.equal(0);
    const config = readConfig(at('trained'));
    mkdirSync(at(run));
    const begun = { ...config, data: { ...config.data, ...change } };
    writeFileSync(at(run, 'config.json'), JSON.stringify(begun));
  };

  before(() => {
    const small = { method: 'cfm', hidden: 4, layers: 1, batchSize: 8, validateEvery: 1 };
    writeFileSync(at('small.json'), JSON.stringify(small));
    const rows = Array.from({ length: 40 }, (_, i) => `${i + 0.5},${Math.sin(i)},${i % 5}`);
    writeFileSync(at('table.csv'), `x,y,n\n${rows.join('\n')}\n`);
  });
  after(() => rmSync(folder, { recursive: true }));

  it('keeps the points of the validation away from training there, too', async () => {
    await begin('held', {}, '--drop', 'n', '--validation', '0.25');
    await fails(/wanted a --batch of at most the 30 points, got 31/, ...exportOf('held', '--batch', '31'));
    const { code, err } = await runCaptured(exportOf('held', '--batch', '30'));
    expect(code, err).to.equal(0);
    const { points } = parseNpz(readFileSync(at('held-exported', 'data.npz')));
    const { settings, data } = readConfig(at('held'));
    const { points: all } = await loadData({ source: at('table.csv'), reading: data.reading ?? {} });
    expect(points?.toArray()).to.deep.equal(splitBatch(settings, { data: all }).training.data.toArray());
    expect(points?.shape).to.deep.equal([30, 2]);
  });

  it('finds the data from any folder, and leaves their path from the exported one', async () => {
    await begin('moved', { source: 'table.csv', path: '../table.csv' }, '--drop', 'n');
    const deeper = [...exportOf('moved').slice(0, -1), at('deeper', 'exported')];
    const { code, err } = await runCaptured(deeper);
    expect(code, err).to.equal(0);
    const { data } = readConfig(at('deeper', 'exported'));
    expect(data).to.include({ source: 'table.csv', path: '../../table.csv' });
  });

  it('refuses data that have changed', async () => {
    await begin('changed', { sha256: 'another' }, '--drop', 'n');
    await fails(
      /the data in .*table.csv have changed since the run in .*changed began/,
      ...exportOf('changed'),
    );
  });

  it('refuses columns that run.py would learn otherwise: whole numbers, and numbers with bounds', async () => {
    const columns = /run.py reads tables of plain numbers, .* 'n' is none/;
    await begin('whole', {});
    await fails(columns, ...exportOf('whole'));
    await begin('bounded', {}, '--types', 'n=number', '--bounds', 'n=0:4');
    await fails(columns, ...exportOf('bounded'));
  });
});
