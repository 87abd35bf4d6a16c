import { expect } from 'chai';
import {
  ArgumentError,
  allocate,
  arange,
  broadcastTo,
  cast,
  contiguous,
  copy,
  type DType,
  dtypeOf,
  eye,
  flat,
  fromNested,
  full,
  isContiguous,
  linspace,
  reshape,
  ShapeError,
  scalarOf,
  slice,
  toNested,
  transpose,
  wrap,
} from '../../lib/index.ts';
import { expectArray, float32, float64, layouts, numbersOf, sample } from './support.ts';

describe('creation', () => {
  it('full, arange, linspace, eye', () => {
    expectArray(
      full([2, 2], 7, 'float32'),
      [
        [7, 7],
        [7, 7],
      ],
      'float32',
    );
    expectArray(full([], 7, 'int32'), 7, 'int32');
    expectArray(full([2, 0], 7, 'int32'), [[], []]);
    expectArray(arange(0, 5, 2, 'int32'), [0, 2, 4], 'int32');
    expectArray(arange(3, 0, -1, 'float64'), [3, 2, 1], 'float64');
    expectArray(arange(3, 0, 1, 'float64'), []);
    expectArray(linspace(0, 1, 5, 'float64'), [0, 0.25, 0.5, 0.75, 1], 'float64');
    expectArray(linspace(0.1, 0.7, 1, 'float64'), [0.1]);
    expect(numbersOf(linspace(0.1, 0.7, 11, 'float64')).at(-1)).to.equal(0.7);
    expectArray(eye(2, 'float32'), [
      [1, 0],
      [0, 1],
    ]);
  });

  it('refuses values that the dtype does not hold', () => {
    expectArray(full([1], -(2 ** 31), 'int32'), [-(2 ** 31)], 'int32');
    expectArray(linspace(0, 9, 4, 'int32'), [0, 3, 6, 9], 'int32');
    for (const run of [
      () => full([1], 256, 'bool'),
      () => full([1], 1.5, 'int32'),
      () => full([1], 2 ** 31, 'int32'),
      () => full([1], -1, 'uint32'),
      () => full([1], Number.NaN, 'int32'),
      () => full([1], undefined as never, 'float32'),
      () => arange(0, 2, 0.5, 'int32'),
      () => arange(0, 2 ** 33, 2 ** 31, 'int32'),
      () => linspace(0, 1, 3, 'int32'),
    ]) {
      expect(run).to.throw(ArgumentError, /^(full|arange|linspace): /);
    }
  });

  it('refuses what no memory holds', () => {
    expect(() => full([1e5, 1e5, 1e5], 0, 'float32', 'zeros')).to.throw(
      ArgumentError,
      'zeros: there is no memory for 1000000000000000 numbers of float32',
    );
    expect(() => eye(1e9, 'float64')).to.throw(ArgumentError, /^eye: /);
    expect(() => arange(0, 1e15, 1, 'float64')).to.throw(ArgumentError, /^arange: /);
    expect(() => linspace(0, 1, 1e15, 'float64')).to.throw(ArgumentError, /^linspace: /);
  });

  it('refuses what is no shape, no dtype, no step', () => {
    expect(() => full([-1], 0, 'float32')).to.throw(ArgumentError, 'full: wanted a shape');
    expect(() => full([1.5], 0, 'float32')).to.throw(ArgumentError);
    expect(() => allocate(1, 'float16' as DType)).to.throw(ArgumentError, "no dtype 'float16'");
    expect(() => arange(0, 1, 0, 'int32')).to.throw(ArgumentError, 'arange');
    expect(() => wrap(new Float32Array(5), [2, 3])).to.throw(ShapeError, 'needs 6 elements, got 5');
  });
});

describe('nested lists', () => {
  it('go in and come out', () => {
    for (const nested of [
      3,
      [],
      [1, 2],
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [[[]], [[]]],
      [[[1], [2]]],
    ]) {
      expect(toNested(fromNested('tensor', nested, 'float32'))).to.deep.equal(nested);
    }
    expect(toNested(fromNested('tensor', [true, false], 'bool'))).to.deep.equal([true, false]);
    expectArray(fromNested('tensor', [true, false], 'float64'), [1, 0], 'float64');
  });

  it('come out in the order of the view', () => {
    expect(
      toNested(
        transpose(
          float32([
            [1, 2],
            [3, 4],
          ]),
          [1, 0],
        ),
      ),
    ).to.deep.equal([
      [1, 3],
      [2, 4],
    ]);
  });

  it('must not be ragged', () => {
    expect(() => fromNested('tensor', [[1, 2], [3]], 'float32')).to.throw(
      ShapeError,
      'tensor: the nested lists are ragged',
    );
    expect(() => fromNested('tensor', [[1, 2], 3], 'float32')).to.throw(ShapeError, 'a list of 2');
    expect(() => fromNested('tensor', [1, [2]], 'float32')).to.throw(ShapeError, 'wanted a number');
  });

  it('must be values of their dtype', () => {
    expect(() => fromNested('tensor', [1.5], 'int32')).to.throw(ArgumentError, '1.5 is not a value of int32');
    expect(() => fromNested('tensor', [-1], 'uint32')).to.throw(ArgumentError);
    expect(() => fromNested('tensor', [2], 'bool')).to.throw(ArgumentError);
    expect(() => fromNested('tensor', ['1'] as unknown as number[], 'float32')).to.throw(
      ArgumentError,
      'wanted numbers',
    );
    expect(() => fromNested('tensor', [null] as unknown as number[], 'float32')).to.throw(
      ArgumentError,
      'null',
    );
  });
});

