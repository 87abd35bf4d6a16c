import { flat, type NDArray, requireArray, wrap } from '../array.ts';
import { ArgumentError } from '../errors.ts';
import { sizeOf } from '../shape.ts';
import { doubles, inDTypeOf, matricesOf, requireSquare } from './matrices.ts';
import { solveTriangle } from './triangular.ts';

/**
 * A factorisation P·A = L·U. `packed` [..., n, n] holds U, and below it L, whose diagonal is 1. `rows`
 * (int32, [..., n]) gives for each row of P·A its row in A.
 */
export interface LuFactors {
  readonly packed: NDArray;
  readonly rows: NDArray;
}

/**
 * The LU factorisation with partial pivoting of matrices [..., n, n]. If a matrix is singular, U has a 0 on
 * its diagonal. Throws a `ShapeError` unless the matrices are square.
 *
 * @example
 * const { packed, rows } = luFactor(a);
 */
export function luFactor(a: NDArray): LuFactors {
  requireArray('luFactor', a);
  const n = requireSquare('luFactor', a.shape);
  const values = doubles(a);
  const rows = new Int32Array(sizeOf(a.shape.slice(0, -1)));
  matricesOf(values, a.shape).forEach((matrix, i) => {
    factorInPlace(matrix, rows.subarray(i * n, (i + 1) * n), n);
  });
  return { packed: inDTypeOf(a, values, a.shape), rows: wrap(rows, a.shape.slice(0, -1)) };
}

/**
 * Solves A·x = b, or Aᵀ·x = b if `transposed`, for matrices b [..., n, k], from the factors of A.
 * Throws an `ArgumentError` if A is singular.
 *
 * @example luSolve(luFactor(a), b, false);
 */
export function luSolve(factors: LuFactors, b: NDArray, transposed: boolean): NDArray {
  const { packed, rows } = requireFactors('luSolve', factors);
  requireArray('luSolve', b);
  const n = requireSquare('solve', packed.shape);
  const k = b.shape.at(-1) as number;
  const x = new Float64Array(sizeOf(b.shape));
  const [sources, targets] = [matricesOf(doubles(b), b.shape), matricesOf(x, b.shape)];
  const order = flat(rows) as Int32Array;
  matricesOf(doubles(packed), packed.shape).forEach((lu, batch) => {
    requireRegular(lu, n);
    const permutation = order.subarray(batch * n, (batch + 1) * n);
    const [source, target] = [sources[batch], targets[batch]] as [Float64Array, Float64Array];
    if (transposed) {
      // Aᵀ = Uᵀ·Lᵀ·P
      solveTriangle(lu, source, n, k, { lower: false, transposed: true, unit: false });
      solveTriangle(lu, source, n, k, { lower: true, transposed: true, unit: true });
      permutation.forEach((row, i) => {
        target.set(source.subarray(i * k, (i + 1) * k), row * k);
      });
    } else {
      permutation.forEach((row, i) => {
        target.set(source.subarray(row * k, (row + 1) * k), i * k);
      });
      solveTriangle(lu, target, n, k, { lower: true, transposed: false, unit: true });
      solveTriangle(lu, target, n, k, { lower: false, transposed: false, unit: false });
    }
  });
  return inDTypeOf(b, x, b.shape);
}

/**
 * log|det A| and the sign of det A, each [...], from the factors of A. A singular matrix has the sign 0 and
 * the logarithm −∞.
 *
 * @example luLogDeterminant(luFactor(a)).sign;
 */
export function luLogDeterminant(factorization: LuFactors): {
  readonly logarithm: NDArray;
  readonly sign: NDArray;
} {
  const { packed, rows } = requireFactors('luLogDeterminant', factorization);
  const n = requireSquare('logAbsDeterminant', packed.shape);
  const batch = packed.shape.slice(0, -2);
  const [factors, order] = [doubles(packed), flat(rows)];
  const count = sizeOf(batch);
  const [logarithm, sign] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < count; i++) {
    sign[i] = permutationSign(order.subarray(i * n, (i + 1) * n));
    for (let j = 0; j < n; j++) {
      const pivot = factors[i * n * n + j * (n + 1)] as number;
      logarithm[i] = (logarithm[i] as number) + Math.log(Math.abs(pivot));
      sign[i] = (sign[i] as number) * Math.sign(pivot);
    }
  }
  return { logarithm: inDTypeOf(packed, logarithm, batch), sign: inDTypeOf(packed, sign, batch) };
}

function factorInPlace(a: Float64Array, rows: Int32Array, n: number): void {
  for (const i of rows.keys()) rows[i] = i;
  for (let column = 0; column < n; column++) {
    const pivot = largestBelow(a, column, n);
    if (pivot !== column) swapRows(a, rows, pivot, column, n);
    const diagonal = a[column * (n + 1)] as number;
    if (diagonal === 0) continue;
    for (let i = column + 1; i < n; i++) {
      const factor = (a[i * n + column] as number) / diagonal;
      a[i * n + column] = factor;
      for (let j = column + 1; j < n; j++)
        a[i * n + j] = (a[i * n + j] as number) - factor * (a[column * n + j] as number);
    }
  }
}

function largestBelow(a: Float64Array, column: number, n: number): number {
  let best = column;
  for (let i = column + 1; i < n; i++) {
    if (Math.abs(a[i * n + column] as number) > Math.abs(a[best * n + column] as number)) best = i;
  }
  return best;
}

function swapRows(a: Float64Array, rows: Int32Array, i: number, j: number, n: number): void {
  const row = a.slice(i * n, (i + 1) * n);
  a.copyWithin(i * n, j * n, (j + 1) * n);
  a.set(row, j * n);
  const index = rows[i] as number;
  rows[i] = rows[j] as number;
  rows[j] = index;
}

function requireRegular(lu: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    if (lu[i * (n + 1)] === 0)
      throw new ArgumentError(`solve: the matrix is singular (pivot ${i + 1} of ${n} is 0)`);
  }
}

function permutationSign(rows: ArrayLike<number>): number {
  const seen = new Set<number>();
  let sign = 1;
  for (let start = 0; start < rows.length; start++) {
    let length = 0;
    for (let i = start; !seen.has(i); i = rows[i] as number) {
      seen.add(i);
      length++;
    }
    if (length > 0 && length % 2 === 0) sign = -sign;
  }
  return sign;
}

function requireFactors(operation: string, factors: LuFactors): LuFactors {
  requireArray(operation, factors?.packed);
  requireArray(operation, factors.rows);
  return factors;
}
