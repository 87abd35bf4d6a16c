/** Operations composed of primitives, against loops over plain numbers. */
import { expect } from 'chai';
import * as f from '../../../autograd/index.ts';
import { ArgumentError, type Shape, ShapeError, type Tensor } from '../../../autograd/index.ts';
import { sizeOf } from '../../../lib/index.ts';
import { expectClose, float64, inner, numbersOf, sampleTensor } from '../numbers.ts';

/** A tensor whose entries are a function of their index. */
function build(shape: Shape, entry: (...index: number[]) => number): Tensor {
  const data = Array.from({ length: sizeOf(shape) }, (_, flat) => {
    let rest = flat;
    const index = [...shape].reverse().map((length) => {
      const place = rest % length;
      rest = (rest - place) / length;
      return place;
    });
    return entry(...index.reverse());
  });
  return f.tensor(new Float64Array(data)).reshape(shape);
}

/** An entry of a tensor; 0 outside. */
function at(x: Tensor, ...index: number[]): number {
  if (index.some((place, axis) => place < 0 || place >= (x.shape[axis] as number))) return 0;
  return x.slice(index).item();
}

describe('moments and norms', () => {
  const x = sampleTensor(1, [4, 3]);
  const columns = [0, 1, 2].map((j) => numbersOf(x.slice([null, j])));
  const mean = (list: number[]) => list.reduce((a, b) => a + b) / list.length;
  const variances = columns.map((list) => mean(list.map((a) => (a - mean(list)) ** 2)));

  it('are what their names say', () => {
    expectClose(f.mean(x, { axes: 0 }), float64(columns.map(mean)), 1e-15);
    expectClose(f.variance(x, { axes: 0 }), float64(variances), 1e-15);
    expectClose(f.variance(x, { axes: 0, correction: 1 }), float64(variances.map((v) => (v * 4) / 3)), 1e-15);
    expectClose(f.standardDeviation(x, { axes: 0 }), float64(variances.map(Math.sqrt)), 1e-15);
    expectClose(f.norm(x, { axes: 0 }), float64(columns.map((list) => Math.hypot(...list))), 1e-15);
    expectClose(
      f.norm(x, { axes: 0, order: 1 }),
      float64(columns.map((list) => list.reduce((a, b) => a + Math.abs(b), 0))),
      1e-15,
    );
    expectClose(
      f.norm(x, { axes: 0, order: Infinity }),
      float64(columns.map((list) => Math.max(...list.map(Math.abs)))),
      0,
    );
    expectClose(
      f.product(x, { axes: 0 }),
      float64(columns.map((list) => list.reduce((a, b) => a * b))),
      1e-15,
    );
  });

  it('lose no digits to a large mean', () => {
    const shifted = float64([1e8 + 1, 1e8 + 2, 1e8 + 3]);
    expectClose(f.variance(shifted), float64(2 / 3), 1e-15);
  });

  it('have the right derivatives, also of products with zeros', () => {
    f.checkGradients(
      (a) => [
        f.variance(a, { axes: 0 }),
        f.standardDeviation(a, { axes: 1 }),
        f.norm(a),
        f.product(a, { axes: 1 }),
      ],
      [x],
    );
    const gradient = (list: number[]) => numbersOf(f.grad((a: Tensor) => f.product(a))(float64(list)));
    expect(gradient([2, 3, 5])).to.deep.equal([15, 10, 6]);
    expect(gradient([0, 3, 5])).to.deep.equal([15, 0, 0]);
    expect(gradient([0, 3, 0])).to.deep.equal([0, 0, 0]);
    expect(numbersOf(f.hessian((a: Tensor) => f.product(a))(float64([0, 3, 0])))).to.deep.equal([
      0, 0, 3, 0, 0, 0, 3, 0, 0,
    ]);
  });
});

