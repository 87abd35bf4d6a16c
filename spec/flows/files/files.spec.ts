import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { decodeText, parseIdx } from '../../../flows/data/index.ts';
import {
  type LoadCsvOptions,
  loadCsv,
  loadIdx,
  loadMnist,
  loadNpy,
  loadNpz,
} from '../../../flows/files/index.ts';
import { ArgumentError } from '../../../lib/index.ts';

/** An IDX file by the format's description. */
function idx(code: number, shape: readonly number[], data: readonly number[]): Uint8Array {
  return Uint8Array.from([
    0,
    0,
    code,
    shape.length,
    ...shape.flatMap((n) => [0, 0, n >> 8, n & 255]),
    ...data,
  ]);
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    expect(error).to.be.instanceOf(ArgumentError);
    return error as Error;
  }
  throw new Error('it did not reject');
}

describe('loadCsv of bytes as people have them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-text-'));
  after(() => rmSync(folder, { recursive: true }));
  const load = (bytes: Uint8Array, options: LoadCsvOptions = {}) => {
    const path = join(folder, 'table.csv');
    writeFileSync(path, bytes);
    return loadCsv(path, { labels: 'c', ...options });
  };
  const text = 'x,c\n1,né\n2,nè\n';

  it('refuses more text than a string holds at once, before it decodes a byte', () => {
    // v8::String::kMaxLength is 2²⁹ − 24 on 64-bit machines. Memory that nobody writes to costs nothing.
    for (const [size, encoding] of [
      [2 ** 29 - 23, undefined],
      [2 ** 29, 'latin1'],
      [2 ** 30, 'utf-16le'],
    ] as const)
      expect(() => decodeText(new Uint8Array(size), encoding)).to.throw(
        ArgumentError,
        /more text than one string holds .*; take fewer rows or columns, or write the numbers as .npy or .parquet/,
      );
  });

  it('says what holds zero bytes, or is a spreadsheet', () => {
    const unmarked = new Uint8Array(new Uint16Array([...'a,b\n1,2\n'].map((c) => c.charCodeAt(0))).buffer);
    expect(() => decodeText(unmarked)).to.throw(
      ArgumentError,
      "zero bytes; say which it is, such as 'utf-16le'",
    );
    expect(decodeText(unmarked, 'utf-16le')).to.equal('a,b\n1,2\n');
    // PKWARE's APPNOTE.TXT, section 4.3.7: what a zip archive begins with.
    expect(() => decodeText(Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0))).to.throw(
      ArgumentError,
      'save the table as .csv',
    );
  });

  it('reads UTF-16 by its byte order mark, and latin1 if it is told', async () => {
    const little = Buffer.from(`\ufeff${text}`, 'utf16le');
    const big = Buffer.from(little).swap16();
    for (const bytes of [little, big, Buffer.from(`\ufeff${text}`)])
      expect((await load(bytes)).classNames).to.deep.equal(['nè', 'né']);
    const latin = Buffer.from(text, 'latin1');
    expect((await load(latin, { encoding: 'latin1' })).classNames).to.deep.equal(['nè', 'né']);
    expect((await rejection(load(latin))).message).to.match(
      /table\.csv: .*no text in utf-8; say which it is, such as 'latin1'/,
    );
    const unknown = await rejection(load(latin, { encoding: 'klingon' }));
    expect(unknown.message).to.include("no encoding 'klingon'");
    expect((await rejection(load(big.subarray(0, -1)))).message).to.include('no text in utf-16be');
  });

  it('decompresses gzip, and says if it is damaged', async () => {
    const bytes = gzipSync(text);
    expect((await load(bytes)).points.toArray()).to.deep.equal([[1], [2]]);
    expect((await rejection(load(bytes.subarray(0, -9)))).message).to.include('the gzip file is damaged');
  });
});

