import { expect } from 'chai';
import { type NDArray, type Shape, ShapeError, sumWindows, view, windows, wrap } from '../../lib/index.ts';
import { expectArray, expectPure, float64, layouts, numbersOf, sample } from './support.ts';

/** The entry of an array at an index, by its strides. */
function at(a: NDArray, index: readonly number[]): number {
  return a.data[
    index.reduce((offset, i, axis) => offset + i * (a.stride[axis] as number), a.offset)
  ] as number;
}

function ramp(shape: Shape): NDArray {
  const size = shape.reduce((product, length) => product * length, 1);
  return wrap(
    Float64Array.from({ length: size }, (_, i) => i),
    shape,
  );
}

describe('windows', () => {
  it('shows what the window sees at each of its places', () => {
    const x = float64([[[1], [2], [3], [4]]]);
    expectArray(
      expectPure(() => windows(x, [2], [1]), x),
      [
        [
          [[1], [2]],
          [[2], [3]],
          [[3], [4]],
        ],
      ],
      'float64',
    );
    expectArray(windows(x, [1], [3]), [[[[1]], [[4]]]]);
  });

  it('is x[b, i·s + k, j·s′ + l, c], also of long runs', () => {
    for (const channels of [2, 40]) {
      const x = ramp([2, 5, 6, channels]);
      const w = windows(x, [3, 2], [2, 3]);
      expect(w.shape).to.deep.equal([2, 2, 2, 3, 2, channels]);
      for (const [b, i, j, k, l, c] of [
        [0, 0, 0, 0, 0, 0],
        [1, 1, 1, 2, 1, channels - 1],
        [0, 1, 0, 1, 1, 1],
        [1, 0, 1, 2, 0, 0],
      ] as const) {
        expect(at(w, [b, i, j, k, l, c])).to.equal(at(x, [b, 2 * i + k, 3 * j + l, c]));
      }
    }
  });

  it('reads any layout, and empty batches', () => {
    for (const [name, a] of Object.entries(layouts([5, 4]))) {
      // One sample of five places and four channels. The spec reads it through the view itself.
      const x = view(a.data, [1, ...a.shape], [0, ...a.stride], a.offset);
      const copied = wrap(Float64Array.from(numbersOf(a)), [1, 5, 4]);
      expect(numbersOf(windows(x, [3], [2])), name).to.deep.equal(numbersOf(windows(copied, [3], [2])));
    }
    expect(windows(sample([0, 4, 2]), [3], [1]).shape).to.deep.equal([0, 2, 3, 2]);
  });

  it('refuses a window that does not fit', () => {
    expect(() => windows(ramp([1, 2, 5, 1]), [3, 3], [1, 1])).to.throw(ShapeError, /\[3, 3\].*\[2, 5\]/);
    expect(() => windows(ramp([1, 2, 1]), [1, 1], [1, 1])).to.throw(ShapeError);
  });
});

describe('sumWindows', () => {
  it('adds each window where it was seen', () => {
    const w = windows(float64([[[1], [2], [3], [4]]]), [2], [1]);
    expectArray(sumWindows(w, [1, 4, 1], [2], [1]), [[[1], [4], [6], [4]]], 'float64');
    expect(() => sumWindows(w, [1, 5, 1], [2], [1])).to.throw(ShapeError, '[1, 4, 2, 1]');
  });

  it('is the transpose of windows', () => {
    const [x, w] = [ramp([2, 5, 4, 3]), ramp([2, 2, 3, 3, 2, 3])];
    const inner = (a: NDArray, b: NDArray) =>
      numbersOf(a).reduce((sum, v, i) => sum + v * (numbersOf(b)[i] as number), 0);
    const seen = inner(windows(x, [3, 2], [2, 1]), w);
    expect(inner(x, sumWindows(w, [2, 5, 4, 3], [3, 2], [2, 1]))).to.equal(seen);
  });
});
