import { expect } from 'chai';
import {
  ArgumentError,
  broadcastShapes,
  DTypeError,
  FluxionError,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  promoteTypes,
  reducedShape,
  rowMajorStrides,
  ShapeError,
  sameShape,
  sizeOf,
} from '../../lib/index.ts';

describe('shapes', () => {
  it('have a size, a text and equality', () => {
    expect([sizeOf([]), sizeOf([2, 3]), sizeOf([2, 0, 3])]).to.deep.equal([1, 6, 0]);
    expect(formatShape([2, 3])).to.equal('[2, 3]');
    expect([sameShape([2], [2]), sameShape([2], [2, 1]), sameShape([2], [3])]).to.deep.equal([
      true,
      false,
      false,
    ]);
    expect(rowMajorStrides([2, 3, 4])).to.deep.equal([12, 4, 1]);
  });

  it("broadcast by numpy's rules", () => {
    expect(broadcastShapes('add')).to.deep.equal([]);
    expect(broadcastShapes('add', [], [3])).to.deep.equal([3]);
    expect(broadcastShapes('add', [4, 1], [3])).to.deep.equal([4, 3]);
    expect(broadcastShapes('add', [2, 3, 4], [2, 1, 4], [4])).to.deep.equal([2, 3, 4]);
    expect(broadcastShapes('add', [0], [1])).to.deep.equal([0]);
    expect(broadcastShapes('add', [3, 1], [1, 0])).to.deep.equal([3, 0]);
  });

  it('that do not fit throw an error which names operation and shapes', () => {
    expect(() => broadcastShapes('add', [2, 3], [4])).to.throw(
      ShapeError,
      'add: cannot broadcast the shapes [2, 3] and [4]',
    );
    expect(() => broadcastShapes('add', [2], [0])).to.throw(ShapeError);
  });

  it('lose or keep their reduced axes', () => {
    expect(reducedShape([2, 3, 4], [0, 2], false)).to.deep.equal([3]);
    expect(reducedShape([2, 3, 4], [0, 2], true)).to.deep.equal([1, 3, 1]);
  });
});

describe('axes', () => {
  it('count from either end', () => {
    expect(normalizeAxis('sum', -1, 3)).to.equal(2);
    expect(normalizeAxes('sum', [-1, 0], 3)).to.deep.equal([0, 2]);
    expect(normalizeAxes('sum', undefined, 2)).to.deep.equal([0, 1]);
    expect(normalizeAxes('sum', 1, 2)).to.deep.equal([1]);
    expect(normalizeAxes('sum', [], 2)).to.deep.equal([]);
  });

  it('that do not exist, or twice, are refused', () => {
    expect(() => normalizeAxis('sum', 3, 3)).to.throw(ArgumentError, 'sum: there is no axis 3');
    expect(() => normalizeAxis('sum', 0, 0)).to.throw(ArgumentError, 'a scalar has no axes');
    expect(() => normalizeAxis('sum', 0.5, 2)).to.throw(ArgumentError);
    expect(() => normalizeAxes('sum', [0, -2], 2)).to.throw(ArgumentError, 'named twice');
  });
});

describe('errors', () => {
  it('are ours, and their names say which', () => {
    const error = new ShapeError('matmul: no');
    expect(error).to.be.instanceOf(FluxionError).and.instanceOf(Error);
    expect([error.name, error.message]).to.deep.equal(['ShapeError', 'matmul: no']);
    expect(error.stack).to.match(/^ShapeError: matmul: no/);
  });

  it('dtypes mix only among floating-point numbers', () => {
    expect(promoteTypes('add', 'float32', 'float64')).to.equal('float64');
    expect(promoteTypes('add', 'int32', 'int32')).to.equal('int32');
    expect(() => promoteTypes('add', 'float32', 'int32')).to.throw(
      DTypeError,
      'add: cannot mix float32 and int32; cast',
    );
  });
});
