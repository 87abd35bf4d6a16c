import { expect } from 'chai';
import { type Claim, checkClaim } from '../../../flows/verify/claim.ts';

describe('checkClaim', () => {
  const claim = (bound: Claim['bound'], measure: Claim['measure'], without = () => 1e-9): Claim => {
    const words = { part: 'part', claim: 'words', equation: 'a = b', compared: 'a and b' };
    const statement = { id: 'theme.claim', ...words, tolerance: 1e-3, measure };
    return bound === 'at most' ? { ...statement, bound } : { ...statement, bound, without };
  };

  it('passes a residual within its bound, whatever its sign', () => {
    expect(checkClaim(claim('at most', () => 1e-3)).passed).to.equal(true);
    expect(checkClaim(claim('at most', () => -1e-3)).passed).to.equal(true);
    expect(checkClaim(claim('at most', () => 1.1e-3)).passed).to.equal(false);
    expect(checkClaim(claim('at most', () => -1.1e-3)).passed).to.equal(false);
  });

  it('passes a deviation that must show only if it shows', () => {
    expect(checkClaim(claim('at least', () => 1e-3)).passed).to.equal(true);
    expect(checkClaim(claim('at least', () => 0)).passed).to.equal(false);
    expect(checkClaim(claim('at least', () => -1)).passed).to.equal(false);
  });

  it('fails what is not a finite number', () => {
    for (const bound of ['at most', 'at least'] as const) {
      for (const residual of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        expect(checkClaim(claim(bound, () => residual)).passed, `${bound} ${residual}`).to.equal(false);
      }
    }
  });

  it('fails a deviation that is there without the mistake', () => {
    const result = (without: number) =>
      checkClaim(
        claim(
          'at least',
          () => 1,
          () => without,
        ),
      );
    expect([-1e-3, 1e-3, 1.1e-3, -1.1e-3, Number.NaN].map((without) => result(without).passed)).to.deep.equal(
      [true, true, false, false, false],
    );
  });

  it('says how far the bound is from what must be smaller', () => {
    expect(checkClaim(claim('at most', () => -2e-5)).margin).to.be.closeTo(50, 1e-9);
    expect(
      checkClaim(
        claim(
          'at least',
          () => 7,
          () => 1e-4,
        ),
      ).margin,
    ).to.be.closeTo(10, 1e-9);
    expect(checkClaim(claim('at most', () => 0)).margin).to.equal(1e-3 / 2 ** -52);
  });

  it('fails a claim that throws, and keeps the error', () => {
    const broken = () => {
      throw new RangeError('no such place');
    };
    for (const result of [
      checkClaim(claim('at most', broken)),
      checkClaim(claim('at least', broken)),
      checkClaim(claim('at least', () => 1, broken)),
    ]) {
      expect(result).to.include({ id: 'theme.claim', passed: false, detail: 'RangeError: no such place' });
      expect(result.residual).to.be.NaN;
    }
  });

  it('keeps the statement and the detail, and nothing else', () => {
    const result = checkClaim(claim('at most', () => ({ residual: 0, detail: 'more' })));
    expect(result).to.deep.equal({
      id: 'theme.claim',
      part: 'part',
      claim: 'words',
      equation: 'a = b',
      compared: 'a and b',
      bound: 'at most',
      tolerance: 1e-3,
      residual: 0,
      margin: 1e-3 / 2 ** -52,
      detail: 'more',
      passed: true,
    });
  });
});
