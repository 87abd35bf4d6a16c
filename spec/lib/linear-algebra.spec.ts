/**
 * Batches, pivots and refusals of the factorisations. What they are for is checked with their derivatives.
 */
import { expect } from 'chai';
import {
  ArgumentError,
  cholesky,
  cofactors,
  determinant,
  luFactor,
  luLogDeterminant,
  luSolve,
  ShapeError,
  triangularSolve,
  wrap,
} from '../../lib/index.ts';
import { matricesOf, requireSquare } from '../../lib/linear-algebra/matrices.ts';
import { expectArray, float64 } from './support.ts';

/** Two matrices, of determinants −2 and 15, whose first pivots are in the second and the first row. */
const pair = float64([
  [
    [1, 2],
    [3, 4],
  ],
  [
    [5, 0],
    [1, 3],
  ],
]);
/** A·x for x = [[1, 2, 3], [4, 5, 6]]. */
const products = float64([
  [
    [9, 12, 15],
    [19, 26, 33],
  ],
  [
    [5, 10, 15],
    [13, 17, 21],
  ],
]);
const x = [
  [1, 2, 3],
  [4, 5, 6],
];
const rounded = (a: { readonly data: ArrayLike<number> }) =>
  Array.from(a.data, (v) => Math.round(v * 1e12) / 1e12);

describe('linear algebra of batches', () => {
  it('has one result for each matrix', () => {
    expect(determinant(pair).shape).to.deep.equal([2]);
    expect(rounded(determinant(pair))).to.deep.equal([-2, 15]);
    expect(rounded(cofactors(pair))).to.deep.equal([4, -3, -2, 1, 3, -1, -0, 5].map((v) => v + 0));
    const { logarithm, sign } = luLogDeterminant(luFactor(pair));
    expectArray(sign, [-1, 1]);
    expect(rounded(logarithm)).to.deep.equal(rounded({ data: [Math.log(2), Math.log(15)] }));
    const deep = wrap(pair.data, [1, 2, 2, 2]);
    expect([determinant(deep).shape, luFactor(deep).rows.shape]).to.deep.equal([
      [1, 2],
      [1, 2, 2],
    ]);
  });

  it('solves with each matrix, or its transpose, and each triangle', () => {
    const factors = luFactor(pair);
    expect(rounded(luSolve(factors, products, false))).to.deep.equal([...x, ...x].flat());
    // Aᵀ·x for the second matrix is [[9, 15, 21], [12, 15, 18]].
    const right = [[13, 17, 21], [18, 24, 30], [9, 15, 21], [12, 15, 18]]; // biome-ignore format: matrices
    const transposed = wrap(Float64Array.from(right.flat()), [2, 2, 3]);
    expect(rounded(luSolve(factors, transposed, true))).to.deep.equal([...x, ...x].flat());
    const lower = { lower: true, transposed: false, unit: false };
    // The lower triangles are [[1, 0], [3, 4]] and the second matrix.
    const ofLower = [[1, 2, 3], [19, 26, 33], [5, 10, 15], [13, 17, 21]]; // biome-ignore format: matrices
    const b = wrap(Float64Array.from(ofLower.flat()), [2, 2, 3]);
    expect(rounded(triangularSolve(pair, b, lower))).to.deep.equal([...x, ...x].flat());
  });

  it('exchanges rows for the largest pivot of a column', () => {
    const { packed, rows } = luFactor(pair);
    expectArray(rows, [
      [1, 0],
      [0, 1],
    ]);
    expect(rounded(packed)).to.deep.equal(rounded({ data: [3, 4, 1 / 3, 2 / 3, 5, 0, 0.2, 3] }));
  });

  it('sees each matrix as its own part of the values', () => {
    const parts = matricesOf(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 1, 3]);
    expect(parts.map((part) => [...part])).to.deep.equal([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });
});

describe('linear algebra refuses', () => {
  it('what is not square', () => {
    for (const shape of [[], [1], [1, 3], [3, 1], [2, 2, 1]]) {
      expect(() => requireSquare('f', shape), `${shape}`).to.throw(ShapeError, 'f: wanted square matrices');
    }
    expect(requireSquare('f', [5, 3, 3])).to.equal(3);
  });

  it('a zero on the diagonal, the first and the last too', () => {
    const lower = { lower: true, transposed: false, unit: false };
    const b = float64([[1], [1]]);
    for (const [i, diagonal] of [
      [0, 1],
      [1, 0],
    ].entries()) {
      const a = float64([
        [diagonal[0] as number, 0],
        [1, diagonal[1] as number],
      ]);
      expect(() => triangularSolve(a, b, lower)).to.throw(ArgumentError, `diagonal entry ${i + 1} of 2 is 0`);
      expect(triangularSolve(a, b, { ...lower, unit: true }).shape).to.deep.equal([2, 1]);
      expect(() => luSolve(luFactor(a), b, false)).to.throw(ArgumentError, 'the matrix is singular');
    }
    expect(() => cholesky(float64([[0]]))).to.throw(ArgumentError, 'pivot 1 of 1 is 0');
  });
});
