import { Writable } from 'node:stream';
import { expect } from 'chai';
import { runCommandLine } from '../../../flows/cli/run.ts';

/** Runs a command line and keeps what it writes. */
function run(...args: string[]): { code: number; out: string; err: string } {
  const written = { out: '', err: '' };
  const stream = (name: 'out' | 'err') =>
    new Writable({
      write(chunk, _, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const code = runCommandLine(args, { out: stream('out'), err: stream('err') });
  return { code, ...written };
}

describe('fluxion', () => {
  it('lists its commands, and without any says that one is wanted', () => {
    const help = run('--help');
    expect(help.code).to.equal(0);
    for (const command of ['verify', 'train']) expect(help.out).to.match(new RegExp(`^  ${command} `, 'm'));
    expect(run().code).to.equal(2);
    expect(run().out).to.equal(help.out);
  });

  for (const command of ['verify', 'train']) {
    it(`${command} --help shows usage and examples and does nothing else`, () => {
      const { code, out, err } = run(command, '--help');
      expect(code).to.equal(0);
      expect(out)
        .to.match(new RegExp(`^Usage: fluxion ${command} `))
        .and.include(`\nExamples:\n  fluxion ${command}`);
      expect(err).to.equal('');
    });
  }

  const misuses: readonly (readonly [args: string[], message: RegExp])[] = [
    [['sing'], /there is no command 'sing'; the commands are verify, train/],
    [['verify', '--onyl', 'gradient'], /verify: unknown option '--onyl'/],
    [['verify', 'gradient'], /verify: unexpected argument 'gradient'/],
    [['verify', '--only'], /verify: option '--only <value>' argument missing/],
    [['train', '--steps', 'many'], /train: wanted a whole number ≥ 1 for --steps, got 'many'/],
    [['train', '--steps', '0'], /whole number ≥ 1 for --steps, got '0'/],
    [['train', '--seed', '1.5'], /whole number ≥ 0 for --seed, got '1.5'/],
    [['train', '--seed='], /whole number ≥ 0 for --seed, got ''/],
  ];
  for (const [args, message] of misuses) {
    it(`answers '${args.join(' ')}' with one sentence and exit code 2`, () => {
      const { code, out, err } = run(...args);
      expect(code).to.equal(2);
      expect(err)
        .to.match(message)
        .and.match(/^fluxion: [^\n]+\n$/);
      expect(out).to.equal('');
    });
  }

  it('shows where an error comes from only when asked', () => {
    expect(run('sing', '--debug').err).to.match(/\n +at /);
    expect(run('sing').err).not.to.match(/\n +at /);
  });

  it('says which claims there are when one is asked for that is not', () => {
    const { code, err } = run('verify', '--only', 'nonsense');
    expect(code).to.equal(2);
    expect(err).to.match(/there is no claim 'nonsense'/);
  });

  it('verifies a part of the claims, as a table or as JSON', () => {
    const table = run('verify', '--only', 'sampling');
    expect(table.code).to.equal(0);
    expect(table.out).to.include('✓').and.not.include('✗');
    const json = JSON.parse(run('verify', '--only', 'sampling', '--json').out) as { id: string; passed: boolean }[];
    expect(json).not.to.have.lengthOf(0);
    for (const { id, passed } of json) {
      expect(id).to.match(/^sampling/);
      expect(passed).to.equal(true);
    }
  });
});
