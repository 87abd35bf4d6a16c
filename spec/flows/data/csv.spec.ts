import { expect } from 'chai';
import { detectHeader } from '../../../flows/data/csv-header.ts';
import { readRows } from '../../../flows/data/csv-rows.ts';
import { parseCsv } from '../../../flows/data/index.ts';
import { ArgumentError } from '../../../lib/index.ts';

describe('parseCsv', () => {
  it('reads numbers without a header', () => {
    const { points, columns, labels } = parseCsv('1,2\n-3.5,4e2\n');
    expect(points.toArray()).to.deep.equal([
      [1, 2],
      [-3.5, 400],
    ]);
    expect(points.dtype).to.equal('float32');
    expect(columns).to.deep.equal(['0', '1']);
    expect(labels).to.equal(undefined);
  });

  it('reads a header, quotes, other delimiters, the line ends of Windows, a byte order mark and empty lines', () => {
    const text = '\ufeff"length; in ""mm""";width\r\n1.25; 2 \r\n\r\n"3";"4"';
    const { points, columns } = parseCsv(text, { delimiter: ';', dtype: 'float64' });
    expect(columns).to.deep.equal(['length; in "mm"', 'width']);
    expect(points.toArray()).to.deep.equal([
      [1.25, 2],
      [3, 4],
    ]);
    expect(points.dtype).to.equal('float64');
  });

  it('takes a column of labels out, by name or number, as text or as numbers', () => {
    const text = 'x,kind,y\n1,b,2\n3,a,4\n5,b,6';
    const { points, columns, labels, classNames } = parseCsv(text, { labels: 'kind' });
    expect(columns).to.deep.equal(['x', 'y']);
    expect(points.toArray()).to.deep.equal([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(labels!.toArray()).to.deep.equal([1, 0, 1]);
    expect(labels!.dtype).to.equal('int32');
    expect(classNames).to.deep.equal(['a', 'b']);
    const numbered = parseCsv('0.5,10\n0.25,9\n0.75,10', { labels: 1 });
    expect(numbered.classNames).to.deep.equal(['9', '10']);
    expect(numbered.labels!.toArray()).to.deep.equal([1, 0, 1]);
  });

  it('the header may be forced: numbers as names, or none although the first row is no number', () => {
    expect(parseCsv('2019,2020\n1,2', { header: true }).columns).to.deep.equal(['2019', '2020']);
    expect(() => parseCsv('a,b\n1,2', { header: false })).to.throw(
      ArgumentError,
      `line 1, column '0': wanted a number, got "a"`,
    );
  });

  it('says where the text is wrong', () => {
    const reject = (text: string, message: string, options = {}) =>
      expect(() => parseCsv(text, options)).to.throw(ArgumentError, message);
    reject('x,y\n1,2\n3', 'line 3: wanted 2 cells, got 1');
    reject('x,y\n1,2\n\n3,n/a', `line 4, column 'y': wanted a number, got "n/a"`);
    reject('x,y\n1,', `line 2, column 'y': wanted a number, got an empty cell`);
    reject('x,y\n"1,2', 'line 2: a quote is not closed');
    reject('  \n', 'the text holds no rows');
    reject('x,y\n1,2', "no column 'z'; the columns are x, y", { labels: 'z' });
    reject('x,y\n1,2', "no column '2'", { labels: 2 });
    reject('1', 'wanted one character as the delimiter', { delimiter: ', ' });
    reject('1', "unknown option 'separator'", { separator: ';' });
  });

  it('cuts at the line ends of old Macs, and at mixed ones', () => {
    // github.com/mholt/PapaParse issue 43
    expect(parseCsv('1,2\r3,4\r').points.toArray()).to.deep.equal([
      [1, 2],
      [3, 4],
    ]);
    expect(parseCsv('x,y\r\n1,2\n3,"4"\r\n5,6\r').points.shape).to.deep.equal([3, 2]);
    expect(() => parseCsv('x\r1\r\r2;\r')).to.throw(ArgumentError, `line 4, column 'x'`);
  });

  it('finds the delimiter and the decimal mark, and says which', () => {
    const expected = [
      [1.5, 2],
      [3, -4.25],
    ];
    const texts = {
      ';': 'x;y\n1,5;2\n3;-4,25\n',
      '\t': 'x\ty\n1.5\t2\n3\t-4.25\n',
      '|': '1.5|2\n3|-4.25',
      ',': 'x,y\n1.5,2\n3,-4.25',
      ' ': '  1.500e+00 2\n  3   -4.25\n',
    };
    for (const [delimiter, text] of Object.entries(texts)) {
      const { points, dialect } = parseCsv(text);
      expect(points.toArray(), text).to.deep.equal(expected);
      const decimal = delimiter === ';' ? ',' : '.';
      expect(dialect).to.include({ delimiter, decimal, header: text.startsWith('x') });
    }
    // One ragged line does not change the delimiter.
    expect(() => parseCsv('x;y\n1;2\n3\n4;5')).to.throw(ArgumentError, 'line 3: wanted 2 cells, got 1');
    expect(parseCsv('1,5;2', { delimiter: ';', decimal: ',' }).points.toArray()).to.deep.equal([[1.5, 2]]);
  });

  it('reads thousands in groups, and refuses to guess what 1,234 is', () => {
    // pandas.read_csv(…, thousands, decimal) reads these numbers.
    const cases: readonly (readonly [
      text: string,
      numbers: number[],
      decimal: string,
      thousands?: string,
    ])[] = [
      ['a;b\n1.234,5;2\n2.345.678,25;3\n', [1234.5, 2, 2345678.25, 3], ',', '.'],
      ['a;b\n1.234;2,5\n', [1234, 2.5], ',', '.'],
      ['a,b\n"1,234.5",2\n"-12,345,678",4\n', [1234.5, 2, -12345678, 4], '.', ','],
      ['a,b\n"2,345",3\n', [2345, 3], '.', ','],
      ["a;b\n1'234.5;2\n", [1234.5, 2], '.', "'"],
      ['a;b\n1\u202f234,5;2\n', [1234.5, 2], ',', '\u202f'],
      ['a;b\n1 234,5;2\n', [1234.5, 2], ',', ' '],
      ['a,b\n"1,5","2"\n', [1.5, 2], ','],
      ['a,b\n\u22121.5,2\n', [-1.5, 2], '.'],
    ];
    for (const [text, numbers, decimal, thousands] of cases) {
      const { points, dialect } = parseCsv(text, { dtype: 'float64' });
      expect(Array.from(points.toTypedArray()), text).to.deep.equal(numbers);
      expect(dialect.decimal, text).to.equal(decimal);
      expect(dialect.thousands, text).to.equal(thousands);
    }
    const unclear = 'a\tb\n1,234\t2\n';
    expect(() => parseCsv(unclear)).to.throw(
      ArgumentError,
      '"1,234" can be a thousand and more, or a fraction',
    );
    const firstOf = (decimal: '.' | ',') => parseCsv(unclear, { decimal, dtype: 'float64' }).points.toArray();
    expect(firstOf(',')).to.deep.equal([[1.234, 2]]);
    expect(firstOf('.')).to.deep.equal([[1234, 2]]);
    for (const cell of ['1,23', '12,34,567', '1,234,5', '0,123', '1,2345', '1 23'])
      expect(() => parseCsv(`x;y\n1;2\n${cell};3`, { decimal: '.' }), cell).to.throw(ArgumentError, 'line 3');
  });

  it('passes over what spreadsheets put around a table: sep=, empty cells at the ends, empty names', () => {
    const expected = [
      [1, 2],
      [3, 4],
    ];
    for (const text of ['sep=;\na;b\n1;2\n3;4', '\ufeffsep=;\r\na;b\r\n1;2\r\n3;4', 'a,b\n1,2,\n3,4,,\n'])
      expect(parseCsv(text).points.toArray(), text).to.deep.equal(expected);
    expect(parseCsv('"sep=;"\n1\n').columns).to.deep.equal(['sep=;']);
    expect(() => parseCsv('sep=;\na;b\n1;x\n3;4')).to.throw(ArgumentError, "line 3, column 'b'");
    expect(() => parseCsv('a,b\n1,2,3')).to.throw(ArgumentError, 'line 2: wanted 2 cells, got 3');
    expect(parseCsv('a,,\n1,2,3\n').columns).to.deep.equal(['a', '1', '2']);
    // Python's csv module calls it skipinitialspace.
    const spaced = parseCsv('a, "b ""c"""\n1, "2"\n');
    expect(spaced.columns).to.deep.equal(['a', 'b "c"']);
    expect(spaced.points.toArray()).to.deep.equal([[1, 2]]);
  });

  it('takes the words of pandas, SAS and MySQL for missing values', () => {
    const words = ['', 'NA', '<NA>', '#N/A N/A', '-1.#IND', '1.#QNAN', 'NaT', '\\N', 'None', '.', 'NULL'];
    const { dialect, points } = parseCsv(`x,y\n1,2\n${words.map((word) => `3,${word}`).join('\n')}`, {
      missing: 'drop',
    });
    expect(dialect.dropped).to.equal(words.length);
    expect(points.toArray()).to.deep.equal([[1, 2]]);
  });

  it('tells names from data by the columns, not by one row', () => {
    // UCI's iris.data has no header, and words in its last column.
    const iris = '5.1,3.5,1.4,0.2,Iris-setosa\n4.9,3.0,1.4,0.2,Iris-setosa\n7.0,3.2,4.7,1.4,Iris-versicolor';
    const { points, classNames, dialect } = parseCsv(iris, { labels: 4 });
    expect(points.shape).to.deep.equal([3, 4]);
    expect(classNames).to.deep.equal(['Iris-setosa', 'Iris-versicolor']);
    expect(dialect.header).to.equal(false);
    // pandas' to_csv(index=False) of an array without names
    expect(parseCsv('0,1\n0.5,2\n1.5,0').points.shape).to.deep.equal([2, 2]);
    expect(parseCsv('0,1\n1,1\n0,0\n1,0').points.shape).to.deep.equal([4, 2]);
    expect(parseCsv('NA,2\n1,3', { missing: 'drop' }).points.toArray()).to.deep.equal([[1, 3]]);
    expect(parseCsv('x;y\n1;2').dialect.decimal).to.equal('.');
    expect(parseCsv('2019,2020\n1,2', { columns: ['2020'] }).points.toArray()).to.deep.equal([[2]]);
  });

  it('takes the first row for names or for data by what stands below it, as detectHeader says', () => {
    const words = (last: string) => ['a', ...Array.from({ length: 999 }, (_, i) => `w${i}`), last, 'a'];
    const cases: readonly (readonly [text: string, header: boolean, why: string])[] = [
      ['0,1', false, 'there is nothing below 0, 1'],
      ['0,1\n0.5,2', true, 'no 0.5 is whole'],
      ['0,1\n5,7\n6,8', true, 'neither 0 nor 1 is below'],
      ['0,1\n0,1', false, 'both are below'],
      ['5.1,a\n4.9,b\n?,c', false, '5.1 is above a column of numbers, one of which is missing'],
      ['1,a\n2,b\nw,c', true, 'of two cells one number is not most; no word comes again'],
      [words('w999').join('\n'), true, '"a" comes again only after 1000 rows'],
      [words('a').join('\n'), false, '"a" comes again within 1000 rows'],
    ];
    for (const [text, header, why] of cases) {
      const { rows } = readRows(text, ',');
      expect(detectHeader(rows, '.'), why).to.equal(header);
    }
  });

  it('skips comments, and takes names from the one that has as many cells', () => {
    expect(parseCsv('# by "hand\n# x,y\n1,2\n#3,4\n5,6').points.shape).to.deep.equal([2, 2]);
    // numpy.savetxt(..., header='x,y'), and a table whose first column is called #
    expect(parseCsv('# x,y\n1,2\n').columns).to.deep.equal(['x', 'y']);
    expect(parseCsv('#,y\n1,2\n').columns).to.deep.equal(['#', 'y']);
    expect(() => parseCsv('# one\n\n1,2\n#\n3,x')).to.throw(ArgumentError, 'line 5');
    // A comment with a comma is no header where one follows, and comments among the rows are counted.
    const { columns, dialect } = parseCsv('# from here, or there\nx,y\n1,2\n#3,4\n5,6\n# end');
    expect(columns).to.deep.equal(['x', 'y']);
    expect(dialect.comments).to.equal(2);
  });

  it('knows decimal numbers only, and none that its dtype cannot hold', () => {
    for (const cell of ['0x10', '0b1', '"1"2', '1_000', '1,5', '١', '1e', '.', '--1']) {
      const text = `x;y\n1;2\n${cell};3`;
      expect(() => parseCsv(text, { decimal: '.', delimiter: ';' }), cell).to.throw(ArgumentError, 'line 3');
    }
    expect(() => parseCsv('x\n1e39')).to.throw(ArgumentError, `"1e39" does not fit float32`);
    expect(parseCsv('x\n1e39', { dtype: 'float64' }).points.item()).to.equal(1e39);
    expect(() => parseCsv('x\n1e309', { dtype: 'float64' })).to.throw(ArgumentError, 'does not fit float64');
    expect(parseCsv('x,y,z,w\n+.5,5.,-inf,nan').points.toArray()).to.deep.equal([
      [0.5, 5, -Infinity, Number.NaN],
    ]);
  });

  it('refuses, drops or fills what is missing', () => {
    const text = 'x,y,kind\n1,2,a\n,4,b\n3,?,a\n5,9,NA\n';
    expect(() => parseCsv(text, { drop: ['kind'] })).to.throw(
      ArgumentError,
      `line 3, column 'x': wanted a number, got an empty cell; leave such rows out with missing: 'drop'`,
    );
    const dropped = parseCsv(text, { missing: 'drop', labels: 'kind' });
    expect(dropped.points.toArray()).to.deep.equal([[1, 2]]);
    expect(dropped.dialect).to.include({ dropped: 3, filled: 0 });
    const filled = parseCsv(text, { missing: 'mean', drop: ['kind'] });
    expect(filled.points.toArray()).to.deep.equal([
      [1, 2],
      [3, 4],
      [3, 5],
      [5, 9],
    ]);
    expect(filled.dialect).to.include({ dropped: 0, filled: 2 });
    expect(() => parseCsv(text, { missing: 'mean', labels: 'kind' })).to.throw(
      ArgumentError,
      `line 5, column 'kind': wanted a class, got "NA"`,
    );
    expect(() => parseCsv('x,y\n1,\n2,', { missing: 'mean' })).to.throw(ArgumentError, 'has no values');
    const oneGap = parseCsv('x,y\n1,2\n,4\n3,6', { missing: 'mean' });
    expect(oneGap.points.toArray()).to.deep.equal([
      [1, 2],
      [2, 4],
      [3, 6],
    ]);
    // Lines count from the file's first, which may be empty.
    expect(() => parseCsv('\nx,y\n1,2\n,4')).to.throw(ArgumentError, "line 4, column 'x'");
  });

  it('takes one number for one class, and one name for one column', () => {
    const { labels, classNames } = parseCsv('x,c\n1,1\n2,1.0\n3,2', { labels: 'c' });
    expect(classNames).to.deep.equal(['1', '2']);
    expect(labels!.toArray()).to.deep.equal([0, 0, 1]);
    const twice = 'x,y,x\n1,2,3';
    for (const options of [{}, { labels: 'x' }, { drop: ['x'] }]) {
      expect(() => parseCsv(twice, options)).to.throw(ArgumentError, `columns 0 and 2 are both called 'x'`);
    }
    expect(parseCsv(twice, { drop: [2] }).points.toArray()).to.deep.equal([[1, 2]]);
    expect(parseCsv(twice, { columns: [2, 'y'] }).points.toArray()).to.deep.equal([[3, 2]]);
  });

  it('shows what a file says without its control characters', () => {
    const text = 'x,y\u001b[31m\u009b\n1,\u001b]0;title\u0007';
    const message = (() => {
      try {
        return String(parseCsv(text));
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(message)
      .to.include('\\u001b[31m')
      .and.not.match(/\p{Cc}/u);
  });
});
