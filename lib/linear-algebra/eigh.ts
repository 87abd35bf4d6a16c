import type { NDArray } from '../array.ts';
import { requireArray } from '../array.ts';
import { doubles, inDTypeOf, matricesOf, requireSquare } from './matrices.ts';
import {
  addMultiple,
  addTwoMultiples,
  dot,
  householder,
  largestOf,
  rotate,
  rowsOf,
  transposed,
} from './rows.ts';

/**
 * A = V·diag(w)·Vᵀ for symmetric matrices A [..., n, n]: the eigenvalues w [..., n], the smallest first, and
 * the eigenvectors, which are the columns of V [..., n, n]. All are NaN if A has a NaN or an infinity.
 *
 * @example const { values, vectors } = eigh(a);
 */
export function eigh(a: NDArray): { readonly values: NDArray; readonly vectors: NDArray } {
  requireArray('eigh', a);
  const n = requireSquare('eigh', a.shape);
  const vectors = doubles(a);
  const matrices = matricesOf(vectors, a.shape);
  const values = new Float64Array(matrices.length * n);
  matrices.forEach((matrix, i) => {
    const target = values.subarray(i * n, (i + 1) * n);
    const rows = symmetricEigen(matrix, target);
    matrix.set(transposed(rows, n, n));
  });
  return { values: inDTypeOf(a, values, a.shape.slice(0, -1)), vectors: inDTypeOf(a, vectors, a.shape) };
}

/** Fills in the eigenvalues of a symmetric matrix, which it overwrites; its eigenvectors, row by row. */
export function symmetricEigen(matrix: Float64Array, values: Float64Array): Float64Array {
  const n = values.length;
  const scale = largestOf(matrix);
  if (!Number.isFinite(scale)) {
    values.fill(Number.NaN);
    return matrix.fill(Number.NaN);
  }
  // Entries of at most 1: no square of them overflows.
  for (let i = 0; scale > 0 && i < matrix.length; i++) matrix[i] = (matrix[i] as number) / scale;
  const rows = rowsOf(matrix, n, n);
  const beside = new Float64Array(n);
  const vectors = rowsOf(tridiagonalise(rows, values, beside), n, n);
  diagonalise(values, beside, vectors);
  const order = Array.from(values.keys()).sort((i, j) => (values[i] as number) - (values[j] as number));
  const sorted = order.map((i) => scale * (values[i] as number));
  values.set(sorted);
  order.forEach((from, i) => {
    matrix.set(vectors[from] as Float64Array, i * n);
  });
  return matrix;
}

/**
 * A = Q·T·Qᵀ with a tridiagonal T, by Householder's reflections from both sides (Golub & Van Loan, Matrix
 * Computations, 8.3.1). Returns Qᵀ.
 */
function tridiagonalise(
  a: readonly Float64Array[],
  diagonal: Float64Array,
  beside: Float64Array,
): Float64Array {
  const n = a.length;
  const betas = a.map((column, k) => {
    diagonal[k] = column[k] as number;
    if (k + 1 >= n) return 0;
    // Row k is column k. From place k + 1 on it becomes v.
    const { alpha, beta } = householder(column, k + 1);
    beside[k] = alpha;
    if (beta !== 0) reflectBothSides(a, column, beta, k + 1);
    return beta;
  });
  const transposedQ = new Float64Array(n * n);
  const q = rowsOf(transposedQ, n, n);
  for (let k = n - 1; k >= 0; k--) {
    (q[k] as Float64Array)[k] = 1;
    const beta = betas[k] as number;
    for (let i = k + 1; beta !== 0 && i < n; i++) {
      const row = q[i] as Float64Array;
      addMultiple(row, -beta * dot(row, a[k] as Float64Array, k + 1), a[k] as Float64Array, k + 1);
    }
  }
  return transposedQ;
}

/**
 * A ← H·A·H on the rows and columns from `from` on, with H = I − β·v·vᵀ: A − v·wᵀ − w·vᵀ. It reads and writes
 * the upper triangle alone.
 */
function reflectBothSides(a: readonly Float64Array[], v: Float64Array, beta: number, from: number): void {
  const n = v.length;
  const w = new Float64Array(n);
  for (let i = from; i < n; i++) addSymmetricRow(w, a[i] as Float64Array, v, i);
  for (let i = from; i < n; i++) w[i] = beta * (w[i] as number);
  addMultiple(w, (-beta / 2) * dot(w, v, from), v, from);
  for (let i = from; i < n; i++)
    addTwoMultiples(a[i] as Float64Array, -(v[i] as number), w, -(w[i] as number), v, i);
}

/** What row i of the upper triangle, and the column beside it, add to w = A·v. */
function addSymmetricRow(w: Float64Array, row: Float64Array, v: Float64Array, i: number): void {
  const factor = v[i] as number;
  let sum = (row[i] as number) * factor;
  for (let j = i + 1; j < row.length; j++) {
    const entry = row[j] as number;
    sum += entry * (v[j] as number);
    w[j] = (w[j] as number) + entry * factor;
  }
  w[i] = (w[i] as number) + sum;
}

/**
 * The eigenvalues of a tridiagonal matrix, in the place of its diagonal, by implicit QL steps with
 * Wilkinson's shift, which always converge (Parlett, The Symmetric Eigenvalue Problem, 8.11). The rows of
 * `vectors` are rotated along.
 */
function diagonalise(d: Float64Array, e: Float64Array, vectors: readonly Float64Array[]): void {
  const n = d.length;
  for (let low = 0; low < n; low++) {
    for (let high = endOfBlock(d, e, low); high > low; high = endOfBlock(d, e, low))
      qlStep(d, e, low, high, vectors);
  }
}

/**
 * The squares of smaller numbers are 0, and so a QL step would not see them. The matrix's largest entry is 1.
 */
const underflow = 2 ** -511;
/** Smaller squares lose digits. */
const smallSquare = 2 ** -960;

/** The last row of the block that begins at `low`, and has no negligible entry beside its diagonal. */
function endOfBlock(d: Float64Array, e: Float64Array, low: number): number {
  let i = low;
  for (; i + 1 < d.length; i++) {
    const size = Math.abs(d[i] as number) + Math.abs(d[i + 1] as number);
    if (Math.abs(e[i] as number) <= Number.EPSILON * size + underflow) break;
  }
  return i;
}

/** One QL step on the rows from `low` to `high`: a shift, and rotations that chase it up from the end. */
function qlStep(
  d: Float64Array,
  e: Float64Array,
  low: number,
  high: number,
  vectors: readonly Float64Array[],
): void {
  const [d0, e0] = [d[low] as number, e[low] as number];
  const half = ((d[low + 1] as number) - d0) / (2 * e0);
  const root = Math.sqrt(half * half + 1);
  let g = (d[high] as number) - d0 + e0 / (half + (half < 0 ? -root : root));
  let [c, s, p] = [1, 1, 0];
  for (let i = high - 1; i >= low; i--) {
    const ei = e[i] as number;
    const [f, b] = [s * ei, c * ei];
    const squares = f * f + g * g;
    // Math.hypot takes ten times as long, so it is for numbers whose squares lose digits.
    const r = squares > smallSquare ? Math.sqrt(squares) : Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      // The matrix falls into two blocks.
      d[i + 1] = (d[i + 1] as number) - p;
      e[high] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = (d[i + 1] as number) - p;
    const t = ((d[i] as number) - g) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = g + p;
    g = c * t - b;
    rotate(vectors[i] as Float64Array, vectors[i + 1] as Float64Array, c, s);
  }
  d[low] = d0 - p;
  e[low] = g;
  e[high] = 0;
}
