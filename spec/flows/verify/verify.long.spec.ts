import { expect } from 'chai';
import { ArgumentError } from '../../../autograd/index.ts';
import type { ReportedClaim } from '../../../flows/report/data.ts';
import { type ClaimResult, formatClaims, verify } from '../../../flows/verify/index.ts';

describe('verify', function () {
  this.timeout(180_000);
  let results: readonly ClaimResult[] = [];
  const progress: string[] = [];

  before(() => {
    results = verify({ onClaim: ({ id }, index, total) => progress.push(`${index + 1}/${total} ${id}`) });
  });

  it('finds that every claim of the note holds', () => {
    const failed = results.filter(({ passed }) => !passed);
    expect(failed, formatClaims(failed)).to.deep.equal([]);
  });

  it('checks what the note claims, each under a name of its own', () => {
    const ids = results.map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    const themes = [...new Set(ids.map((id) => id.split('.')[0]))];
    expect(themes).to.deep.equal([
      'flow',
      'continuity',
      'marginal',
      'gradient',
      'montecarlo',
      'velocity',
      'average',
      'loss',
      'guidance',
      'algorithm',
      'draws',
      'sampling',
      'fixed',
      'restoring',
      'mistake',
      'bias',
      'reflow',
      'tools',
      'errata',
    ]);
    for (const path of ['ot', 'vp', 've']) {
      expect(ids).to.include.members([`gradient.${path}.1d`, `gradient.${path}.2d`, `montecarlo.${path}`]);
    }
  });

  it('keeps every residual a factor of ten from its bound, so that no claim holds by luck', () => {
    const close = results.filter(({ margin }) => !(margin >= 10));
    expect(close, formatClaims(close)).to.deep.equal([]);
  });

  it('has finite residuals and texts in every row', () => {
    for (const { id, residual, tolerance, claim, equation, compared, part } of results) {
      expect(Number.isFinite(residual) && tolerance > 0, id).to.equal(true);
      for (const text of [claim, equation, compared, part]) expect(text.trim(), id).to.not.equal('');
    }
  });

  it('says how far it is', () => {
    expect(progress).to.deep.equal(results.map(({ id }, i) => `${i + 1}/${results.length} ${id}`));
  });

  it('gives rows as the report takes them, and a table', () => {
    const rows: readonly ReportedClaim[] = results;
    expect(rows).to.equal(results);
    const lines = formatClaims(results, { width: 110 }).split('\n');
    expect(lines.filter((line) => line.startsWith('✓'))).to.have.length(results.length);
    expect(lines.at(-1)).to.equal(`All ${results.length} claims hold.`);
    expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(110);
  });

  it('gives the same numbers again, and only what is asked for', () => {
    const again = verify({ only: ['gradient.ot', 'montecarlo.slope', 'loss', 'errata.1.printed'] });
    const ids = again.map(({ id }) => id);
    expect(ids).to.include.members([
      'gradient.ot.1d',
      'gradient.ot.2d',
      'montecarlo.slope.marginal',
      'loss.bias.half',
    ]);
    expect(ids).to.not.include('errata.1.corrected');
    expect(again).to.deep.equal(results.filter(({ id }) => ids.includes(id)));
  });

  it('refuses a name that names no claim, and unknown options', () => {
    expect(() => verify({ only: 'grad' })).to.throw(
      ArgumentError,
      "there is no claim 'grad'; the themes are flow,",
    );
    expect(() => verify({ claims: [] } as object)).to.throw(ArgumentError, "unknown option 'claims'");
  });
});
