import { type NDArray, requireArray, wrap } from '../array.ts';
import { sizeOf } from '../shape.ts';
import { doubles, inDTypeOf, matricesOf } from './matrices.ts';
import { addMultiple, rowsOf, transposed } from './rows.ts';
import { svd } from './svd.ts';

/**
 * The pseudo-inverse V·diag(1/s)·Uᵀ [..., n, m] of matrices [..., m, n], by their singular values s. Those of
 * at most tolerance·max(s) count as 0, and so do their inverses.
 *
 * @example pinv(a, 1e-12);
 */
export function pinv(a: NDArray, tolerance: number): NDArray {
  requireArray('pinv', a);
  const [m, n] = a.shape.slice(-2) as [number, number];
  const k = Math.min(m, n);
  const { u, s, v } = svd(wrap(doubles(a), a.shape));
  const [lefts, rights, values] = [
    matricesOf(doubles(u), u.shape),
    matricesOf(doubles(v), v.shape),
    doubles(s),
  ];
  const shape = [...a.shape.slice(0, -2), n, m];
  const result = new Float64Array(sizeOf(shape));
  matricesOf(result, shape).forEach((matrix, i) => {
    const columns = rowsOf(transposed(lefts[i] as Float64Array, m, k), k, m);
    const right = rights[i] as Float64Array;
    const targets = rowsOf(matrix, n, m);
    columns.forEach((column, j) => {
      const value = values[i * k + j] as number;
      if (value <= tolerance * (values[i * k] as number)) return;
      targets.forEach((row, at) => {
        addMultiple(row, (right[at * k + j] as number) / value, column);
      });
    });
  });
  return inDTypeOf(a, result, shape);
}
