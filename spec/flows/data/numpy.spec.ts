import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { strToU8, zipSync } from 'fflate';
import type { Nested } from '../../../autograd/index.ts';
import { parseNpy, parseNpz } from '../../../flows/data/index.ts';
import { unzip } from '../../../flows/data/unzip.ts';
import { ArgumentError } from '../../../lib/index.ts';

interface Golden {
  readonly files: readonly { name: string; shape: readonly number[]; values: Nested; base64: string }[];
  readonly rejected: Readonly<Record<string, string>>;
  readonly npz: string;
  readonly npzCompressed: string;
}
const golden: Golden = JSON.parse(readFileSync(new URL('../../golden/numpy.json', import.meta.url), 'utf8'));
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const file = (name: string) => bytesOf(golden.files.find((each) => each.name === name)!.base64);

/** A file of float64 with such a header, and so many bytes of zeros. */
function npy(shape: string, dataBytes = 0): Uint8Array {
  const header = `{'descr': '<f8', 'fortran_order': False, ${shape}, }`;
  const length = [header.length & 255, header.length >> 8];
  return Uint8Array.of(
    0x93,
    ...strToU8('NUMPY'),
    1,
    0,
    ...length,
    ...strToU8(header),
    ...Array(dataBytes).fill(0),
  );
}

describe('parseNpy', () => {
  for (const { name, shape, values, base64 } of golden.files) {
    it(`reads what NumPy wrote: ${name}`, () => {
      const array = parseNpy(bytesOf(base64));
      expect(array.shape).to.deep.equal(shape);
      expect(array.toArray()).to.deep.equal(values);
      // the same from the middle of a larger buffer, at an odd offset
      const padded = new Uint8Array([7, ...bytesOf(base64), 7]);
      expect(parseNpy(padded.subarray(1, -1)).toArray()).to.deep.equal(values);
    });
  }

  it('keeps the dtype as narrow as it can, or gives the one that is asked for', () => {
    const dtypes = {
      'float64 C order': 'float64',
      'float32 big-endian': 'float32',
      float16: 'float32',
      int64: 'int32',
      uint8: 'int32',
      uint32: 'uint32',
      bool: 'bool',
    };
    for (const [name, dtype] of Object.entries(dtypes)) expect(parseNpy(file(name)).dtype).to.equal(dtype);
    expect(parseNpy(file('uint8'), { dtype: 'float32' }).dtype).to.equal('float32');
    expect(
      parseNpy(bytesOf(golden.rejected['too large an int64']!), { dtype: 'float64' }).toArray(),
    ).to.deep.equal([2 ** 40]);
  });

  it('refuses 64-bit integers beyond 2^53, which float64 would round', () => {
    const bytes = file('int64').slice();
    const last = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8);
    last.setBigInt64(0, 2n ** 53n - 1n, true);
    expect(parseNpy(bytes, { dtype: 'float64' }).toTypedArray().at(-1)).to.equal(2 ** 53 - 1);
    for (const value of [2n ** 53n + 1n, -(2n ** 53n) - 1n]) {
      last.setBigInt64(0, value, true);
      for (const dtype of ['int32', 'float64'] as const)
        expect(() => parseNpy(bytes, { dtype })).to.throw(
          ArgumentError,
          /^parseNpy: element \d+ is about .* beyond 2\^53/,
        );
    }
  });

  it('says what is wrong with what it cannot read', () => {
    const reject = (bytes: Uint8Array, message: RegExp) =>
      expect(() => parseNpy(bytes)).to.throw(ArgumentError, message);
    reject(
      bytesOf(golden.rejected['too large an int64']!),
      /element 0 is 1099511627776, .* ask for \{ dtype: 'float64' \}/,
    );
    reject(bytesOf(golden.rejected.text!), /real numbers or booleans .*, got '<U1'/);
    reject(bytesOf(golden.rejected.complex!), /got '<c16'/);
    reject(bytesOf(golden.rejected.structure!), /got a structure/);
    reject(strToU8('x,y\n1,2\n3,4'), /no \.npy file/);
    reject(new Uint8Array(0), /no \.npy file/);
    const whole = file('float64 C order');
    reject(whole.subarray(0, -1), /announces 6 elements in 48 bytes, and 47 follow/);
    reject(whole.subarray(0, 40), /cut off in its header, after 40 bytes/);
    reject(
      Uint8Array.from(whole, (byte, i) => (i === 6 ? 9 : byte)),
      /version 1 to 3 of the format, got 9/,
    );
    const noDescr = Uint8Array.from(whole, (byte, i) => (byte === 'd'.charCodeAt(0) && i < 20 ? 120 : byte));
    reject(noDescr, /wanted a header with 'descr'/);
    reject(npy(`'shape': (2,x)`), /wanted a header with 'shape'/);
    reject(npy(`'shape': (2,,3)`), /wanted a tuple of sizes as the shape, got "\(2,,3\)"/);
    reject(npy(`'shape': (${'1,'.repeat(2000)})`), /wanted at most 64 axes, got 2000/);
    reject(npy(`'shape': (0, 9000000000000000, 9000000000000000)`), /no array has the shape/);
    expect(parseNpy(npy(`'shape': ()`, 8)).shape).to.deep.equal([]);
    expect(parseNpy(npy(`'shape': ( 1L , 1 )`, 8)).shape).to.deep.equal([1, 1]);
  });
});

