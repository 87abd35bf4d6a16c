/** What columns are taken for. */
import { expect } from 'chai';
import { detectKind, detectNumericKind } from '../../../../flows/cli/tables/detect-kind.ts';

describe('detectKind', () => {
  const cases: readonly (readonly [title: string, cells: readonly string[], kind: unknown])[] = [
    ['numbers', ['1.5', '2', '-3e5'], { kind: 'number' }],
    ['numbers, also where a few cells are none', ['1', '2', 'x'], { kind: 'number' }],
    ['whole numbers, with gaps', ['1', 'NA', '2.0', ''], { kind: 'whole' }],
    ['numbers beyond 2^53, which have no neighbours', ['1', '9007199254740993'], { kind: 'number' }],
    [
      'whole numbers that float64 takes for one',
      ['1', '9007199254740993', '9007199254740992'],
      'it has whole numbers beyond 2^53, of which float64 takes neighbours for one',
    ],
    ['0 and 1', ['0', '1', '1'], { kind: 'boolean', words: ['0', '1'] }],
    ['0 alone', ['0', '0'], { kind: 'whole' }],
    ['booleans in their spelling', ['Yes', 'No', 'NA'], { kind: 'boolean', words: ['No', 'Yes'] }],
    ['TRUE and FALSE', ['TRUE', 'FALSE'], { kind: 'boolean', words: ['FALSE', 'TRUE'] }],
    [
      'true and false in several spellings',
      ['True', 'FALSE', 'true'],
      { kind: 'boolean', words: ['FALSE', 'True'] },
    ],
    ['words that are no pair', ['yes', 'true'], { kind: 'category', words: ['true', 'yes'] }],
    ['words', ['b', 'a', '', 'b', '?'], { kind: 'category', words: ['?', 'a', 'b'] }],
    ['dates', ['2012-01-31', '2012-02-01', ''], { kind: 'date', spelling: 'YYYY-MM-DD' }],
    [
      'dates with a mistake',
      ['2020-02-29', '2021-02-29', '2020-03-01'],
      { kind: 'date', spelling: 'YYYY-MM-DD' },
    ],
    ['dates with the day first', ['31.01.2012', '01.02.2012'], { kind: 'date', spelling: 'DD.MM.YYYY' }],
    ['dates with the month first', ['1/2/2012', '1/31/2012'], { kind: 'date', spelling: 'M/D/YYYY' }],
    [
      'dates that may be either',
      ['1/2/2012', '1/12/2012'],
      'its dates can be day and month, or month and day; write them as 2012-01-31',
    ],
    [
      'as many words as rows',
      Array.from({ length: 11 }, (_, i) => `n${i}`),
      'it has 11 different texts in 11 rows',
    ],
    [
      'dates of two kinds as words',
      ['2012-01-31', '2012/01/31'],
      { kind: 'category', words: ['2012-01-31', '2012/01/31'] },
    ],
    ['text', Array.from({ length: 21 }, (_, i) => `n${i}`), 'it has 21 different texts in 21 rows'],
    [
      'many words, each in five rows',
      Array.from({ length: 105 }, (_, i) => `n${i % 21}`),
      { kind: 'category', words: Array.from({ length: 21 }, (_, i) => `n${i}`).sort() },
    ],
    ['nothing', ['', 'NA'], 'it has no values'],
  ];
  for (const [title, cells, kind] of cases)
    it(`takes ${title}`, () => expect(detectKind(cells, '.')).to.deep.equal(kind));

  it('reads decimal commas', () => {
    expect(detectKind(['1,5', '2'], ',')).to.deep.equal({ kind: 'number' });
  });

  it('takes arrays of numbers by their values', () => {
    expect(detectNumericKind([0, 1, Number.NaN])).to.deep.equal({ kind: 'boolean', words: ['0', '1'] });
    expect(detectNumericKind([3, -4])).to.deep.equal({ kind: 'whole' });
    expect(detectNumericKind([3, 0.5])).to.deep.equal({ kind: 'number' });
  });
});
