import { expect } from 'chai';
import {
  ArgumentError,
  concatenate,
  DTypeError,
  embed,
  full,
  gather,
  type NDArray,
  ShapeError,
  scatterAdd,
  slice,
  transpose,
} from '../../lib/index.ts';
import {
  expectArray,
  expectPure,
  float32,
  float64,
  int32,
  layouts,
  mask,
  numbersOf,
  sample,
} from './support.ts';

describe('concatenate', () => {
  it('joins along any axis, from any layout', () => {
    const [a, b] = [
      float64([
        [1, 2],
        [3, 4],
      ]),
      float64([[5, 6]]),
    ];
    expectArray(
      expectPure(() => concatenate([a, b], 0), a, b),
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      'float64',
    );
    expectArray(concatenate([a, transpose(b, [1, 0])], -1), [
      [1, 2, 5],
      [3, 4, 6],
    ]);
    expectArray(concatenate([mask([true]), mask([]), mask([false])], 0), [true, false], 'bool');
    for (const x of Object.values(layouts([3, 4]))) {
      const joined = concatenate([x, x], 1);
      expect(numbersOf(slice(joined, [0, 4], [3, 8], [1, 1]))).to.deep.equal(numbersOf(x));
    }
  });

  it('refuses what does not fit', () => {
    expect(() => concatenate([], 0)).to.throw(ArgumentError, 'concatenate: wanted at least one');
    expect(() => concatenate([sample([2, 3]), sample([2, 4])], 0)).to.throw(ShapeError, '[2, 3] and [2, 4]');
    expect(() => concatenate([sample([2]), sample([2, 1])], 0)).to.throw(ShapeError);
    expect(() => concatenate([float32([1]), float64([1])], 0)).to.throw(DTypeError, 'float32 and float64');
    expect(() => concatenate([sample([2])], 1)).to.throw(ArgumentError, 'no axis 1');
  });
});

describe('gather', () => {
  const a = float64([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  it('takes along an axis', () => {
    const indices = int32([2, 0, -1]);
    expectArray(
      expectPure(() => gather(a, indices, 1), a, indices),
      [
        [3, 1, 3],
        [6, 4, 6],
      ],
      'float64',
    );
    expectArray(gather(a, int32([[1], [0]]), 0), [[[4, 5, 6]], [[1, 2, 3]]]);
    expectArray(gather(a, int32(1), 0), [4, 5, 6]);
    expectArray(gather(transpose(a, [1, 0]), int32([2]), 0), [[3, 6]]);
    expect(gather(a, int32([]), 0).shape).to.deep.equal([0, 3]);
    expect(gather(sample([2, 3, 100]), int32([1, 1]), 1).shape).to.deep.equal([2, 2, 100]);
  });

  it('refuses indices that do not exist', () => {
    expect(() => gather(a, int32([2]), 0)).to.throw(
      ArgumentError,
      'gather: there is no index 2 along an axis of length 2',
    );
    expect(() => gather(a, int32([-3]), 0)).to.throw(ArgumentError);
    expect(() => gather(a, float32([0]), 0)).to.throw(
      DTypeError,
      'gather: wanted int32 indices, got float32',
    );
  });

  it('has scatterAdd for its transpose: ⟨gather(x), u⟩ = ⟨x, scatterAdd(u)⟩', () => {
    for (const [shape, axis] of [
      [[5, 3, 2], 0],
      [[2, 5, 60], 1],
      [[3, 5], -1],
    ] as const) {
      const x = sample(shape);
      const indices = int32([
        [4, 0, 4],
        [1, -1, 2],
      ]);
      const taken = gather(x, indices, axis);
      const updates = sample(taken.shape, 'float64', -2, 2, 3);
      const back = expectPure(() => scatterAdd(shape, indices, updates, axis), indices, updates);
      expect(back.shape).to.deep.equal([...shape]);
      expect(inner(taken, updates)).to.be.closeTo(inner(x, back), 1e-12);
    }
    expectArray(scatterAdd([3], int32([0, 0, 2]), float32([1, 2, 4]), 0), [3, 0, 4], 'float32');
    expect(() => scatterAdd([3], int32([0]), float32([1, 2]), 0)).to.throw(
      ShapeError,
      'wanted updates of shape [1]',
    );
    expect(() => scatterAdd([3], int32([3]), float32([1]), 0)).to.throw(ArgumentError, 'no index 3');
  });
});

describe('embed', () => {
  it('writes where slice reads', () => {
    const a = float64([[1, 2]]);
    expectArray(
      expectPure(() => embed([a], [2, 4], [{ starts: [1, 3], steps: [1, -2] }]), a),
      [
        [0, 0, 0, 0],
        [0, 2, 0, 1],
      ],
      'float64',
    );
    expectArray(embed([float32(5)], [], [{ starts: [], steps: [] }]), 5);
    expectArray(embed([full([0], 1, 'float32')], [2], [{ starts: [0], steps: [1] }]), [0, 0]);
    expect(() => embed([a], [1, 3], [{ starts: [0, 2], steps: [1, 1] }])).to.throw(ArgumentError);
  });

  it('adds parts up where they overlap', () => {
    const parts = [float32([1, 2]), float32([10, 20]), float32([100])];
    const placements = [0, 1, 3].map((start) => ({ starts: [start], steps: [1] }));
    expectArray(embed(parts, [5], placements), [1, 12, 20, 100, 0]);
    expect(() => embed([], [2], [])).to.throw(ArgumentError, 'at least one');
    expect(() => embed([float32([1])], undefined as never, placements)).to.throw(
      ArgumentError,
      'embed: wanted',
    );
  });

  it('is the transpose of slice', () => {
    const x = sample([5, 6]);
    const [starts, stops, steps] = [
      [4, 1],
      [-1, 6],
      [-2, 2],
    ];
    const part = slice(x, starts, stops, steps);
    const updates = sample(part.shape, 'float64', -2, 2, 3);
    expect(inner(part, updates)).to.be.closeTo(
      inner(x, embed([updates], x.shape, [{ starts, steps }])),
      1e-13,
    );
  });
});

function inner(a: NDArray, b: NDArray): number {
  const other = numbersOf(b);
  return numbersOf(a).reduce((total, x, i) => total + x * (other[i] as number), 0);
}
