/**
 * GradBench's "GMM": the log posterior of a mixture of Gaussians with a Wishart prior on the precision
 * matrices QᵀQ. Q is lower triangular, with exp q on the diagonal and l, column by column, below it. N points
 * in D dimensions, K components.
 */
import { expect } from 'chai';
import {
  add,
  concatenate,
  diagonalMatrix,
  einsum,
  exp,
  expandDims,
  gather,
  logSumExp,
  multiply,
  square,
  subtract,
  sum,
  type Tensor,
  tensor,
  zeros,
} from '../../../autograd/index.ts';
import { numbersOf, sampleTensor } from '../numbers.ts';
import { expectGradient } from './check.ts';

const [N, D, K] = [12, 3, 4];
/** The prior: m more degrees of freedom, and γ, whose inverse square scales the mean precision. */
const [m, gamma] = [2, 1.3];

/**
 * For each row and column of Q, the entry's index in l, or an index behind l. The entries of l run down the
 * columns, below the diagonal.
 */
const places = Array.from({ length: D }, (_, row) =>
  Array.from({ length: D }, (_, column) =>
    row > column ? column * D - (column * (column + 1)) / 2 + (row - column - 1) : (D * (D - 1)) / 2,
  ),
);

function logPosterior(x: Tensor, alpha: Tensor, mu: Tensor, q: Tensor, l: Tensor): Tensor {
  const below = gather(
    concatenate([l, zeros([K, 1], { dtype: 'float64' })], 1),
    tensor(places, { dtype: 'int32' }),
    {
      axis: 1,
    },
  );
  const Q = add(diagonalMatrix(exp(q)), below);
  const scaled = einsum('kij,nkj->nki', Q, subtract(expandDims(x, 1), mu));
  const sumQ = sum(q, { axes: 1 });
  const beta = add(subtract(alpha, multiply(sum(square(scaled), { axes: 2 }), 0.5)), sumQ);
  const likelihood = subtract(sum(logSumExp(beta, { axes: 1 })), multiply(logSumExp(alpha), N));
  const prior = subtract(multiply(sum(sumQ), m), multiply(sum(square(Q)), gamma ** 2 / 2));
  return add(add(likelihood, prior), constant());
}

/** The part that does not depend on the parameters: the densities' normalisation. */
function constant(): number {
  const n = D + m + 1;
  return (
    -0.5 * N * D * Math.log(2 * Math.PI) + K * (n * D * Math.log(gamma / Math.SQRT2) - logGammaOf(n / 2))
  );
}

/** log Γ_D(a) = log π^(D(D−1)/4) Πⱼ Γ(a − j/2), of a multiple of ½. */
function logGammaOf(a: number): number {
  const gammaOf = (z: number): number =>
    z > 1 ? (z - 1) * gammaOf(z - 1) : z === 1 ? 1 : Math.sqrt(Math.PI);
  const factors = Array.from({ length: D }, (_, j) => Math.log(gammaOf(a - j / 2)));
  return factors.reduce((total, factor) => total + factor, ((D * (D - 1)) / 4) * Math.log(Math.PI));
}