describe('rearranging', () => {
  const x = sampleTensor(2, [2, 3]);

  it('puts every entry in its place', () => {
    expectClose(f.pad(x, [[1, 0], [2, 1]]), build([3, 6], (i, j) => at(x, i - 1, j - 2)), 0); // biome-ignore format: pairs
    const inside = (i: number, j: number) => i >= 1 && j < 3;
    expectClose(f.pad(x, [[1, 0], [0, 1]], 7), build([3, 4], (i, j) => (inside(i, j) ? at(x, i - 1, j) : 7)), 0); // biome-ignore format: pairs
    expectClose(
      f.flip(x, 1),
      build([2, 3], (i, j) => at(x, i, 2 - j)),
      0,
    );
    expectClose(
      f.flip(x),
      build([2, 3], (i, j) => at(x, 1 - i, 2 - j)),
      0,
    );
    expectClose(
      f.roll(x, 1, 1),
      build([2, 3], (i, j) => at(x, i, (j + 2) % 3)),
      0,
    );
    expectClose(
      f.roll(x, -4, 1),
      build([2, 3], (i, j) => at(x, i, (j + 4) % 3)),
      0,
    );
    expectClose(
      f.tile(x, [2, 1]),
      build([4, 3], (i, j) => at(x, i % 2, j)),
      0,
    );
    expectClose(
      f.repeat(x, 2, 1),
      build([2, 6], (i, j) => at(x, i, Math.floor(j / 2))),
      0,
    );
    const [left, right] = f.split(x, [1, 2], 1) as [Tensor, Tensor];
    expectClose(
      [left, right],
      [build([2, 1], (i) => at(x, i, 0)), build([2, 2], (i, j) => at(x, i, j + 1))],
      0,
    );
    expect(f.split(x, 3, 1).map((part) => part.shape)).to.deep.equal([
      [2, 1],
      [2, 1],
      [2, 1],
    ]);
    expectClose(
      f.diagonal(x),
      build([2], (i) => at(x, i, i)),
      0,
    );
    expectClose(
      f.diagonalMatrix(x),
      build([2, 3, 3], (b, i, j) => (i === j ? at(x, b, i) : 0)),
      0,
    );
    expectClose(
      f.lowerTriangle(x, 1),
      build([2, 3], (i, j) => (j <= i + 1 ? at(x, i, j) : 0)),
      0,
    );
    expectClose(
      f.upperTriangle(x),
      build([2, 3], (i, j) => (j >= i ? at(x, i, j) : 0)),
      0,
    );
    expect(f.oneHot(f.tensor([2, 0, 3], { dtype: 'int32' }), 3).toArray()).to.deep.equal([
      [0, 0, 1],
      [1, 0, 0],
      [0, 0, 0],
    ]);
    expectClose(
      f.cumulativeSum(x),
      build([2, 3], (i, j) => [0, 1, 2].slice(0, j + 1).reduce((t, k) => t + at(x, i, k), 0)),
      1e-15,
    );
  });

  it('is linear, and transposed by its reverse mode', () => {
    f.checkGradients((a) => [f.pad(a, [[1, 0], [2, 1]], 3), f.roll(a, 1, 0), f.tile(a, [2, 2]), f.repeat(a, 2, 0), f.diagonal(a)], [x]); // biome-ignore format: pairs
    f.checkGradients(
      (a) => [f.diagonalMatrix(a), f.lowerTriangle(a), f.split(a, 2, 0), f.sort(a), f.sort(a, { axis: 0 })],
      [x],
    );
  });

  it('sorts each row, NaN last', () => {
    expect(f.sort(float64([[3, 1, 2], [0, NaN, -1]])).toArray()).to.deep.equal([[1, 2, 3], [-1, 0, NaN]]); // biome-ignore format: matrices
    expect(f.argsort(float64([3, 1, 2])).toArray()).to.deep.equal([1, 2, 0]);
    expect(f.sort(sampleTensor(1, [3, 0])).shape).to.deep.equal([3, 0]);
    expect(f.sort(sampleTensor(1, [0, 3])).shape).to.deep.equal([0, 3]);
    expect(
      f
        .grad((a: Tensor) => f.sum(f.multiply(f.sort(a), float64([1, 10, 100]))))(float64([3, 1, 2]))
        .toArray(),
    ).to.deep.equal([100, 1, 10]);
  });
});

