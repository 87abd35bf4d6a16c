/** What people type: near misses, negative numbers, files for folders; and samples on standard output. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { random } from '../../../autograd/index.ts';
import { networkOf, type RunConfig, writeConfig, writeModel } from '../../../flows/cli/run/run-folder.ts';
import { suggestion } from '../../../flows/cli/suggestion.ts';
import { defaultSettings } from '../../../flows/fit/settings.ts';
import { runCaptured } from './run-captured.ts';

describe('the command line', () => {
  let folder: string;
  const at = (...path: string[]) => join(folder, ...path);
  const run = (...args: string[]) => runCaptured(args);
  const sample = (...args: string[]) => run('sample', at('run'), '--steps', '1', ...args);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'fluxion-'));
    mkdirSync(at('run'));
    writeFileSync(at('table.csv'), 'x,y\n1,2\n');
    const config: RunConfig = {
      format: 'fluxion run 1',
      fluxion: '0.1.0',
      data: {
        source: 'table.csv',
        label: 'kind',
        points: 4,
        columns: ['x', 'y'],
        classNames: ['left', 'right'],
        image: null,
        sha256: '',
      },
      standardization: { mean: [0], scale: [1] },
      settings: { ...defaultSettings, method: 'cfm', hidden: 4, layers: 1 },
    };
    writeConfig(at('run'), config);
    writeModel(at('run'), networkOf(config).initialise(random.key(0)), config);
  });
  after(() => rmSync(folder, { recursive: true }));

  const misuses: readonly (readonly [args: string[], message: RegExp])[] = [
    [['trian'], /no command 'trian' \(did you mean train\?\); the commands are/],
    [['Sample'], /did you mean sample/],
    [['sing'], /no command 'sing'; the commands are/],
    [['train', '--step', '5'], /train: unknown option '--step' \(did you mean --steps\?\); see fluxion/],
    [['verify', '--onyl', 'x'], /unknown option '--onyl' \(did you mean --only\?\)/],
    [['verify', '--colour'], /unknown option '--colour'; see fluxion verify --help/],
    [['train', '--data', 'mooons'], /no data 'mooons' \(did you mean moons\?\); wanted digits/],
    [['train', '--steps', '-5'], /wanted a whole number ≥ 1 for --steps, got '-5'/],
    [['train', '--learning-rate', '-.5'], /'learningRate', got -0.5/],
    [['sample', 'run', '--out', 'a.csv', '--steps', '-5'], /whole number ≥ 1 for --steps, got '-5'/],
    [['sample', 'run', '--out', 'a.csv', '--guidance', '-1'], /≥ 0 for --guidance, got '-1'; 0 ignores/],
    [['evaluate', 'run', '--guidance', '-1'], /evaluate: wanted a number ≥ 0 for --guidance/],
    [['sample', 'run', '--out', '--json'], /option '--out' argument missing; see/],
    [['sample', 'run', '--out', 'a.csv', '--guidance', '0', '--class', 'left'], /cannot go with --class/],
    [['train', '--out', 'model.safetensors'], /a folder for --out.* ends the name of a file.*--out model$/m],
  ];
  for (const [args, message] of misuses) {
    it(`answers '${args.join(' ')}' with one sentence and exit code 2`, async () => {
      const { code, out, err } = await run(...args);
      expect(err).to.match(message);
      expect(err).to.match(/^fluxion: [^\n]+\n$/);
      expect({ code, out }).to.deep.equal({ code: 2, out: '' });
    });
  }

  it('says when --out is a folder where a file is wanted, and the reverse', async () => {
    const folderGiven = await sample('--out', folder);
    expect(folderGiven.code).to.equal(2);
    expect(folderGiven.err).to.contain(
      `wanted a file for --out, and ${folder} is a folder; give for example --out ${at('samples.csv')}`,
    );
    expect((await sample('--out', 'missing/')).err).to.contain('missing/ is a folder');
    const fileGiven = await run('train', '--out', at('table.csv'));
    expect(fileGiven.code).to.equal(2);
    expect(fileGiven.err).to.contain(`wanted a folder for --out`).and.contain('table.csv is a file');
    const notARun = await run('evaluate', at('table.csv'));
    expect(notARun.code).to.equal(1);
    expect(notARun.err).to.contain('table.csv, which is a file; wanted the folder of a run');
  });

  it('names the class that was nearly asked for', async () => {
    const { code, err } = await sample('--out', at('a.csv'), '--class', 'lfet');
    expect(code).to.equal(2);
    expect(err).to.contain("no class 'lfet' (did you mean left?)");
  });

  it('writes samples to standard output, and nothing else, as CSV or as JSON lines', async () => {
    const { code, out, err } = await sample('--count', '3', '--out', '-');
    expect({ code, err }).to.deep.equal({ code: 0, err: '' });
    const [header, ...rows] = out.trimEnd().split('\n');
    expect(header).to.equal('x,y,kind');
    expect(rows.map((row) => row.split(',')[2])).to.deep.equal(['left', 'right', 'left']);
    const json = (await sample('--count', '3', '--out', '-', '--json')).out.trimEnd().split('\n');
    expect(json.map((line) => Object.keys(JSON.parse(line)))).to.deep.equal(
      Array(3).fill(['x', 'y', 'kind']),
    );
  });

  it('gives samples with guidance 0, which are of no class that was asked for, no class', async () => {
    const { out } = await sample('--count', '2', '--guidance', '0', '--out', '-');
    expect(out.split('\n')[0]).to.equal('x,y');
    expect((await sample('--count', '2', '--guidance', '2', '--out', '-')).out).to.match(/^x,y,kind\n/);
  });
});

describe('suggestion', () => {
  it('takes two typos in a long word, one in a short one, none in a word of one letter', () => {
    const known = ['evaluate', 'data', 'n'];
    expect(suggestion('evalaute', known)).to.equal(' (did you mean evaluate?)');
    expect(suggestion('evluat', known)).to.equal(' (did you mean evaluate?)');
    expect(suggestion('evlut', known)).to.equal('');
    expect(suggestion('dat', known)).to.equal(' (did you mean data?)');
    expect(suggestion('x', known)).to.equal('');
    expect(suggestion('', known)).to.equal('');
  });

  it('prefers the nearest', () => {
    expect(suggestion('--steps2', ['--stops', '--steps'])).to.equal(' (did you mean --steps?)');
  });
});