describe('parseNpz', () => {
  for (const name of ['npz', 'npzCompressed'] as const) {
    it(`reads what NumPy wrote: ${name}`, () => {
      const { images, labels, ...others } = parseNpz(bytesOf(golden[name]));
      expect(others).to.deep.equal({});
      expect(images!.toArray()).to.deep.equal([
        [0, 1, 2],
        [3, 4, 5],
      ]);
      expect(images!.dtype).to.equal('float32');
      expect(labels!.toArray()).to.deep.equal([3, 1]);
      expect(labels!.dtype).to.equal('int32');
      expect(parseNpz(bytesOf(golden[name]), { dtype: 'float64' }).labels!.dtype).to.equal('float64');
    });
  }

  it('says what is wrong with what it cannot read', () => {
    expect(() => parseNpz(strToU8('no zip at all'))).to.throw(ArgumentError, /no readable \.npz file/);
    expect(() => parseNpz(bytesOf(golden.npzCompressed).subarray(0, 200))).to.throw(
      ArgumentError,
      /no readable/,
    );
    expect(() => parseNpz(zipSync({ 'readme.txt': strToU8('hello') }))).to.throw(
      ArgumentError,
      /there is no array of numbers in it/,
    );
    expect(() => parseNpz(zipSync({ 'x.npy': strToU8('hello') }))).to.throw(
      ArgumentError,
      /parseNpz: 'x.npy': parseNpy: this is no \.npy file/,
    );
  });

  it('passes over text, folders and other files, and says so', () => {
    const bytes = zipSync({
      'x.npy': file('uint8'),
      'names.npy': bytesOf(golden.rejected.text!),
      'README.md': strToU8('hello'),
      'notes/': new Uint8Array(0),
    });
    const skipped: string[] = [];
    const onSkipped = (name: string, reason: string) => skipped.push(`${name}: ${reason.slice(0, 17)}`);
    expect(Object.keys(parseNpz(bytes, { onSkipped }))).to.deep.equal(['x']);
    expect(skipped.sort()).to.deep.equal([
      'README.md: it is no .npy fil',
      'names.npy: wanted an array o',
      'notes/: it is a folder',
    ]);
    expect(() => parseNpz(bytes, { names: ['names'] })).to.throw(
      ArgumentError,
      `no array of numbers 'names'`,
    );
    const spoiled = zipSync({ 'x.npy': file('uint8'), 'y.npy': strToU8('hello') });
    expect(Object.keys(parseNpz(spoiled, { names: ['x'] }))).to.deep.equal(['x']);
  });

  it('finds every bit that was flipped in the data', () => {
    for (const level of [0, 6] as const) {
      const bytes = zipSync({ 'x.npy': file('float64 C order') }, { level });
      const start = 30 + 'x.npy'.length;
      const end = bytes.length - 22 - 46 - 'x.npy'.length;
      for (let at = start; at < end; at++) {
        for (let bit = 0; bit < 8; bit++) {
          const spoiled = bytes.slice();
          spoiled[at]! ^= 1 << bit;
          // Of deflated data the last bits may mean nothing.
          if (level !== 0 && at === end - 1) continue;
          expect(() => parseNpz(spoiled), `byte ${at}`).to.throw(ArgumentError, /damaged/);
        }
      }
    }
  });

  it('refuses entries that share their bytes, or are twice there', () => {
    const bytes = zipSync({ 'x.npy': file('uint8') }, { level: 0 });
    const end = bytes.length - 22;
    const entry = bytes.slice(end - 46 - 5, end);
    const bomb = (name: string) => {
      const other = entry.slice();
      other.set(strToU8(name), 46);
      const twice = new Uint8Array([...bytes.subarray(0, end), ...other, ...bytes.subarray(end)]);
      twice[twice.length - 12] = 2; // entries
      return twice;
    };
    for (const name of ['y.npy', 'x.npy'])
      expect(() => parseNpz(bomb(name))).to.throw(ArgumentError, 'shares its bytes with another entry');
  });
});