describe('einsum', () => {
  const [a, b, c] = [sampleTensor(1, [2, 3]), sampleTensor(2, [3, 4]), sampleTensor(3, [4, 2, 3])];

  it('contracts what the formula says', () => {
    expectClose(f.einsum('ij,jk->ik', a, b), f.matmul(a, b), 1e-15);
    expectClose(f.einsum('ij->ji', a), f.transpose(a), 0);
    expectClose(f.einsum('ij->', a), f.sum(a), 1e-15);
    expectClose(f.einsum('ij,kj -> ik', a, a), f.matmul(a, f.transpose(a)), 1e-15);
    expectClose(f.einsum('i,j->ij', a.slice([0]), b.slice([0])), f.outer(a.slice([0]), b.slice([0])), 0);
    expectClose(f.einsum('ij,ij->i', a, a), f.dot(a, a), 1e-15);
    const square = sampleTensor(4, [3, 3]);
    expectClose(f.einsum('ii->i', square), f.diagonal(square), 0);
    expectClose(f.einsum('ii->', square), f.sum(f.diagonal(square)), 1e-15);
    const triple = build([4, 2], (k, i) =>
      [0, 1, 2].reduce((total, j) => total + at(c, k, i, j) * at(a, i, j) * at(b, j, k), 0),
    );
    expectClose(f.einsum('kij,ij,jk->ki', c, a, b), triple, 1e-14);
  });

  it('is differentiable', () => {
    f.checkGradients((x, y, z) => f.einsum('kij,ij,jk->ki', z, x, y), [a, b, c]);
    f.checkGradients((x) => f.einsum('iij->j', x), [sampleTensor(4, [3, 3, 2])]);
  });

  it('refuses formulas that do not fit', () => {
    const wrong: [formula: string, message: RegExp][] = [
      ['ij,jk', /'ij,jk'.*wanted a formula/],
      ['ij->ik', /'ij->ik'.*'k'/],
      ['ij->ii', /twice/],
      ['ij,jk->ik', /2 operands, but 1/],
      ['ijk->i', /'ijk'.*\[2, 3\]/],
    ];
    for (const [formula, message] of wrong)
      expect(() => f.einsum(formula, a), formula).to.throw(ArgumentError, message);
    expect(() => f.einsum('ij,ik->jk', a, b)).to.throw(ShapeError, /'i'.*2 and 3/);
    expect(() => f.einsum('ii->i', a)).to.throw(ShapeError, /'i'.*2 and 3/);
  });
});

