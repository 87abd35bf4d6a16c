/**
 * Linear systems and factorisations against their definitions, and their derivatives against closed forms.
 */
import { expect } from 'chai';
import {
  ArgumentError,
  add,
  cast,
  cholesky,
  DTypeError,
  determinant,
  eye,
  grad,
  hessian,
  inverse,
  jvp,
  logAbsDeterminant,
  lowerTriangle,
  matmul,
  multiply,
  negate,
  ShapeError,
  solve,
  stack,
  sum,
  swapLastAxes,
  type Tensor,
  tensor,
  transpose,
  triangularSolve,
  upperTriangle,
  vjp,
  vmap,
} from '../../../autograd/index.ts';
import { expectClose, float64, inner, numbersOf, Recorder, sampleTensor } from '../numbers.ts';

/** A matrix far from singular, with some zeros on its diagonal, so that rows must be exchanged. */
const a = float64([
  [0, 2, 1, -1],
  [3, 0, 1, 0],
  [1, -1, 4, 2],
  [2, 1, 0, 0],
]);
const b = sampleTensor(1, [4, 2]);
const [e, g] = [sampleTensor(2, [4, 4]), sampleTensor(3, [4, 4])];
const spd = add(matmul(e, transpose(e)), eye(4, { dtype: 'float64' }));

describe('solve', () => {
  it('solves: A·x = b, for one or several right-hand sides', () => {
    expectClose(matmul(a, solve(a, b)), b, 1e-14);
    const column = b.slice([null, 0]);
    expectClose(solve(a, column), solve(a, b).slice([null, 0]), 1e-15);
  });

  it('broadcasts batches', () => {
    const batch = stack([a, add(a, spd)]);
    const x = solve(batch, b);
    expect(x.shape).to.deep.equal([2, 4, 2]);
    expectClose(matmul(batch, x), stack([b, b]), 1e-14);
    expectClose(vmap(solve, { inAxes: [0, null] })(batch, b), x, 1e-15);
    expect(solve(batch.reshape([2, 1, 4, 4]), stack([b, b, b])).shape).to.deep.equal([2, 3, 4, 2]);
    expect(solve(batch, b.slice([null, 0])).shape).to.deep.equal([2, 4]);
  });

  it('has the derivatives dx = A⁻¹(db − dA·x), to second order', () => {
    const x = solve(a, b);
    const db = sampleTensor(4, [4, 2]);
    const dx = (at: Tensor) => jvp(solve, [at, b], [e, db])[1];
    expectClose(dx(a), solve(a, add(db, negate(matmul(e, x)))), 1e-14);
    // d(dx) along G: −A⁻¹(G·dx + E·δx), with δx = −A⁻¹·G·x.
    const deltaX = negate(solve(a, matmul(g, x)));
    const second = negate(solve(a, add(matmul(g, dx(a)), matmul(e, deltaX))));
    expectClose(jvp(dx, [a], [g])[1], second, 1e-13);
  });

  it('solves once for a pullback, whichever of its inputs are wanted', () => {
    expectOneSolution('solve', (a, b) => solve(a, b), [a, b]);
    expectOneSolution('solve', (a) => inverse(a), [a]);
    expectOneSolution('solve', (b) => solve(a, b), [b]);
  });

  it('keeps its digits where the matrix is badly scaled', () => {
    const scaled = multiply(a, float64([[1e-8], [1], [1e8], [1]]));
    const right = multiply(b, float64([[1e-8], [1], [1e8], [1]]));
    expectClose(solve(scaled, right), solve(a, b), 1e-13);
  });

  it('refuses singular matrices and what does not fit', () => {
    const singular = float64([[1, 2], [2, 4]]); // biome-ignore format: a matrix
    expect(() => solve(singular, float64([1, 2]))).to.throw(ArgumentError, /singular/);
    expect(() => solve(a, float64([1, 2]))).to.throw(ShapeError, /^solve: .*\[4, 4\].*got \[2\]$/);
    expect(() => solve(a, float64(1))).to.throw(ShapeError, /^solve: .*got \[\]$/);
    expect(() => solve(float64([[1, 2, 3]]), b)).to.throw(ShapeError, /^solve: .*square.*\[1, 3\]/);
    expect(() => solve(tensor([[1]], { dtype: 'int32' }), tensor([1], { dtype: 'int32' }))).to.throw(
      DTypeError,
    );
  });
});

