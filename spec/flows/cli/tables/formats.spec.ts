/** JSON, JSON lines and Parquet as tables; and tables of codes as text and arrays, which are read again. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as zlib from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Tensor, tensor } from '../../../../autograd/index.ts';
import { loadData } from '../../../../flows/cli/run/data-source.ts';
import type { Reading } from '../../../../flows/cli/run/reading.ts';
import type { ColumnKind } from '../../../../flows/cli/tables/column-kind.ts';
import { arrayOf, classNumbers } from '../../../../flows/cli/tables/format-array.ts';
import { formatDelimited, formatJsonLines } from '../../../../flows/cli/tables/format-table.ts';
import { cutJson, cutJsonLines } from '../../../../flows/cli/tables/json-table.ts';
import { cutParquet } from '../../../../flows/cli/tables/parquet-table.ts';
import { readArray, readTable } from '../../../../flows/cli/tables/read-table.ts';
import { cutCsv } from '../../../../flows/data/parse-csv.ts';

const cellsOf = ({ body }: { body: readonly { cells: readonly string[] }[] }) =>
  body.map(({ cells }) => cells);
const golden = (file: string) =>
  readFileSync(fileURLToPath(new URL(`../../../golden/tables/${file}`, import.meta.url)));

describe('tables of JSON', () => {
  it('keep the digits of whole numbers beyond 2^53, as tables of CSV do', () => {
    const row =
      '{"id": 9007199254740993, "b": -12345678901234567890, "c": 1234567890123456, "s": "9007199254740993"}';
    expect(cellsOf(cutJsonLines(row))).to.deep.equal([
      ['9007199254740993', '-12345678901234567890', '1234567890123456', '9007199254740993'],
    ]);
    expect(cellsOf(cutJson('[{"a": 0.12345678901234567, "b": 12345678901234567e-3}]'))).to.deep.equal([
      ['0.12345678901234566', '12345678901234.566'],
    ]);
  });

  it('have a column for each property, in the order in which they come', () => {
    const cut = cutJsonLines('{"a": 1.50, "b": "x"}\n\n{"b": null, "c": true, "a": 1e-27}\r\n');
    expect(cut.names).to.deep.equal(['a', 'b', 'c']);
    expect(cellsOf(cut)).to.deep.equal([
      ['1.5', 'x', ''],
      ['1e-27', '', 'true'],
    ]);
    expect(cut.body.map(({ line }) => line)).to.deep.equal([1, 3]);
  });

  it('name what stands within by a path, and take GeoJSON', () => {
    const text =
      '{"type":"FeatureCollection","bbox":[1,2],"features":[{"properties":{"mag":2.5},"geometry":{"coordinates":[-118,34.5]}}]}';
    const cut = cutJson(text);
    expect(cut.names).to.deep.equal(['properties.mag', 'geometry.coordinates.0', 'geometry.coordinates.1']);
    expect(cellsOf(cut)).to.deep.equal([['2.5', '-118', '34.5']]);
    expect(cellsOf(cutJson('[{"__proto__": 1}, [2]]'))).to.deep.equal([
      ['1', ''],
      ['', '2'],
    ]);
  });

  for (const [text, message] of [
    ['{"a": 1}\n{"a": }', /line 2: this is no JSON/],
    ['{"a": 1}\n3', /row 2: wanted an object, got "3"/],
    ['\n', /holds no rows/],
  ] as const)
    it(`refuse ${JSON.stringify(text)}`, () => expect(() => cutJsonLines(text)).to.throw(message));

  it('are read as pandas.DataFrame.to_json writes them, whatever its orient and the file ending are', () => {
    const expected = [
      ['1', 'x'],
      ['2.5', ''],
    ];
    const records = [
      { a: 1, b: 'x' },
      { a: 2.5, b: null },
    ];
    const written = {
      columns: { a: { 0: 1, 1: 2.5 }, b: { 0: 'x', 1: null } },
      list: { a: [1, 2.5], b: ['x', null] },
      split: {
        columns: ['a', 'b'],
        index: [0, 1],
        data: [
          [1, 'x'],
          [2.5, null],
        ],
      },
      records,
    };
    const lines = records.map((row) => JSON.stringify(row)).join('\n');
    const texts = [...Object.values(written).map((value) => JSON.stringify(value)), lines];
    for (const cut of [
      ...texts.map(cutJson),
      cutJsonLines(lines),
      cutJsonLines(JSON.stringify(records, null, 2)),
    ]) {
      expect(cut.names).to.deep.equal(['a', 'b']);
      expect(cellsOf(cut)).to.deep.equal(expected);
    }
    // json.dumps(float('nan'))
    expect(cellsOf(cutJsonLines('{"a": NaN, "b": "NaN"}'))).to.deep.equal([['', 'NaN']]);
  });

  it('refuse two values of one name, and objects too deep for a column', () => {
    expect(() => cutJsonLines('{"a.b": 1, "a": {"b": 2}}')).to.throw(
      /row 1: two of its values are called 'a.b'/,
    );
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    expect(() => cutJsonLines(deep)).to.throw(/row 1: its objects are nested more than 100 deep/);
  });

  it('refuse JSON that has no list of rows, or two', () => {
    for (const text of ['{"a": 1}', '{"a": [{}], "b": [{}]}', '7'])
      expect(() => cutJson(text), text).to.throw(/wanted a list of rows, or an object with one such list/);
    expect(() => cutJson('[')).to.throw(/this is no JSON/);
  });
});

describe('tables of Parquet', () => {
  // Node has Zstandard from 22.15 on.
  const isZstdKnown = 'zstdDecompressSync' in zlib;
  for (const compression of ['snappy', 'gzip', ...(isZstdKnown ? ['zstd'] : [])]) {
    it(`by pyarrow, ${compression}`, async () => {
      const cut = await cutParquet(golden(`small-${compression}.parquet`));
      expect(cut.names).to.deep.equal(['x', 'n', 'word', 'ok', 'day', 'at']);
      expect(cellsOf(cut)).to.deep.equal([
        ['0.1', '1', 'a', 'true', '2012-01-31', '2012-01-31T13:05:09Z'],
        ['2.5', '1099511627776', 'b,c', 'false', '1969-12-31', '2012-02-01'],
        ['-3e-27', '-7', '', 'true', '2000-02-29', '2012-02-02T01:00:00Z'],
      ]);
    });
  }

  if (!isZstdKnown)
    it('say how to write what this Node cannot unpack', async () => {
      const error = await cutParquet(golden('small-zstd.parquet')).catch((cause: unknown) => cause);
      expect(String(error)).to.match(/FileError: .*ZSTD; write it with snappy or gzip/);
    });

  it('say what is no Parquet', async () => {
    const error = await cutParquet(new TextEncoder().encode('PAR1 no')).catch((cause: unknown) => cause);
    expect(String(error)).to.match(/FileError: hyparquet cannot read it/);
  });
});

describe('tables of codes', () => {
  const kinds: readonly ColumnKind[] = [
    { kind: 'number' },
    { kind: 'whole', missing: true },
    { kind: 'boolean', words: ['false', 'true'] },
    { kind: 'category', words: ['a, "b"', 'né', '#', ''] },
    { kind: 'date', spelling: 'YYYY-MM-DDThh:mm:ss+02:00' },
  ];
  const columns = ['x', 'n, of', 'ok', 'word', 'at'];
  const row = fc.tuple(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.oneof(fc.integer(), fc.constant(Number.NaN)),
    fc.nat(1),
    fc.nat(3),
    fc.integer({ min: -5e9, max: 5e9 }),
  );
  const tables = fc.array(row, { minLength: 1, maxLength: 8 });
  const asTensor = (rows: readonly (readonly number[])[]) => tensor(rows as number[][], { dtype: 'float64' });
  const numbers = (x: Tensor) => (x.toArray() as number[][]).map((each) => each.map((value) => value + 0));

  it('are read again from CSV, TSV and JSON lines as they were written', () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const points = asTensor(rows);
        const classes = { name: 'kind', of: rows.map((_, i) => (i % 2 === 0 ? 'p' : 'q')) };
        const table = { points, columns, kinds, classes };
        const cuts = [
          cutCsv(formatDelimited(table), { header: true, delimiter: ',' }),
          cutCsv(formatDelimited(table, '\t'), { header: true, delimiter: '\t' }),
          cutJsonLines(formatJsonLines(table)),
        ];
        for (const cut of cuts) {
          const read = readTable(cut, { labels: 'kind', columns, known: kinds });
          expect(numbers(read.points)).to.deep.equal(numbers(points));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are read again from arrays', () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const points = asTensor(rows);
        const read = readArray(arrayOf(kinds, points), columns, { known: kinds });
        expect(numbers(read.points)).to.deep.equal(numbers(points));
      }),
      { numRuns: 100 },
    );
    const digits: ColumnKind = { kind: 'category', words: ['4', '6', '8'] };
    expect(arrayOf([digits], asTensor([[2], [0]])).toArray()).to.deep.equal([[8], [4]]);
    expect(classNumbers(['4', '6'], tensor([1, 0], { dtype: 'int32' })).toArray()).to.deep.equal([6, 4]);
    expect(classNumbers(['b', 'c'], tensor([1, 0], { dtype: 'int32' })).toArray()).to.deep.equal([1, 0]);
  });

  it('have true and false as such in JSON', () => {
    const table = { points: asTensor([[0.5, Number.NaN, 1, 3, 0]]), columns, kinds };
    expect(formatJsonLines(table)).to.equal(
      '{"x":0.5,"n, of":null,"ok":true,"word":null,"at":"1970-01-01T02:00:00+02:00"}\n',
    );
  });
});

describe('columns of files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-columns-'));
  const load = (name: string, content: string | Uint8Array, reading: Reading = {}, label?: string) => {
    writeFileSync(join(folder, name), content);
    return loadData({ source: join(folder, name), reading, label });
  };
  const failure = (...args: Parameters<typeof load>) =>
    load(...args).then(
      () => '',
      (error: Error) => `${error.name}: ${error.message}`,
    );
  after(() => rmSync(folder, { recursive: true }));
  const text = `size,shape,open,born,note\n${Array.from({ length: 24 }, (_, i) => `${i},${'abc'[i % 3]},${i % 2 ? 'yes' : 'no'},2012-01-${String(i + 1).padStart(2, '0')},text ${i}`).join('\n')}\n`;

  it('are what their cells say, and text is left out', async () => {
    const { points, columns, kinds, leftOut } = await load('a.csv.gz', zlib.gzipSync(text));
    expect(columns).to.deep.equal(['size', 'shape', 'open', 'born']);
    expect(kinds).to.deep.equal([
      { kind: 'whole' },
      { kind: 'category', words: ['a', 'b', 'c'] },
      { kind: 'boolean', words: ['no', 'yes'] },
      { kind: 'date', spelling: 'YYYY-MM-DD' },
    ]);
    expect(leftOut).to.deep.equal([{ name: 'note', why: 'it has 24 different texts in 24 rows' }]);
    expect((points.toArray() as number[][])[4]).to.deep.equal([4, 1, 0, 15344]);
  });

  it('are what the user says', async () => {
    const types = { size: 'category', 2: 'category', born: 'category' } as const;
    const { kinds } = await load('b.csv', text, { types, drop: ['note'] });
    expect(kinds?.map(({ kind, words }) => [kind, words?.length])).to.deep.equal([
      ['category', 24],
      ['category', 3],
      ['category', 2],
      ['category', 24],
    ]);
    const bounded = await load('b.csv', text, { bounds: { size: [0, 30] }, columns: ['size'] });
    expect(bounded.kinds).to.deep.equal([{ kind: 'whole', bounds: [0, 30] }]);
    const { kinds: numbers } = await load('b.csv', text, { types: { size: 'number' }, columns: ['size'] });
    expect(numbers).to.deep.equal([{ kind: 'number' }]);
  });

  it('are refused where they are not what they were said to be', async () => {
    expect(await failure('c.csv', text, { types: { shape: 'date' } })).to.match(
      /FileError: .*column 'shape' is to be a date: wanted dates such as 2012-01-31, all spelled alike, got "a", "b", "c"/,
    );
    expect(await failure('c.csv', text, { types: { shpae: 'category' } })).to.match(/no column 'shpae'/);
    expect(await failure('c.csv', text, { bounds: { size: [0, 9] } })).to.match(
      /line 12, column 'size': wanted a number from 0 to 9, its bounds, got "10"/,
    );
    expect(await failure('c.csv', text, { bounds: { shape: [0, 9] } })).to.match(
      /'shape' is a category, and --bounds are for numbers/,
    );
    expect(await failure('c.csv', text, { columns: ['note'] })).to.match(
      /'note' cannot be learned: .*--types note=category/,
    );
    expect(await failure('c.csv', 'a\n1\n2.5\n3\n', { types: { a: 'whole' } })).to.match(
      /line 3, column 'a': wanted a whole number, got "2.5"/,
    );
    expect(await failure('c.csv', 'a,b\n1,2\n2,x1\n3,4\n')).to.match(
      /line 3, column 'b': wanted a number, got "x1"; .*--types b=category/,
    );
  });

  it('have their missing values dropped, filled, or left to the model', async () => {
    const gaps = 'n,word,class\n1,a,p\n,b,q\n5,,p\n6,b,q\n6,b,\n7,c,p\n';
    expect(await failure('d.csv', gaps, {}, 'class')).to.match(
      /line 6, column 'class': wanted a class, got an empty cell/,
    );
    const rest = gaps.replace('6,b,\n', '');
    expect(await failure('d.csv', rest, {}, 'class')).to.match(
      /line 3, column 'n': wanted a whole number, got an empty cell; .*--missing model/,
    );
    const codes = async (missing: 'drop' | 'mean' | 'model') => {
      const { points, kinds } = await load('d.csv', missing === 'drop' ? gaps : rest, { missing }, 'class');
      return { codes: points.toArray(), kinds };
    };
    expect((await codes('drop')).codes).to.deep.equal([
      [1, 0],
      [6, 1],
      [7, 2],
    ]);
    // (1 + 5 + 6 + 7)/4 = 4.75, and b is the most frequent word.
    expect((await codes('mean')).codes).to.deep.equal([
      [1, 0],
      [5, 1],
      [5, 1],
      [6, 1],
      [7, 2],
    ]);
    const model = await codes('model');
    expect(model.codes).to.deep.equal([
      [1, 0],
      [Number.NaN, 1],
      [5, 3],
      [6, 1],
      [7, 2],
    ]);
    expect(model.kinds).to.deep.equal([
      { kind: 'whole', missing: true },
      { kind: 'category', words: ['a', 'b', 'c', ''] },
    ]);
  });

  it('stand below lines that are none of the table', async () => {
    const { points, classNames } = await load('iris.csv', golden('iris.csv'), { skip: 1 }, '4');
    expect(points.shape).to.deep.equal([150, 4]);
    expect(classNames).to.deep.equal(['0', '1', '2']);
    expect(await failure('wine.csv', golden('wine_data.csv'), { skip: 9, columns: ['13', '99'] })).to.match(
      /no column '?99/,
    );
  });
});