describe('unzip', () => {
  const [first, second] = [strToU8('the first file'), strToU8('second '.repeat(9))];
  // With all that a directory may say of a file: the places of what follows depend on each length.
  const bytes = zipSync({
    a: [first, { level: 0, comment: 'about a', extra: { 30583: Uint8Array.of(1, 2, 3) } }],
    b: [second, { comment: 'b' }],
  });
  const all = () => true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - 22;
  const directory = view.getUint32(end + 16, true);
  const entryB = directory + 46 + 'a'.length + 4 + 3 + 'about a'.length;
  const dataB = view.getUint32(entryB + 42, true) + 30 + 'b'.length;

  /** The archive with another number, of 2 or 4 bytes, at one place. */
  function changed(at: number, size: 2 | 4, value: number): Uint8Array {
    const copy = bytes.slice();
    const copyView = new DataView(copy.buffer);
    if (size === 2) copyView.setUint16(at, value, true);
    else copyView.setUint32(at, value, true);
    return copy;
  }
  const reject = (archive: Uint8Array, message: RegExp) =>
    expect(() => unzip(archive, all)).to.throw(ArgumentError, message);

  it('reads files with comments and extra fields, in any order of the directory', () => {
    const files = new Map([
      ['a', first],
      ['b', second],
    ]);
    expect(unzip(bytes, all)).to.deep.equal(files);
    const [entries, others] = [bytes.subarray(directory, entryB), bytes.subarray(entryB, end)];
    const turned = new Uint8Array([
      ...bytes.subarray(0, directory),
      ...others,
      ...entries,
      ...bytes.subarray(end),
    ]);
    expect(unzip(turned, all)).to.deep.equal(files);
    expect(unzip(zipSync({ '': first }), all).get('')).to.deep.equal(first);
    expect(unzip(zipSync({}), all).size).to.equal(0);
    expect(unzip(changed(entryB + 8, 2, 2), all).size).to.equal(2); // flags: deflated at its best
  });

  it('finds the end before a comment of up to 65535 bytes', () => {
    const commented = (length: number) => new Uint8Array([...bytes, ...new Uint8Array(length)]);
    expect(unzip(commented(65535), all).size).to.equal(2);
    reject(commented(65536), /no zip directory at its end/);
  });

  it('refuses what points elsewhere', () => {
    reject(changed(end + 16, 4, 0xffffffff), /zip64/);
    reject(changed(end + 10, 2, 0xffff), /zip64/);
    reject(changed(end + 10, 2, 3), /points to where nothing is/);
    reject(changed(entryB + 42, 4, dataB), /points to where nothing is/);
    reject(changed(entryB + 32, 2, 2), /its directory is cut off/);
    const toTheEnd = bytes.length - dataB;
    // Deflated data say themselves where they end.
    expect(unzip(changed(entryB + 20, 4, toTheEnd), all).get('b')).to.deep.equal(second);
    reject(changed(entryB + 20, 4, toTheEnd + 1), /'b' is cut off/);
  });

  it('refuses what it cannot unpack', () => {
    reject(changed(entryB + 8, 2, 1), /'b' is encrypted/);
    reject(changed(entryB + 10, 2, 9), /packed by method 9/);
    reject(changed(directory + 24, 4, first.length + 1), /14 bytes cannot be 'a' of 15 bytes/);
    const packed = view.getUint32(entryB + 20, true);
    // Deflate's best is 1032 for 1; a kilobyte is granted besides.
    reject(changed(entryB + 24, 4, 1032 * packed + 1024), /'b' is damaged/);
    reject(changed(entryB + 24, 4, 1032 * packed + 1025), /bytes cannot be 'b'/);
    reject(changed(entryB + 24, 4, second.length - 1), /'b' is damaged/);
  });
});
