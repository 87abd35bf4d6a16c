import type { NDArray } from '../array.ts';
import { requireArray } from '../array.ts';
import { doubles, inDTypeOf, matricesOf } from './matrices.ts';
import { addMultiple, dot, householder, rowsOf, transposed } from './rows.ts';

/**
 * A = Q·R by Householder's reflections, for matrices [..., m, n] with m ≥ n: Q [..., m, n] has orthonormal
 * columns, R [..., n, n] is upper triangular. Its diagonal has LAPACK's signs.
 *
 * @example const { q, r } = qr(a);
 */
export function qr(a: NDArray): { readonly q: NDArray; readonly r: NDArray } {
  requireArray('qr', a);
  const [m, n] = a.shape.slice(-2) as [number, number];
  const batch = a.shape.slice(0, -2);
  const q = doubles(a);
  const matrices = matricesOf(q, a.shape);
  const r = new Float64Array(matrices.length * n * n);
  matrices.forEach((matrix, i) => {
    factorInPlace(matrix, r.subarray(i * n * n, (i + 1) * n * n), m, n);
  });
  return { q: inDTypeOf(a, q, a.shape), r: inDTypeOf(a, r, [...batch, n, n]) };
}

function factorInPlace(matrix: Float64Array, r: Float64Array, m: number, n: number): void {
  // Row j is column j of A; below its place j it becomes the vector of reflection j.
  const columns = rowsOf(transposed(matrix, m, n), n, m);
  const betas = columns.map((column, j) => {
    for (let i = 0; i < j; i++) r[i * n + j] = column[i] as number;
    const { alpha, beta } = householder(column, j);
    r[j * n + j] = alpha;
    for (const other of columns.slice(j + 1)) reflect(other, column, beta, j);
    return beta;
  });
  // Q = H₀·H₁⋯, applied to the first n columns of the identity: the last reflection comes first.
  const q = rowsOf(new Float64Array(m * n), n, m);
  for (let j = n - 1; j >= 0; j--) {
    (q[j] as Float64Array)[j] = 1;
    for (const target of q.slice(j)) reflect(target, columns[j] as Float64Array, betas[j] as number, j);
  }
  for (let j = 0; j < n; j++)
    for (let i = 0; i < m; i++) matrix[i * n + j] = (q[j] as Float64Array)[i] as number;
}

/** x ← (I − β·v·vᵀ)·x, where v is 0 before the place `from`. */
function reflect(x: Float64Array, v: Float64Array, beta: number, from: number): void {
  if (beta !== 0) addMultiple(x, -beta * dot(x, v, from), v, from);
}
