import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { runCaptured } from './run-captured.ts';

const run = (...args: string[]) => runCaptured(args);
const commands = ['verify', 'train', 'sample', 'likelihood', 'evaluate', 'export', 'bench'];

describe('fluxion', () => {
  it('lists its commands, and without any says that one is wanted', async () => {
    const help = await run('--help');
    expect(help.code).to.equal(0);
    for (const command of commands) expect(help.out).to.match(new RegExp(`^  ${command} `, 'm'));
    expect((await run()).code).to.equal(2);
    expect((await run()).out).to.equal(help.out);
  });

  it('says its version, that of package.json', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    expect(await run('--version')).to.deep.equal({ code: 0, out: `${version}\n`, err: '' });
  });

  for (const command of commands) {
    it(`${command} --help shows usage and examples and does nothing else`, async () => {
      const { code, out, err } = await run(command, '--help');
      expect(code).to.equal(0);
      expect(out)
        .to.match(new RegExp(`^Usage: fluxion ${command} `))
        .and.include(`\nExamples:\n  fluxion ${command}`);
      expect(err).to.equal('');
    });
  }

  const misuses: readonly (readonly [args: string[], message: RegExp])[] = [
    [
      ['sing'],
      /there is no command 'sing'; the commands are verify, train, sample, likelihood, evaluate, export/,
    ],
    [['verify', '--onyl', 'gradient'], /verify: unknown option '--onyl'/],
    [['verify', 'gradient'], /verify: unexpected argument 'gradient'/],
    [['verify', '--only'], /verify: option '--only <value>' argument missing/],
    [['train', '--steps', 'many'], /train: wanted a whole number ≥ 1 for --steps, got 'many'/],
    [['train', '--steps', '0'], /whole number ≥ 1 for --steps, got '0'/],
    [['train', '--seed', '1.5'], /whole number ≥ 0 for --seed, got '1.5'/],
    [['train', '--data', 'nonsense'], /there are no data 'nonsense'; wanted digits, mnist, moons/],
    [['train', '--data', '__proto__'], /there are no data '__proto__'/],
    [['train', '--data', 'moons', '--label', 'x'], /--label is for files/],
    [
      ['train', '--method', 'magic'],
      /--method: wanted 'cfm' or 'ot-cfm' or 'meanflow' for 'method', got "magic"/,
    ],
    [
      ['train', '--network', 'lstm'],
      /--network: wanted 'mlp' or 'unet' or 'transformer' for 'network', got "lstm"/,
    ],
    [
      ['train', '--data', 'moons', '--network', 'unet'],
      /'network' is 'unet', which takes images, and these data are none/,
    ],
    [['train', '--engine', 'steam'], /train: wanted fluxion or onnxruntime for --engine, got 'steam'/],
    [
      ['train', '--data', 'moons', '--method', 'ot-cfm', '--engine', 'onnxruntime'],
      /train: ot-cfm pairs each batch by its values, which only fluxion itself can; train with cfm/,
    ],
    [['train', '--resume', '--label', 'x'], /--resume cannot change --label; what can change is steps/],
    [['sample'], /sample: wanted the folder of a run first/],
    [['sample', '--out', 'a.csv'], /sample: wanted the folder of a run first/],
    [['sample', 'out'], /sample: wanted --out <file>/],
    [['sample', 'out', '--out', 'a.jpg'], /a .csv, .tsv, .*, .png or .svg file for --out, got 'a.jpg'/],
    [['sample', 'out', '--out', 'a.csv', '--guidance', 'much'], /a number for --guidance, got 'much'/],
    [
      ['export', 'out', '--out', 'a.onnx', '--what', 'magic'],
      /wanted sampler or velocity for --what, got 'magic'/,
    ],
    [['export', 'out', '--out', 'a.pt'], /wanted --out <file.onnx>, got 'a.pt'/],
    [['likelihood'], /likelihood: wanted the folder/],
    [['evaluate', '--json'], /evaluate: wanted the folder/],
    [['train', '--seed='], /whole number ≥ 0 for --seed, got ''/],
  ];
  for (const [args, message] of misuses) {
    it(`answers '${args.join(' ')}' with one sentence and exit code 2`, async () => {
      const { code, out, err } = await run(...args);
      expect(code).to.equal(2);
      expect(err)
        .to.match(message)
        .and.match(/^fluxion: [^\n]+\n$/);
      expect(out).to.equal('');
    });
  }

  it('shows where an error comes from only when asked', async () => {
    expect((await run('sing', '--debug')).err).to.match(/\n +at /);
    expect((await run('sing')).err).not.to.match(/\n +at /);
  });

  it('says which claims there are when one is asked for that is not', async () => {
    const { code, err } = await run('verify', '--only', 'nonsense');
    expect(code).to.equal(2);
    expect(err).to.match(/there is no claim 'nonsense'/);
  });

  it('verifies a part of the claims, as a table or as JSON', async () => {
    const table = await run('verify', '--only', 'sampling');
    expect(table.code).to.equal(0);
    expect(table.out).to.include('✓').and.not.include('✗');
    const json = JSON.parse((await run('verify', '--only', 'sampling', '--json')).out) as {
      id: string;
      passed: boolean;
    }[];
    expect(json).not.to.have.lengthOf(0);
    for (const { id, passed } of json) {
      expect(id).to.match(/^sampling/);
      expect(passed).to.equal(true);
    }
  });
});
