import { expect } from 'chai';
import {
  ArgumentError,
  add,
  associativeScan,
  compile,
  cumulativeSum,
  grad,
  jvp,
  makeGraph,
  matmul,
  multiply,
  onesLike,
  ShapeError,
  scan,
  sum,
  type Tensor,
  tensor,
  vmap,
  zeros,
} from '../../../autograd/index.ts';
import { expectClose, float64, sampleTensor } from '../numbers.ts';

const x = float64([0.5, 1.5, -2, 3, 0.25]);

describe('associativeScan', () => {
  // jax.lax.associative_scan of JAX 0.10.2, in float64.
  it("has JAX's values and gradients", () => {
    const products = (a: Tensor) => associativeScan(multiply, a);
    expectClose(products(x), float64([0.5, 0.75, -1.5, -4.5, -1.125]), 0);
    const reversed = associativeScan(multiply, x, { reverse: true });
    expectClose(reversed, float64([-1.125, -2.25, -1.5, 0.75, 0.25]), 0);
    const slope = float64([-11.75, -4.25, 3.5625, -1.875, -4.5]);
    expectClose(grad((a: Tensor) => sum(products(a)))(x), slope, 1e-15);
    expectClose(jvp((a: Tensor) => sum(products(a)), [x], [onesLike(x)])[1], sum(slope), 1e-14);
    expectClose(compile(products)(x), products(x), 0);
  });

  it('solves linear recurrences, the combination of affine maps', () => {
    const affine = { a: float64([0.9, 0.5, -0.3, 0.2]), b: float64([1, 2, 3, 4]) };
    const combine = (l: typeof affine, r: typeof affine) => ({
      b: add(multiply(r.a, l.b), r.b),
      a: multiply(l.a, r.a),
    });
    expectClose(associativeScan(combine, affine).b, float64([1, 2.5, 2.25, 4.45]), 1e-15);
  });

  it('is a loop for every length, in order, and in a batch', () => {
    for (const length of [0, 1, 2, 3, 4, 5, 8, 13]) {
      const matrices = sampleTensor(length, [length, 2, 2]);
      const step = (c: Tensor, m: Tensor) => [matmul(c, m), matmul(c, m)] as const;
      const wanted = scan(step, float64([[1, 0], [0, 1]]), matrices)[1]; // biome-ignore format: a matrix
      const got = associativeScan(matmul, matrices);
      expect(got.shape).to.deep.equal(wanted.shape);
      expectClose(got, wanted, 1e-13);
    }
    const rows = sampleTensor(1, [3, 6]);
    const sums = vmap((row: Tensor) => associativeScan(add, row))(rows);
    expectClose(sums, cumulativeSum(rows, { axis: 1 }), 1e-14);
  });

  it('calls the function a logarithm of times', () => {
    const count = (length: number) =>
      makeGraph((a: Tensor) => associativeScan(multiply, a), [zeros([length])]).equations.filter(
        ({ name }) => name === 'multiply',
      ).length;
    expect([count(8), count(1024)]).to.deep.equal([5, 19]);
  });

  it('refuses lists of no common length, and functions that change shapes', () => {
    expect(() => associativeScan(add, float64(1))).to.throw(
      ArgumentError,
      /^associativeScan: .*first length/,
    );
    const two = { a: x, b: tensor([1]) };
    expect(() => associativeScan((a) => a, two)).to.throw(ArgumentError, /^associativeScan: .*5, 1/);
    expect(() => associativeScan((a) => sum(a), x)).to.throw(
      ShapeError,
      /^associativeScan: .*\[2\], got float64\[\]/,
    );
    expect(() => associativeScan((a) => [a], x)).to.throw(ArgumentError, /^associativeScan: the trees/);
    expect(() => associativeScan(x as never, x)).to.throw(
      ArgumentError,
      /^associativeScan: wanted a function/,
    );
  });
});
