import type { NDArray } from '../array.ts';
import { requireArray } from '../array.ts';
import { ArgumentError, describe } from '../errors.ts';
import { doubles, inDTypeOf, matricesOf, requireSquare } from './matrices.ts';

/** Which triangle of A to read, whether to solve with Aᵀ, and whether to take the diagonal as ones. */
export interface Triangle {
  readonly lower: boolean;
  readonly transposed: boolean;
  readonly unit: boolean;
}

/**
 * Solves A·x = b (or Aᵀ·x = b) for b [..., n, k]. It reads only one triangle of A [..., n, n]. Throws a
 * `ShapeError` unless A is square, an `ArgumentError` if there is a 0 on the diagonal.
 *
 * @example triangularSolve(a, b, { lower: true, transposed: false, unit: false });
 */
export function triangularSolve(a: NDArray, b: NDArray, triangle: Triangle): NDArray {
  requireArray('triangularSolve', a);
  requireArray('triangularSolve', b);
  if (triangle === null || typeof triangle !== 'object')
    throw new ArgumentError(`triangularSolve: wanted { lower, transposed, unit }, got ${describe(triangle)}`);
  const n = requireSquare('triangularSolve', a.shape);
  const k = b.shape.at(-1) as number;
  const x = doubles(b);
  const targets = matricesOf(x, b.shape);
  matricesOf(doubles(a), a.shape).forEach((matrix, batch) => {
    for (let i = 0; i < n && !triangle.unit; i++) {
      if (matrix[i * (n + 1)] === 0) {
        throw new ArgumentError(
          `triangularSolve: the matrix is singular (diagonal entry ${i + 1} of ${n} is 0)`,
        );
      }
    }
    solveTriangle(matrix, targets[batch] as Float64Array, n, k, triangle);
  });
  return inDTypeOf(b, x, b.shape);
}

/** Solves by substitution for one matrix a [n, n]. x [n, k] is the right side, and becomes the solution. */
export function solveTriangle(
  a: Float64Array,
  x: Float64Array,
  n: number,
  k: number,
  triangle: Triangle,
): void {
  const { lower, transposed, unit } = triangle;
  const forwards = lower !== transposed;
  for (let step = 0; step < n; step++) {
    const i = forwards ? step : n - 1 - step;
    const [from, to] = forwards ? [0, i] : [i + 1, n];
    for (let j = from; j < to; j++) {
      const factor = (transposed ? a[j * n + i] : a[i * n + j]) as number;
      for (let c = 0; c < k; c++) x[i * k + c] = (x[i * k + c] as number) - factor * (x[j * k + c] as number);
    }
    if (unit) continue;
    const diagonal = a[i * (n + 1)] as number;
    for (let c = 0; c < k; c++) x[i * k + c] = (x[i * k + c] as number) / diagonal;
  }
}