describe('inverse', () => {
  it('is one from both sides, and has the derivative −A⁻¹·dA·A⁻¹', () => {
    const [y, identity] = [inverse(a), eye(4, { dtype: 'float64' })];
    expectClose(matmul(a, y), identity, 1e-14);
    expectClose(matmul(y, a), identity, 1e-14);
    expectClose(jvp(inverse, [a], [e])[1], negate(matmul(matmul(y, e), y)), 1e-14);
  });
});

describe('determinants', () => {
  it('are those of Leibniz’s formula, with their sign', () => {
    for (const n of [1, 2, 3, 4]) {
      const part = a.slice([[0, n], [4 - n]]);
      const wanted = leibniz(part.toArray() as number[][]);
      const { logarithm, sign } = logAbsDeterminant(part);
      expectClose(determinant(part), float64(wanted), 1e-14, `n = ${n}`);
      expectClose(sign, float64(Math.sign(wanted)), 0, `n = ${n}`);
      expectClose(logarithm, float64(Math.log(Math.abs(wanted))), 1e-14, `n = ${n}`);
    }
  });

  it('have the derivatives det A·A⁻ᵀ and A⁻ᵀ', () => {
    const inverseTransposed = transpose(inverse(a));
    expectClose(grad(determinant)(a), multiply(determinant(a), inverseTransposed), 1e-14);
    expectClose(grad((m: Tensor) => logAbsDeterminant(m).logarithm)(a), inverseTransposed, 1e-14);
  });

  it('have the second derivative −tr(A⁻¹·E·A⁻¹·G) of log|det|', () => {
    const logarithm = (m: Tensor) => logAbsDeterminant(m).logarithm;
    const second = jvp((m: Tensor) => jvp(logarithm, [m], [e])[1], [a], [g])[1];
    const product = matmul(matmul(inverse(a), e), matmul(inverse(a), g));
    expectClose(second, negate(sum(multiply(product, eye(4, { dtype: 'float64' })))), 1e-13);
    const matrix = hessian(logarithm)(a) as Tensor;
    expectClose(
      inner(e, matmul(matrix.reshape([16, 16]), g.reshape([16])).reshape([4, 4])),
      second.item(),
      1e-13,
    );
  });

  it('are 0 for singular matrices, up to 3×3 with their derivative, the matrix of cofactors', () => {
    const singular = float64([[1, 2, 3], [2, 4, 6], [0, 1, 5]]); // biome-ignore format: a matrix
    const cofactors = [[14, -10, 2], [-7, 5, -1], [0, 0, 0]]; // biome-ignore format: a matrix
    expectClose(determinant(singular), float64(0), 0);
    expectClose(grad(determinant)(singular), float64(cofactors), 1e-15);
    const { logarithm, sign } = logAbsDeterminant(float64([[1, 2], [2, 4]])); // biome-ignore format: a matrix
    expectClose([logarithm, sign], [float64(Number.NEGATIVE_INFINITY), float64(0)], 0);
    const ofSingular = grad((m: Tensor) => logAbsDeterminant(m).logarithm);
    expect(() => ofSingular(float64([[1, 2], [2, 4]]))).to.throw(ArgumentError, /singular/); // biome-ignore format: a matrix
  });
});