describe('parseIdx', () => {
  it('reads every type of element, big-endian', () => {
    expect(parseIdx(idx(8, [2, 2], [0, 1, 254, 255])).toArray()).to.deep.equal([
      [0, 1],
      [254, 255],
    ]);
    expect(parseIdx(idx(9, [2], [128, 127])).toArray()).to.deep.equal([-128, 127]);
    expect(parseIdx(idx(11, [2], [255, 254, 1, 0])).toArray()).to.deep.equal([-2, 256]);
    expect(parseIdx(idx(12, [1], [0, 1, 0, 0])).toArray()).to.deep.equal([65536]);
    expect(parseIdx(idx(13, [1], [0xbf, 0xc0, 0, 0])).toArray()).to.deep.equal([-1.5]);
    expect(parseIdx(idx(14, [1], [0x3f, 0xf8, 0, 0, 0, 0, 0, 0])).toArray()).to.deep.equal([1.5]);
    expect(parseIdx(idx(8, [1], [7])).dtype).to.equal('int32');
    expect(parseIdx(idx(8, [1], [7]), { dtype: 'float32' }).dtype).to.equal('float32');
  });

  it('says what is wrong with what it cannot read', () => {
    expect(() => parseIdx(idx(8, [3], [1, 2]))).to.throw(
      ArgumentError,
      'announces 3 elements in 3 bytes, and 2 follow',
    );
    expect(() => parseIdx(idx(8, [3], []).subarray(0, 6))).to.throw(ArgumentError, 'cut off in its header');
    expect(() => parseIdx(idx(7, [1], [1]))).to.throw(
      ArgumentError,
      'no IDX file, it begins with the bytes 0 0 7 1',
    );
    expect(() => parseIdx(Uint8Array.of(0x1f, 0x8b, 8, 0))).to.throw(
      ArgumentError,
      'gzipped: decompress it first',
    );
    expect(() => parseIdx(new Uint8Array(0))).to.throw(ArgumentError, 'no IDX file');
  });
});

describe('data from files', () => {
  let folder: string;
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fluxion-files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('loads CSV, .npy, .npz and IDX, by path or URL', async () => {
    const golden = JSON.parse(readFileSync(new URL('../../golden/numpy.json', import.meta.url), 'utf8'));
    write('a.csv', 'x,y,c\n1,2,u\n3,4,v');
    write('a.npy', Buffer.from(golden.files[0].base64, 'base64'));
    write('a.npz', Buffer.from(golden.npzCompressed, 'base64'));
    write('a.idx', idx(8, [2], [3, 4]));
    const table = await loadCsv(join(folder, 'a.csv'), { labels: 'c' });
    expect(table.points.toArray()).to.deep.equal([
      [1, 2],
      [3, 4],
    ]);
    expect((await loadNpy(pathToFileURL(join(folder, 'a.npy')))).toArray()).to.deep.equal(
      golden.files[0].values,
    );
    expect((await loadNpz(join(folder, 'a.npz'))).labels!.toArray()).to.deep.equal([3, 1]);
    expect((await loadIdx(join(folder, 'a.idx'))).toArray()).to.deep.equal([3, 4]);
  });

  it('says which file is wrong', async () => {
    write('bad.csv', 'x\n1\ntwo');
    const path = join(folder, 'bad.csv');
    expect((await rejection(loadCsv(path))).message).to.equal(
      `${path}: parseCsv: line 3, column 'x': wanted a number, got "two"; leave the column out with drop, or name it as labels if it holds classes`,
    );
    expect((await rejection(loadNpy(join(folder, 'none.npy')))).message).to.match(
      /none\.npy: cannot be read: ENOENT/,
    );
  });

  it('loads MNIST from a folder of IDX files', async () => {
    const image = (value: number) => new Array<number>(784).fill(value);
    write('train-images-idx3-ubyte', idx(8, [2, 28, 28], [...image(1), ...image(255)]));
    write('train-labels-idx1-ubyte', idx(8, [2], [5, 0]));
    write('t10k-images-idx3-ubyte', idx(8, [1, 28, 28], image(7)));
    write('t10k-labels-idx1-ubyte', idx(8, [1], [9]));
    const all = await loadMnist({ folder });
    expect(all.images.shape).to.deep.equal([3, 784]);
    expect(all.images.dtype).to.equal('float32');
    expect(all.images.max({ axes: 1 }).toArray()).to.deep.equal([1, 255, 7]);
    expect(all.labels.toArray()).to.deep.equal([5, 0, 9]);
    expect(all.labels.dtype).to.equal('int32');
    expect((await loadMnist({ folder, split: 'test' })).labels.toArray()).to.deep.equal([9]);
    write('t10k-labels-idx1-ubyte', idx(8, [2], [9, 9]));
    expect((await rejection(loadMnist({ folder, split: 'test' }))).message).to.contain(
      'labels [n], got [1,28,28] and [2]',
    );
    expect((await rejection(loadMnist({ folder, split: 'half' as 'all' }))).message).to.contain("got 'half'");
  });
});