describe('convolution', () => {
  const [x, kernel] = [sampleTensor(1, [2, 7, 2]), sampleTensor(2, [3, 2, 4])];

  /** Output o of feature c: Σ over window and channels of x at o·stride + k − before. */
  const loop = (length: number, stride: number, before: number) =>
    build([2, length, 4], (n, o, feature) =>
      [0, 1, 2].reduce(
        (total, k) =>
          total +
          [0, 1].reduce((s, c) => s + at(x, n, o * stride + k - before, c) * at(kernel, k, c, feature), 0),
        0,
      ),
    );

  it('is a sum over windows', () => {
    expectClose(f.convolution(x, kernel), loop(5, 1, 0), 1e-14);
    expectClose(f.convolution(x, kernel, { stride: 2 }), loop(3, 2, 0), 1e-14);
    expectClose(f.convolution(x, kernel, { padding: 'same' }), loop(7, 1, 1), 1e-14);
    expectClose(f.convolution(x, kernel, { padding: 'same', stride: 3 }), loop(3, 3, 1), 1e-14);
    expectClose(f.convolution(x, kernel, { padding: [[2, 0]], stride: 2 }), loop(4, 2, 2), 1e-14);
  });

  it('is transposed by transposedConvolution: ⟨conv x, y⟩ = ⟨x, convᵀ y⟩', () => {
    const options: f.ConvolutionOptions[] = [
      {},
      { stride: 2 },
      { padding: 'same' },
      { padding: [[1, 1]] },
      { padding: [[2, 0]], stride: 2 },
      { padding: 'same', stride: 2 },
    ];
    for (const option of options) {
      // With 'same', the transpose assumes that the stride divides the length.
      const signal = sampleTensor(3, [2, option.padding === 'same' && option.stride === 2 ? 8 : 7, 2]);
      const y = sampleTensor(4, f.convolution(signal, kernel, option).shape);
      const back = f.transposedConvolution(y, kernel, option);
      expect(back.shape, JSON.stringify(option)).to.deep.equal(signal.shape);
      expectClose(
        inner(signal, back),
        inner(f.convolution(signal, kernel, option), y),
        1e-14,
        JSON.stringify(option),
      );
    }
  });

  it('is differentiable, over two axes too', () => {
    const [image, window] = [sampleTensor(5, [1, 4, 5, 2]), sampleTensor(6, [2, 3, 2, 3])];
    f.checkGradients((a, k) => f.convolution(a, k, { stride: [2, 1], padding: 'same' }), [image, window]);
    f.checkGradients((a, k) => f.transposedConvolution(a, f.swapLastAxes(k), { stride: 2 }), [image, window]);
  });

  it('refuses what does not fit', () => {
    expect(() => f.convolution(x, sampleTensor(1, [3, 3, 4]))).to.throw(
      ShapeError,
      /^convolution: .*\[2, 7, 2\] and \[3, 3, 4\]/,
    );
    expect(() => f.convolution(x, sampleTensor(1, [9, 2, 4]))).to.throw(
      ShapeError,
      /^convolution: .*\[9\].*\[7\]/,
    );
    expect(() => f.convolution(x, kernel, { stride: 0 })).to.throw(
      ArgumentError,
      /^convolution: .*stride.*0/,
    );
    expect(() => f.convolution(x, kernel, { padding: 'full' as never })).to.throw(
      ArgumentError,
      /^convolution: .*full/,
    );
    expect(() => f.convolution(x, kernel, { dilation: 2 } as never)).to.throw(ArgumentError, /'dilation'/);
  });
});

describe('layers', () => {
  const x = sampleTensor(1, [3, 5]);

  it('normalise', () => {
    const normal = f.layerNorm(x);
    expectClose(f.mean(normal, { axes: 1 }), float64([0, 0, 0]), 1e-15);
    expectClose(f.variance(normal, { axes: 1 }), float64([1, 1, 1]), 1e-4);
    expectClose(f.mean(f.square(f.rmsNorm(x)), { axes: 1 }), float64([1, 1, 1]), 1e-4);
    f.checkGradients((a) => [f.layerNorm(a), f.rmsNorm(a, { axes: [0, 1] }), f.logSoftmax(a)], [x]);
  });

  it('attend to what the mask lets through', () => {
    const [q, k, v] = [sampleTensor(2, [2, 4]), sampleTensor(3, [3, 4]), sampleTensor(4, [3, 2])];
    const mask = f.tensor([[true, false, false], [true, true, false]], { dtype: 'bool' }); // biome-ignore format: a matrix
    const masked = f.attention(q, k, v, { mask });
    expectClose(masked.slice([0]), v.slice([0]), 1e-15);
    expectClose(
      masked.slice([1]),
      f.attention(q.slice([[1, 2]]), k.slice([[0, 2]]), v.slice([[0, 2]])).slice([0]),
      1e-15,
    );
    f.checkGradients((a, b, c) => f.attention(a, b, c, { mask }), [q, k, v]);
  });
});
