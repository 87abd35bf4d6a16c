import { expect } from 'chai';
import { type Claim, checkClaim } from '../../../flows/verify/claim.ts';

describe('checkClaim', () => {
  const claim = (bound: Claim['bound'], measure: Claim['measure']): Claim => ({
    id: 'theme.claim',
    part: 'part',
    claim: 'words',
    equation: 'a = b',
    compared: 'a and b',
    bound,
    tolerance: 1e-3,
    measure,
  });

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
      detail: 'more',
      passed: true,
    });
  });
});