describe('determinants of singular and of extreme matrices', () => {
  /** The cofactors by their definition: signed determinants of minors. */
  const cofactorsOf = (m: number[][]) =>
    m.map((row, i) =>
      row.map((_, j) => {
        const minor = m.filter((__, k) => k !== i).map((r) => r.filter((__, k) => k !== j));
        return (-1) ** (i + j) * leibniz(minor);
      }),
    );
  const matrix = (n: number, rank: number) =>
    Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (__, j) => {
        const terms = Array.from(
          { length: rank },
          (___, k) => ((i * (k + 2) + k) % 5) * ((j * (k + 3) + 1) % 7),
        );
        return terms.reduce((x, y) => x + y, 0) / 4;
      }),
    );

  for (const n of [4, 5]) {
    for (const rank of [0, n - 2, n - 1, n]) {
      it(`have the cofactors for derivative, n = ${n}, rank ${rank}`, () => {
        const m = matrix(n, rank);
        expectClose(grad(determinant)(float64(m)), float64(cofactorsOf(m)), 1e-11);
        const direction = float64(matrix(n, n)).add(eye(n, { dtype: 'float64' }));
        const slope = jvp(grad(determinant), [float64(m)], [direction])[1];
        // A cofactor is a polynomial of degree n − 1 ≤ 4, for which this difference of step 1 is exact.
        const along = (h: number) =>
          float64(cofactorsOf(float64(m).add(direction.multiply(h)).toArray() as number[][]));
        const difference = along(1)
          .subtract(along(-1))
          .multiply(8)
          .subtract(along(2).subtract(along(-2)))
          .divide(12);
        expectClose(slope, difference, 1e-10);
      });
    }
  }

  it('of 20 rows have the cofactors for derivative; a second one only if regular', () => {
    const n = 20;
    const a20 = eye(n, { dtype: 'float64' })
      .multiply(2)
      .multiply(float64(Array.from({ length: n }, (_, i) => (i === 3 ? 0 : 1))));
    const only = float64(
      Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (__, j) => (i === 3 && j === 3 ? 2 ** 19 : 0)),
      ),
    );
    expectClose(grad(determinant)(a20), only, 0);
    const second = (m: Tensor) => jvp(grad(determinant), [m], [eye(n, { dtype: 'float64' })])[1];
    expect(() => second(a20)).to.throw(ArgumentError, /determinant: its second derivative.*16 rows, got 20/);
    // det(2 + h)·I has the cofactors (2 + h)^19·I, whose slope is 19·2^18.
    expectClose(
      second(eye(n, { dtype: 'float64' }).multiply(2)),
      eye(n, { dtype: 'float64' }).multiply(19 * 2 ** 18),
      1e-12,
    );
  });

  it('are right to the last bits of float32, and do not overflow on the way', () => {
    const got = determinant(eye(8).multiply(5000)).item();
    expect(Math.abs(got / 5000 ** 8 - 1)).to.be.below(1e-7);
    const mixed = float64(
      [1e200, 1e200, 1e-200, 1e-200, 3].map((x, i) => [0, 1, 2, 3, 4].map((j) => (i === j ? x : 0))),
    );
    expectClose(determinant(mixed), float64(3), 1e-13);
    expectClose(grad(determinant)(mixed).slice([4, 4]), float64(1), 1e-13);
  });
});

