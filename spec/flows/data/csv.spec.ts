import { expect } from 'chai';
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
});
