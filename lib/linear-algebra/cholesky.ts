import type { NDArray } from '../array.ts';
import { requireArray } from '../array.ts';
import { ArgumentError } from '../errors.ts';
import { doubles, inDTypeOf, matricesOf, requireSquare } from './matrices.ts';

/**
 * The lower triangle L with L·Lᵀ = A, for symmetric positive definite matrices A [..., n, n]. It reads only
 * the lower triangle of A. Throws a `ShapeError` unless A is square, an `ArgumentError` unless A is positive
 * definite.
 *
 * @example cholesky(a); // [n, n] → [n, n]
 */
export function cholesky(a: NDArray): NDArray {
  requireArray('cholesky', a);
  const n = requireSquare('cholesky', a.shape);
  const values = doubles(a);
  for (const matrix of matricesOf(values, a.shape)) factorInPlace(matrix, n);
  return inDTypeOf(a, values, a.shape);
}

function factorInPlace(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = a[i * n + j] as number;
      for (let m = 0; m < j; m++) rest -= (a[i * n + m] as number) * (a[j * n + m] as number);
      if (i === j && rest <= 0) {
        throw new ArgumentError(
          `cholesky: the matrix is not positive definite (pivot ${i + 1} of ${n} is ${rest})`,
        );
      }
      a[i * n + j] = i === j ? Math.sqrt(rest) : rest / (a[j * (n + 1)] as number);
    }
    a.fill(0, i * n + i + 1, (i + 1) * n);
  }
}
