import { expect } from 'chai';
import { plan, roomAt, specsOf } from './run-specs.ts';

describe('the commands that run the specs', () => {
  const specs = [
    'spec/lib/a.spec.ts',
    'spec/lib/b.long.spec.ts',
    'spec/lib/c.slow.spec.ts',
    'spec/lib/d.timing.spec.ts',
  ];
  const [always, long, slow, timing] = specs as [string, string, string, string];

  it('run what the names say, the longest first, and alone what measures', () => {
    expect(plan('usual', specs)).to.deep.equal({ together: [long, always], alone: [] });
    expect(plan('quick', specs)).to.deep.equal({ together: [always], alone: [] });
    expect(plan('slow', specs)).to.deep.equal({ together: [slow], alone: [timing] });
    expect(plan('all', specs)).to.deep.equal({ together: [slow, long, always], alone: [timing] });
  });

  it('leave no spec out: npm test and test:slow run each one once, and so does test:all', () => {
    const found = specsOf();
    expect(found).to.have.length.above(150);
    const all = [plan('usual', found), plan('slow', found)].flatMap(({ together, alone }) => [
      ...together,
      ...alone,
    ]);
    expect(all.sort()).to.deep.equal(found);
    const { together, alone } = plan('all', found);
    expect([...together, ...alone].sort()).to.deep.equal(found);
  });

  it('test every room quickly', () => {
    for (const room of ['lib', 'autograd', 'flows', 'docs', 'tools']) {
      expect(plan('quick', specsOf(room)).together, room).to.have.length.above(0);
    }
  });

  it('refuse a name with a mark that nobody knows', () => {
    expect(() => plan('all', ['spec/lib/a.slwo.spec.ts'])).to.throw(
      'wanted .long, .slow or .timing before .spec.ts, got .slwo',
    );
  });

  it('know the room that they are called in, and its mirror', () => {
    const at = (folder: string) => roomAt(new URL(`../../${folder}`, import.meta.url).pathname);
    expect(['', 'lib', 'flows/losses', 'spec', 'spec/lib/matmul'].map(at)).to.deep.equal([
      '',
      'lib',
      'flows/losses',
      '',
      'lib/matmul',
    ]);
    expect(specsOf('lib/matmul')).to.have.length.above(1);
    expect(specsOf('lib/mat')).to.deep.equal([]);
  });
});
