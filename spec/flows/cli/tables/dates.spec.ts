/** Dates as numbers and back. The numbers are those of GNU date: date -u -d TEXT +%s. */
import { expect } from 'chai';
import {
  commonSpelling,
  formatDate,
  parseDate,
  spellingOf,
  stepOf,
  yearLastSpelling,
} from '../../../../flows/cli/tables/dates.ts';

describe('dates', () => {
  const known: readonly (readonly [text: string, spelling: string, value: number])[] = [
    ['2012-01-31', 'YYYY-MM-DD', 1327968000 / 86400],
    ['1969/12/31', 'YYYY/MM/DD', -1],
    ['2000-02-29T13:05', 'YYYY-MM-DDThh:mm', 951829500],
    ['2000-02-29 13:05:09', 'YYYY-MM-DD hh:mm:ss', 951829509],
    ['2000-02-29T13:05:09.250Z', 'YYYY-MM-DDThh:mm:ss.SSSZ', 951829509.25],
    ['2000-02-29T13:05:09+05:30', 'YYYY-MM-DDThh:mm:ss+05:30', 951809709],
    ['1955-01-01T00:00:00-0800', 'YYYY-MM-DDThh:mm:ss-0800', -473356800],
  ];
  for (const [text, spelling, value] of known) {
    it(`${text} is ${value}, and comes back as it was`, () => {
      expect(spellingOf(text)).to.equal(spelling);
      expect(parseDate(text)).to.equal(value);
      expect(formatDate(value, spelling)).to.equal(text);
    });
  }

  // The numbers of GNU date again.
  for (const [text, spelling, value] of [
    ['31.01.2012', 'DD.MM.YYYY', 1327968000 / 86400],
    ['31/1/2012', 'D/M/YYYY', 1327968000 / 86400],
    ['1/31/2012', 'M/D/YYYY', 1327968000 / 86400],
    ['02/29/2000 13:05', 'MM/DD/YYYY hh:mm', 951829500],
    ['29.2.2000 13:05:09', 'D.M.YYYY hh:mm:ss', 951829509],
  ] as const) {
    it(`${text} is ${value}, and comes back as it was`, () => {
      expect(yearLastSpelling([text])).to.equal(spelling);
      expect(parseDate(text, spelling)).to.equal(value);
      expect(formatDate(value, spelling)).to.equal(text);
      expect(parseDate(text)).to.equal(undefined);
    });
  }

  it('knows day and month by a day beyond 12, and refuses to guess', () => {
    expect(yearLastSpelling(['1/2/2012', '3/4/2012'])).to.equal('ambiguous');
    expect(yearLastSpelling(['1/2/2012', '13/4/2012'])).to.equal('D/M/YYYY');
    expect(yearLastSpelling(['13/2/2012', '4/13/2012'])).to.equal(undefined);
    expect(yearLastSpelling(['1.2.2012', '3/4/2012'])).to.equal(undefined);
    expect(yearLastSpelling(['30.02.2012'])).to.equal(undefined);
    expect(yearLastSpelling([])).to.equal(undefined);
    expect(stepOf('D.M.YYYY')).to.equal(1);
    expect(stepOf('D.M.YYYY hh:mm')).to.equal(60);
  });

  it('refuses days that no calendar has, and texts that are no dates', () => {
    for (const text of [
      '2011-02-29',
      '2012-13-01',
      '2012-01-31T24:00',
      '2012-01-31 13:60',
      '2012-1-31',
      '20120131',
      '1-2',
      '',
    ])
      expect(spellingOf(text), text).to.equal(undefined);
  });

  it('finds one spelling for a column: the longest, in UTC where zones differ', () => {
    expect(commonSpelling(['YYYY-MM-DDThh:mm', 'YYYY-MM-DDThh:mm:ss'])).to.equal('YYYY-MM-DDThh:mm:ss');
    expect(commonSpelling(['YYYY-MM-DDThh:mmZ', 'YYYY-MM-DDThh:mm+01:00'])).to.equal('YYYY-MM-DDThh:mmZ');
    expect(commonSpelling(['YYYY-MM-DDThh:mm', 'YYYY-MM-DDThh:mmZ'])).to.equal(undefined);
    expect(commonSpelling(['YYYY-MM-DD', 'YYYY/MM/DD'])).to.equal(undefined);
    expect(commonSpelling(['YYYY-MM-DD', 'YYYY-MM-DDThh:mm'])).to.equal(undefined);
  });

  it('knows the unit of the last digit, and writes no year that four digits cannot', () => {
    expect(
      ['YYYY-MM-DD', 'YYYY-MM-DDThh:mm', 'YYYY-MM-DD hh:mm:ssZ', 'YYYY-MM-DDThh:mm:ss.SSS'].map(stepOf),
    ).to.deep.equal([1, 60, 1, 0.001]);
    expect(formatDate(1e9, 'YYYY-MM-DD')).to.equal('9999-12-31');
    expect(formatDate(-1e9, 'YYYY-MM-DD')).to.equal('0100-01-01');
  });
});
