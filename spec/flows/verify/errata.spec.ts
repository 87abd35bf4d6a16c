import { expect } from 'chai';
import { claims } from '../../../flows/verify/claims/all.ts';
import { errata } from '../../../flows/verify/claims/errata.ts';
import { errataTable } from '../../../flows/verify/index.ts';
import { errataPage, errataPageOnDisk } from '../../tools/write-errata.ts';

describe('the errata', () => {
  it('cover the seven entries of the note, each by two claims', () => {
    expect([...new Set(errata.map(({ number }) => number[0]))]).to.deep.equal([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
    ]);
    const ids = claims.map(({ id }) => id).filter((id) => id.startsWith('errata.'));
    expect(ids).to.deep.equal(
      errata.flatMap(({ number }) => [`errata.${number}.printed`, `errata.${number}.corrected`]),
    );
  });

  it('are told with the numbers that the first one is known for: 141.0 where 0.2193 is right', () => {
    expect(errata[0]?.detail?.()).to.equal('printed 141.0, derivative 0.2193');
    expect(errata[0]?.printedError()).to.be.closeTo(141.0 / 0.2193 - 1, 1);
  });

  it('stand in docs/errata.md as they are measured (npx tsx spec/tools/write-errata.ts)', () => {
    expect(errataPageOnDisk()).to.equal(errataPage());
  });

  it('say FAILED where a measurement does not bear out its row', () => {
    const [first] = errata;
    const lines = errataTable([{ ...first!, printedError: () => 0, correctedError: () => Number.NaN }]).split(
      '\n',
    );
    expect(lines).to.have.length(3);
    expect(lines[2]).to.match(/\| FAILED \| FAILED \|$/);
  });
});