describe('cholesky', () => {
  it('is lower triangular, and L·Lᵀ is the matrix', () => {
    const l = cholesky(spd);
    expectClose(matmul(l, transpose(l)), spd, 1e-14);
    expectClose(lowerTriangle(l), l, 0);
    expect(numbersOf(l.multiply(eye(4, { dtype: 'float64' }))).filter((entry) => entry < 0)).to.deep.equal(
      [],
    );
  });

  it('is of the symmetric part, in value and derivative', () => {
    const skew = add(e, negate(transpose(e)));
    expectClose(cholesky(add(spd, skew)), cholesky(spd), 1e-14);
    expectClose(jvp(cholesky, [spd], [skew])[1], multiply(skew, 0), 1e-14);
    const gradient = grad((m: Tensor) => sum(multiply(cholesky(m), g)))(spd);
    expectClose(gradient, transpose(gradient), 1e-14);
  });

  it('has the derivative that satisfies dL·Lᵀ + L·dLᵀ = dA', () => {
    const symmetric = add(e, transpose(e));
    const [l, dl] = jvp(cholesky, [spd], [symmetric]);
    expectClose(lowerTriangle(dl), dl, 0);
    expectClose(add(matmul(dl, transpose(l)), matmul(l, transpose(dl))), symmetric, 1e-13);
  });

  it('gives the determinant of a positive definite matrix, with its gradient', () => {
    const logDeterminant = (m: Tensor) => {
      const l = cholesky(m);
      return sum(multiply(logOfDiagonal(l), 2));
    };
    expectClose(logDeterminant(spd), logAbsDeterminant(spd).logarithm, 1e-14);
    expectClose(grad(logDeterminant)(spd), inverse(spd), 1e-12);
  });

  it('refuses what is not positive definite', () => {
    expect(() => cholesky(float64([[1, 2], [2, 1]]))).to.throw(ArgumentError, /positive definite/); // biome-ignore format: a matrix
    expect(() => cholesky(float64([[1, 1], [1, 1]]))).to.throw(ArgumentError, 'pivot 2 of 2 is 0'); // biome-ignore format: a matrix
    expect(() => cholesky(float64([[1, 2, 3]]))).to.throw(ShapeError, /^cholesky: .*\[1, 3\]/);
  });
});

describe('triangularSolve', () => {
  const shifted = add(e, multiply(eye(4, { dtype: 'float64' }), 3));

  for (const lower of [true, false]) {
    for (const transposed of [false, true]) {
      it(`solves with the ${lower ? 'lower' : 'upper'} triangle${transposed ? ', transposed' : ''}, and reads nothing else`, () => {
        const triangle = lower ? lowerTriangle(shifted) : upperTriangle(shifted);
        const matrix = transposed ? swapLastAxes(triangle) : triangle;
        const x = triangularSolve(shifted, b, { lower, transposed });
        expectClose(matmul(matrix, x), b, 1e-14);
        const gradient = grad((m: Tensor) => sum(multiply(triangularSolve(m, b, { lower, transposed }), b)))(
          shifted,
        );
        expectClose(lower ? lowerTriangle(gradient) : upperTriangle(gradient), gradient, 0);
      });
    }
  }

  it('solves once for a pullback, whichever of its inputs are wanted', () => {
    expectOneSolution('triangularSolve', (m, b) => triangularSolve(m, b), [lowerTriangle(add(a, 5)), b]);
    expectOneSolution('triangularSolve', (b) => triangularSolve(lowerTriangle(add(a, 5)), b), [b]);
  });

  it('works in single precision', () => {
    const x = triangularSolve(cast(shifted, 'float32'), cast(b, 'float32'));
    expect(x.dtype).to.equal('float32');
    expectClose(x, triangularSolve(shifted, b), 1e-6);
  });
});

function logOfDiagonal(l: Tensor): Tensor {
  const n = l.shape[0] as number;
  return stack(Array.from({ length: n }, (_, i) => l.slice([i, i]).log()));
}

/** The determinant by its definition: the sum over all permutations. */
function leibniz(matrix: readonly (readonly number[])[]): number {
  const [first = [], ...rest] = matrix;
  if (rest.length === 0) return first[0] as number;
  return first.reduce((total, entry, j) => {
    const minor = rest.map((row) => row.filter((_, column) => column !== j));
    return total + (j % 2 === 0 ? 1 : -1) * entry * leibniz(minor);
  }, 0);
}

/** Expects one solution for the value, and one for all cotangents. */
function expectOneSolution(
  name: string,
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
): void {
  const recorder = new Recorder();
  const count = () => recorder.calls.filter(({ primitive }) => primitive.name === name).length;
  const [y, pullback] = vjp(
    fn,
    inputs.map((x) => recorder.watch(x)),
  );
  expect(count()).to.equal(1);
  pullback(y);
  expect(count()).to.equal(2);
}
