import { expect } from 'chai';
import { claims } from '../../flows/verify/claims/all.ts';
import { claimsOnDisk } from './write-claims.ts';

describe('the residuals that the site shows', () => {
  it('are those of the claims as they stand (npx tsx spec/docs/write-claims.ts)', () => {
    const stated = claims.map(({ id, claim, equation, bound, tolerance }) => ({
      id,
      claim,
      equation,
      bound,
      tolerance,
    }));
    const shown = claimsOnDisk().map(({ id, claim, equation, bound, tolerance }) => ({
      id,
      claim,
      equation,
      bound,
      tolerance,
    }));
    expect(shown).to.deep.equal(stated);
  });

  it('are within their bounds', () => {
    const outside = claimsOnDisk().filter(({ bound, tolerance, residual }) =>
      bound === 'at most' ? !(Math.abs(residual) <= tolerance) : !(residual >= tolerance),
    );
    expect(outside).to.deep.equal([]);
  });
});
