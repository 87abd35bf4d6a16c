import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { full, random, tensor } from '../../../autograd/index.ts';
import { isMissingClass, readNumber } from '../../../flows/data/csv-cells.ts';
import { formatNpz, parseCsv, parseNpy, parseNpz } from '../../../flows/data/index.ts';
import { formatCsv, formatNpy } from '../../../flows/formats/index.ts';
import { ArgumentError, ShapeError } from '../../../lib/index.ts';

const golden: { files: readonly { name: string; base64: string }[] } = JSON.parse(
  readFileSync(new URL('../../golden/numpy.json', import.meta.url), 'utf8'),
);

describe('formatNpy', () => {
  // What has a dtype of ours, in our order: NumPy's own bytes are the wanted ones.
  const ours = golden.files.filter(({ base64 }) => {
    const header = Buffer.from(base64, 'base64').toString('latin1');
    return header.charCodeAt(6) === 1 && /'(<f4|<f8|<i4|<u4|\|b1)', 'fortran_order': False/.test(header);
  });

  for (const { name, base64 } of ours) {
    it(`writes NumPy's bytes: ${name}`, () => {
      const bytes = Buffer.from(base64, 'base64');
      expect(Buffer.from(formatNpy(parseNpy(bytes))).equals(bytes)).to.equal(true);
    });
  }

  it('has several of those to compare with', () => {
    expect(ours.length).to.be.above(2);
  });

  it('fills up its header to whole 64 bytes, and no further', () => {
    // 10 bytes, then {'descr': '<f4', 'fortran_order': False, 'shape': (1, …, 1), } and a line end
    const sized = (...shape: number[]) =>
      formatNpy(full(shape, 1)).length - 4 * shape.reduce((a, b) => a * b);
    const ones = (rank: number) => Array<number>(rank).fill(1);
    expect(sized(...ones(20), 10)).to.equal(128); // 10 + 53 + 64 characters + 1
    expect(sized(...ones(20), 100)).to.equal(192);
  });

  it('is read back, whatever the dtype and the shape', () => {
    for (const x of [tensor(3), tensor([1, 2]), tensor([[true, false]], { dtype: 'bool' }), tensor([[]])]) {
      const back = parseNpy(formatNpy(x));
      expect([back.dtype, back.shape, back.toArray()]).to.deep.equal([x.dtype, x.shape, x.toArray()]);
    }
  });
});

describe('formatNpz', () => {
  it('is read back', () => {
    const [x, y] = [random.normal(random.key(0), [20, 3]), tensor([1, 2], { dtype: 'int32' })];
    const back = parseNpz(formatNpz({ x, y }));
    expect(Object.keys(back)).to.deep.equal(['x', 'y']);
    expect(back.x?.toArray()).to.deep.equal(x.toArray());
    expect(back.y?.dtype).to.equal('int32');
  });

  it('dates its entries 1 January 1980, as NumPy does, so that the same arrays give the same bytes', () => {
    const bytes = formatNpz({ x: tensor(1) });
    const header = new DataView(bytes.buffer, bytes.byteOffset);
    // The time and the date of the first entry; 5 bits of day, 4 of month, and the years since 1980
    expect([header.getUint16(10, true), header.getUint16(12, true)]).to.deep.equal([0, (1 << 5) | 1]);
  });

  it('refuses names that would leave the archive or its format', () => {
    for (const name of ['', '../x', 'a/b', '__proto__']) {
      expect(() => formatNpz(Object.fromEntries([[name, tensor(1)]]))).to.throw(
        ArgumentError,
        'no name for an array',
      );
    }
  });
});

describe('formatCsv', () => {
  it('writes the fewest digits that give the number back', () => {
    expect(formatCsv(tensor([[0.1, -2]]), ['x', 'y'])).to.equal('x,y\n0.1,-2\n');
    expect(formatCsv(tensor([[0.1]], { dtype: 'float64' }), ['x'])).to.equal('x\n0.1\n');
    expect(
      formatCsv(
        tensor([
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, 9],
        ]),
        ['x', 'y', 'z'],
        { c: ['a', 'b', 'a'] },
      ),
    ).to.equal('x,y,z,c\n1,2,3,a\n4,5,6,b\n7,8,9,a\n');
    // The float32 next to 85904·10⁵ is 8590399488, of which a seventh digit would be 8590399.
    expect(formatCsv(tensor([[85904e5]]), ['x'])).to.equal('x\n8590400000\n');
    expect(formatCsv(tensor([[100000024]]), ['x'])).to.equal('x\n100000024\n'); // 100000020 rounds to another
    expect(formatCsv(tensor([[Number.NaN, -0]]), ['x', 'y'])).to.equal('x,y\nNaN,-0\n');
  });

  for (const dtype of ['float32', 'float64'] as const) {
    it(`is read back to the bit, ${dtype}, with names and classes of any text`, () => {
      const number = dtype === 'float32' ? fc.float() : fc.double();
      const text = fc
        .string({ minLength: 1 })
        .filter((s) => s.trim() === s && s !== 'label' && Number.isNaN(Number(s)))
        .filter((s) => readNumber(s) === undefined && !isMissingClass(s));
      const property = fc.property(
        fc.array(fc.tuple(number, text), { minLength: 1, maxLength: 5 }),
        text,
        (rows, name) => {
          const x = tensor(
            rows.map(([value]) => [value]),
            { dtype },
          );
          const csv = formatCsv(x, [name], { label: rows.map(([, label]) => label) });
          const { points, labels, classNames, columns } = parseCsv(csv, { labels: 'label', dtype });
          expect(columns).to.deep.equal([name]);
          expect([...points.toTypedArray()]).to.deep.equal([...x.toTypedArray()]);
          expect(Array.from(labels!.toTypedArray(), (k) => classNames![k])).to.deep.equal(
            rows.map(([, label]) => label),
          );
        },
      );
      fc.assert(property, { numRuns: 2000 });
    });
  }

  it('refuses what is no matrix, and lists that do not fit', () => {
    expect(() => formatCsv(tensor([1]), ['x'])).to.throw(ShapeError, 'a matrix [n, d], got [1]');
    expect(() => formatCsv(tensor([[1, 2]]), ['x'])).to.throw(
      ArgumentError,
      'wanted 2 names of columns, got 1',
    );
    expect(() => formatCsv(tensor([[1]]), ['x'], { c: [] })).to.throw(
      ArgumentError,
      "1 entries of 'c', got 0",
    );
  });
});
