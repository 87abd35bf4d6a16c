/** What `npm start` prints: a line for each part of the note, and digits in characters. */
import { expect } from 'chai';
import { summarizeClaims } from '../../../flows/cli/start/claims-summary.ts';
import { formatDigits } from '../../../flows/cli/start/format-digits.ts';
import { exampleReport } from '../report/example.ts';

const claims = exampleReport.claims.map((claim, i) => ({ ...claim, id: `part.${i}` }));

describe('summarizeClaims', () => {
  it('has a line for each part, with the least margin', () => {
    const holding = claims.filter(({ passed }) => passed);
    expect(summarizeClaims(holding, 100)).to.equal(
      [
        '✓  Flow matching   1 of 1 hold, the closest by a factor of 230',
        '✓  Errata          1 of 1 hold, the closest by a factor of 1e9',
        '',
        'All 2 claims hold; npm start -- --verbose shows each.',
        '',
      ].join('\n'),
    );
  });

  it('shows a claim that fails whole, and no other', () => {
    const text = summarizeClaims(claims, 100);
    expect(text).to.match(/^✗ {2}Flow matching {3}1 of 2 hold\n✓/);
    expect(text).to.contain('The error falls as').and.contain('1 of 1 claims FAILED: part.2');
    expect(text).not.to.contain('The two losses have the same gradient');
  });
});

describe('formatDigits', () => {
  const image = [16, 0, 16, 0, 0, 16, 16, 0, 16, 16, 0, 0, 0, 0, 0, 0];
  const samples = {
    side: 4,
    maximum: 16,
    real: [[image, image, image]],
    generated: [{ evaluations: 1, rows: [[image]] }],
  };

  it('puts two pixels into a character, and a title above each row', () => {
    expect(formatDigits(samples, 80)).to.equal(
      ['Real', '▀▄█  ▀▄█  ▀▄█', '▀▀   ▀▀   ▀▀', '', '1 evaluation', '▀▄█', '▀▀', ''].join('\n'),
    );
  });

  it('shows no more digits than fit, and at least one', () => {
    expect(formatDigits(samples, 9).split('\n')[1]).to.equal('▀▄█  ▀▄█');
    expect(formatDigits(samples, 1).split('\n')[1]).to.equal('▀▄█');
  });
});
