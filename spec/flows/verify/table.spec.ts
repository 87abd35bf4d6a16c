import { expect } from 'chai';
import { ArgumentError } from '../../../autograd/index.ts';
import type { ClaimResult } from '../../../flows/verify/index.ts';
import { formatClaims } from '../../../flows/verify/index.ts';
import { formatResidual } from '../../../flows/verify/table.ts';

describe('formatClaims', () => {
  const row: ClaimResult = {
    id: 'gradient.ot',
    part: 'The two losses',
    claim: 'The gradients agree',
    equation: '∇L_FM = ∇L_CFM',
    compared: 'Both gradients on one grid, at three values of θ',
    bound: 'at most',
    tolerance: 1e-12,
    residual: 4.44e-16,
    margin: 2252,
    passed: true,
  };
  const caught: ClaimResult = {
    ...row,
    id: 'gradient.caught',
    claim: 'A wrong u_t is caught',
    bound: 'at least',
    tolerance: 1e-5,
    residual: 0,
    margin: 45,
    detail: 'gap 0',
    passed: false,
  };

  it('is a table with a row for each claim, by parts, and the count', () => {
    expect(formatClaims([row, caught], { width: 90 })).to.equal(
      [
        '   Claim                          Compared                     Residual  Bound      Margin',
        '',
        'The two losses',
        '─'.repeat(90),
        '✓  The gradients agree            Both gradients on one grid,  4.4e-16   ≤ 1e-12    2e3',
        '   ∇L_FM = ∇L_CFM                 at three values of θ',
        '✗  A wrong u_t is caught          Both gradients on one grid,  0         ≥ 1e-5     50',
        '   ∇L_FM = ∇L_CFM                 at three values of θ',
        '                                  gap 0',
        '',
        '1 of 2 claims FAILED: gradient.caught',
      ].join('\n'),
    );
  });

  it('keeps to its width, breaking words that are too long', () => {
    const long = { ...row, equation: '∇'.repeat(300), compared: 'word '.repeat(60).trim() };
    for (const width of [72, 100, 120, 160]) {
      const lines = formatClaims([long, caught], { width }).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(width);
      expect(lines.join('').match(/∇/g)).to.have.length(300 + 2);
      expect(lines.join(' ').match(/word/g)).to.have.length(60);
    }
  });

  it('says so when all hold', () => {
    expect(formatClaims([row])).to.match(/\nAll 1 claims hold\.$/);
  });

  it('refuses widths that it cannot keep, and unknown options', () => {
    expect(() => formatClaims([row], { width: 50 })).to.throw(
      ArgumentError,
      'formatClaims: wanted a width from 72 to 2²⁰ columns, got 50',
    );
    expect(() => formatClaims([row], { columns: 100 } as object)).to.throw(
      ArgumentError,
      "unknown option 'columns'",
    );
  });

  it('prints numbers short', () => {
    const numbers = [
      0,
      1.234e-15,
      1e-12,
      -0.0123,
      0.2193,
      642.07,
      12345,
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ];
    expect(numbers.map(formatResidual)).to.deep.equal([
      '0',
      '1.2e-15',
      '1e-12',
      '-0.0123',
      '0.219',
      '642',
      '1.2e+4',
      'NaN',
      'Infinity',
    ]);
  });
});