describe('contiguity', () => {
  it('flat gives row-major order for every layout', () => {
    for (const [name, a] of Object.entries(layouts([3, 4]))) {
      expect([...flat(a)], name).to.deep.equal(numbersOf(a));
      expect(isContiguous(contiguous(a)), name).to.equal(true);
      expect(numbersOf(contiguous(a)), name).to.deep.equal(numbersOf(a));
    }
  });

  it('is not given to parts, which share their data all the same', () => {
    const a = sample([4, 3]);
    const rows = slice(a, [1, 0], [3, 3], [1, 1]);
    expect(isContiguous(rows)).to.equal(false);
    expect(flat(rows).buffer).to.equal(flat(a).buffer);
    expect(contiguous(a)).to.equal(a);
    expect(copy(a).data).not.to.equal(a.data);
  });
});

describe('cast', () => {
  it('rounds, truncates, or asks whether it is zero', () => {
    const a = float64([0, 0.1, -1.7, 2 ** 31, Number.NaN]);
    expectArray(cast(a, 'float32'), [0, Math.fround(0.1), Math.fround(-1.7), 2 ** 31, Number.NaN], 'float32');
    expectArray(cast(a, 'int32'), [0, 0, -1, -(2 ** 31), 0], 'int32');
    expectArray(cast(a, 'bool'), [false, true, true, true, true], 'bool');
    expectArray(cast(cast(a, 'bool'), 'float32'), [0, 1, 1, 1, 1], 'float32');
    expect(cast(a, 'float64')).to.equal(a);
  });

  it('takes every byte of a mask but 0 for true', () => {
    const bytes = wrap(Uint8Array.of(0, 1, 2, 255), [4]);
    for (const dtype of ['float32', 'float64', 'int32', 'uint32'] as const) {
      expectArray(cast(bytes, dtype), [0, 1, 1, 1], dtype);
    }
  });

  it('follows strides', () => {
    for (const [name, a] of Object.entries(layouts([3, 4]))) {
      expect(numbersOf(cast(a, 'float32')), name).to.deep.equal(numbersOf(a));
    }
  });

  it('scalarOf reads the only element of a view', () => {
    expect(scalarOf(slice(float64([1, 2, 3]), [1], [2], [1]))).to.equal(2);
    expect(scalarOf(full([], 4, 'int32'))).to.equal(4);
    expect(() => scalarOf(float64([1, 2]))).to.throw(ShapeError, 'one element, got shape [2]');
    expect(dtypeOf(full([], 1, 'uint32'))).to.equal('uint32');
  });
});

describe('views', () => {
  it('transpose, broadcastTo, reshape, slice', () => {
    const a = float64([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expectArray(transpose(a, [1, 0]), [
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    expectArray(transpose(sample([], 'int32', 3, 4), []), 3);
    expectArray(broadcastTo(float64([[1], [2]]), [2, 2, 3]), [
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
    ]);
    expectArray(reshape(a, [3, 2]), [
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expectArray(reshape(transpose(a, [1, 0]), [6]), [1, 4, 2, 5, 3, 6]);
    expectArray(reshape(float64([5]), []), 5);
    expectArray(slice(a, [0, 2], [2, -1], [1, -1]), [
      [3, 2, 1],
      [6, 5, 4],
    ]);
    expectArray(slice(a, [1, 0], [2, 3], [1, 2]), [[4, 6]]);
    expectArray(slice(a, [1, 0], [1, 3], [1, 1]), []);
  });

  it('of views', () => {
    const a = sample([4, 5]);
    const reversed = slice(transpose(a, [1, 0]), [4, 3], [-1, -1], [-2, -1]);
    const [rows, columns] = reversed.shape as [number, number];
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) expect(reversed.get(i, j)).to.equal(a.get(3 - j, 4 - 2 * i));
    }
  });

  it('share data, except where reshape cannot', () => {
    const a = sample([4, 3]);
    const rows = slice(a, [1, 0], [3, 3], [1, 1]);
    expect(transpose(a, [1, 0]).data).to.equal(a.data);
    expect(reshape(rows, [6]).data).to.equal(a.data);
    expect(reshape(transpose(a, [1, 0]), [12]).data).not.to.equal(a.data);
  });

  it('refuse what does not exist', () => {
    const a = sample([2, 3]);
    expect(() => transpose(a, [0, 0])).to.throw(ArgumentError, 'permutation');
    expect(() => transpose(a, [0])).to.throw(ArgumentError, 'permutation');
    expect(() => broadcastTo(a, [2, 4])).to.throw(ShapeError, 'broadcastTo');
    expect(() => broadcastTo(a, [3])).to.throw(ShapeError, 'broadcastTo');
    expect(() => broadcastTo(a, [1, 3])).to.throw(ShapeError, 'does not stretch');
    expect(() => reshape(a, [7])).to.throw(ShapeError, '[2, 3] has 6 elements, [7] has 7');
    expect(() => slice(a, [0, 0], [3, 3], [1, 1])).to.throw(ArgumentError, 'slice: 0:3:1 leaves axis 0');
    expect(() => slice(a, [0, 0], [2, 3], [1, 0])).to.throw(ArgumentError, 'slice');
    expect(() => slice(a, [0], [2], [1])).to.throw(ArgumentError, 'for each axis');
  });
});