describe('GradBench: GMM', () => {
  const x = sampleTensor(1, [N, D]);
  const parameters = [
    sampleTensor(2, [K], -1, 1),
    sampleTensor(3, [K, D], -1, 1),
    sampleTensor(4, [K, D], -0.5, 0.5),
    sampleTensor(5, [K, (D * (D - 1)) / 2], -1, 1),
  ];
  const points = x.toArray() as number[][];
  const alpha = numbersOf(parameters[0]);
  const [mu, q, l] = parameters.slice(1).map((p) => p.toArray()) as [number[][], number[][], number[][]];
  const factors = q.map((qk, k) => lowerTriangle(qk, l[k] as number[]));
  const weights = softmax(alpha);

  it('has the value of the definition: densities multiplied, with determinants', () => {
    const density = (point: number[], k: number) => {
      const precision = gram(factors[k] as Matrix);
      const centred = point.map((v, i) => v - (mu[k]?.[i] as number));
      const distance = dot(centred, apply(precision, centred));
      return Math.exp(-distance / 2) * Math.sqrt(determinant(precision) / (2 * Math.PI) ** D);
    };
    const likelihood = points.map((p) =>
      Math.log(weights.reduce((sum, phi, k) => sum + phi * density(p, k), 0)),
    );
    const prior = factors.map((Q) => logWishart(gram(Q)));
    const total = [...likelihood, ...prior].reduce((a, b) => a + b);
    expect(logPosterior(x, ...(parameters as Parameters)).item()).to.be.closeTo(
      total,
      1e-12 * Math.abs(total),
    );
  });

  it('has the gradient by responsibilities', () => {
    // With r the responsibilities and z = Q(x − μ): ∂/∂μ = Σ r·Qᵀz, ∂/∂Q = −Σ r·z(x − μ)ᵀ − γ²Q, and
    // log det Q = Σ q.
    const ofMu = mu.map((row) => row.map(() => 0));
    const ofQ = factors.map((Q) => Q.map((row) => row.map((entry) => -(gamma ** 2) * entry)));
    const ofAlpha = weights.map((phi) => -N * phi);
    const mass = weights.map(() => m);
    for (const point of points) {
      const centred = mu.map((row) => row.map((v, i) => (point[i] as number) - v));
      const z = factors.map((Q, k) => apply(Q, centred[k] as number[]));
      const beta = z.map(
        (zk, k) => (alpha[k] as number) - dot(zk, zk) / 2 + (q[k] as number[]).reduce((a, b) => a + b),
      );
      softmax(beta).forEach((r, k) => {
        ofAlpha[k]! += r;
        mass[k]! += r;
        const [Q, zk, ck] = [factors[k] as Matrix, z[k] as number[], centred[k] as number[]];
        for (let i = 0; i < D; i++) {
          for (let j = 0; j < D; j++) {
            ofMu[k]![j]! += r * Q[i]![j]! * zk[i]!;
            ofQ[k]![i]![j]! -= r * zk[i]! * ck[j]!;
          }
        }
      });
    }
    const ofDiagonal = q.map((row, k) => row.map((entry, i) => ofQ[k]![i]![i]! * Math.exp(entry) + mass[k]!));
    const ofBelow = ofQ.map((matrix) => columnsBelow(matrix));
    const derived = [ofAlpha, ofMu.flat(), ofDiagonal.flat(), ofBelow.flat()];
    expectGradient((...p) => logPosterior(x, ...(p as Parameters)), parameters, derived);
  });
});

type Matrix = number[][];
type Parameters = [Tensor, Tensor, Tensor, Tensor];

function lowerTriangle(qk: readonly number[], lk: readonly number[]): Matrix {
  const rest = [...lk];
  const matrix = qk.map((_, row) => qk.map((entry, column) => (row === column ? Math.exp(entry) : 0)));
  for (let column = 0; column < D; column++) {
    for (let row = column + 1; row < D; row++) matrix[row]![column] = rest.shift() as number;
  }
  return matrix;
}

function columnsBelow(matrix: Matrix): number[] {
  return matrix.flatMap((_, column) => matrix.slice(column + 1).map((row) => row[column] as number));
}

/** The log density of the Wishart distribution with scale γ⁻² and D + m + 1 degrees of freedom. */
function logWishart(X: Matrix): number {
  const n = D + m + 1;
  const trace = X.reduce((sum, row, i) => sum + (row[i] as number), 0);
  const normalisation =
    ((n * D) / 2) * Math.log(2) + ((n * D) / 2) * Math.log(gamma ** -2) + logGammaOf(n / 2);
  return ((n - D - 1) / 2) * Math.log(determinant(X)) - 0.5 * gamma ** 2 * trace - normalisation;
}

/** QᵀQ. */
function gram(Q: Matrix): Matrix {
  return Q.map((_, i) =>
    Q.map((_, j) => Q.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), 0)),
  );
}

function determinant(X: Matrix): number {
  if (X.length === 1) return X[0]![0] as number;
  const minor = (column: number) => X.slice(1).map((row) => row.filter((_, j) => j !== column));
  return (X[0] as number[]).reduce((sum, entry, j) => sum + (-1) ** j * entry * determinant(minor(j)), 0);
}

function apply(X: Matrix, v: readonly number[]): number[] {
  return X.map((row) => dot(row, v));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, entry, i) => sum + entry * (b[i] as number), 0);
}

function softmax(v: readonly number[]): number[] {
  const total = v.reduce((sum, entry) => sum + Math.exp(entry), 0);
  return v.map((entry) => Math.exp(entry) / total);
}
