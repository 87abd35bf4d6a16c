import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

interface Printed {
  readonly mayMakeCode: boolean;
  readonly face: readonly unknown[];
  readonly bits: Readonly<Record<string, string>>;
}

describe('where code may not be made from text', () => {
  let usual: Printed;
  let forbidding: Printed;

  before(() => {
    usual = run();
    forbidding = run('--disallow-code-generation-from-strings');
  });

  it('fluxion finds that out', () => {
    expect([usual.mayMakeCode, forbidding.mayMakeCode]).to.deep.equal([true, false]);
  });

  it('arrays have the face of ndarray', () => {
    expect(usual.face).to.have.length.above(10);
    expect(forbidding.face).to.deep.equal(usual.face);
  });

  it('copies and elementwise operations of every layout have the bits of ndarray-ops', () => {
    expect(Object.keys(usual.bits)).to.have.length.above(2000);
    expect(forbidding.bits).to.deep.equal(usual.bits);
  });
});

/** What `both-ways.ts` prints in a Node of its own. */
function run(...flags: readonly string[]): Printed {
  const program = fileURLToPath(new URL('both-ways.ts', import.meta.url));
  const tsx = createRequire(import.meta.url).resolve('tsx');
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, '--import', tsx, program], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
    maxBuffer: 2 ** 26,
  });
  expect(stderr).to.equal('');
  return JSON.parse(stdout) as Printed;
}
