import type { NDArray } from '../array.ts';
import { requireArray } from '../array.ts';
import { sizeOf } from '../shape.ts';
import { doubles, inDTypeOf, matricesOf, requireSquare } from './matrices.ts';

/**
 * det A for matrices [..., n, n]: [...]. It multiplies pivots in float64 and rounds once. A product over- or
 * underflows only if the determinant does. Throws a `ShapeError` unless the matrices are square.
 *
 * @example determinant(wrap(Float32Array.of(1, 2, 3, 4), [2, 2])); // -2
 */
export function determinant(a: NDArray): NDArray {
  requireArray('determinant', a);
  const n = requireSquare('determinant', a.shape);
  const result = Float64Array.from(matricesOf(doubles(a), a.shape), (matrix) => {
    const { pivots, sign } = factored(matrix, n);
    return scaled(sign, productOf(pivots));
  });
  return inDTypeOf(a, result, a.shape.slice(0, -2));
}

/**
 * The cofactors of matrices [..., n, n], the derivative of the determinant: det A·A⁻ᵀ, and finite where A is
 * singular. Throws a `ShapeError` unless the matrices are square.
 *
 * With P·A·Q = L·U, whose last pivot is the smallest, the adjugate of U divides by all pivots but the last,
 * and that of L is L⁻¹ (G. W. Stewart, "On the adjugate matrix", 1998).
 * @example cofactors(wrap(Float32Array.of(1, 2, 3, 4), [2, 2])); // [[4, -3], [-2, 1]]
 */
export function cofactors(a: NDArray): NDArray {
  requireArray('cofactors', a);
  const n = requireSquare('cofactors', a.shape);
  const result = new Float64Array(sizeOf(a.shape));
  const targets = matricesOf(result, a.shape);
  matricesOf(doubles(a), a.shape).forEach((matrix, i) => {
    fillCofactors(matrix, targets[i] as Float64Array, n);
  });
  return inDTypeOf(a, result, a.shape);
}

interface Factors {
  readonly pivots: readonly number[];
  /** The row and the column of A at each place of P·A·Q. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** The determinant of P and Q. */
  readonly sign: number;
}

/**
 * LU with complete pivoting, in place: the pivots do not grow, so only the last can be 0 if the rank is n −
 * 1.
 */
function factored(a: Float64Array, n: number): Factors {
  const [rows, columns] = [0, 1].map(() => Array.from({ length: n }, (_, i) => i)) as [number[], number[]];
  let sign = 1;
  for (let step = 0; step < n; step++) {
    const [row, column] = placeOfLargest(a, step, n);
    if (row !== step) sign = -sign;
    if (column !== step) sign = -sign;
    swap(rows, step, row);
    swap(columns, step, column);
    for (let i = 0; i < n; i++) swap(a, step * n + i, row * n + i);
    for (let i = 0; i < n; i++) swap(a, i * n + step, i * n + column);
    const pivot = a[step * (n + 1)] as number;
    if (pivot === 0) break;
    for (let i = step + 1; i < n; i++) {
      const factor = (a[i * n + step] as number) / pivot;
      a[i * n + step] = factor;
      for (let j = step + 1; j < n; j++) a[i * n + j] = at(a, i * n + j) - factor * at(a, step * n + j);
    }
  }
  return { pivots: rows.map((_, i) => at(a, i * (n + 1))), rows, columns, sign };
}

function fillCofactors(a: Float64Array, result: Float64Array, n: number): void {
  const { pivots, rows, columns, sign } = factored(a, n);
  const others = productOf(pivots.slice(0, -1));
  if (others.fraction === 0) return;
  const last = pivots[n - 1] as number;
  for (let column = 0; column < n; column++) {
    // x = adj(U)·L⁻¹ of a unit vector, without the factor that `others` is.
    const x = new Float64Array(n);
    x[column] = 1;
    for (let i = column + 1; i < n; i++) {
      for (let j = column; j < i; j++) x[i] = at(x, i) - at(a, i * n + j) * at(x, j);
    }
    for (let i = 0; i < n - 1; i++) x[i] = last * at(x, i) - at(a, i * n + n - 1) * at(x, n - 1);
    for (let i = n - 2; i >= 0; i--) {
      for (let j = i + 1; j < n - 1; j++) x[i] = at(x, i) - at(a, i * n + j) * at(x, j);
      x[i] = at(x, i) / at(a, i * (n + 1));
    }
    // The adjugate is the transpose of the cofactors.
    x.forEach((value, i) => {
      result[(rows[column] as number) * n + (columns[i] as number)] = scaled(sign * value, others);
    });
  }
}

function placeOfLargest(a: Float64Array, step: number, n: number): readonly [row: number, column: number] {
  let [row, column] = [step, step];
  for (let i = step; i < n; i++) {
    for (let j = step; j < n; j++) {
      if (Math.abs(at(a, i * n + j)) > Math.abs(at(a, row * n + column))) [row, column] = [i, j];
    }
  }
  return [row, column];
}

/** fraction·2^exponent */
interface Scaled {
  readonly fraction: number;
  readonly exponent: number;
}

function productOf(factors: readonly number[]): Scaled {
  let [fraction, exponent] = [1, 0];
  for (const factor of factors) {
    const power = exponentOf(factor);
    fraction *= divided(factor, power);
    const excess = exponentOf(fraction);
    fraction = divided(fraction, excess);
    exponent += power + excess;
  }
  return { fraction, exponent };
}

function exponentOf(x: number): number {
  return x === 0 || !Number.isFinite(x) ? 0 : Math.floor(Math.log2(Math.abs(x)));
}

function scaled(number: number, { fraction, exponent }: Scaled): number {
  return divided(number * fraction, -exponent);
}

/** x/2^power, in two steps, since 2^power may overflow where the result does not. */
function divided(x: number, power: number): number {
  const half = Math.trunc(power / 2);
  return x / 2 ** half / 2 ** (power - half);
}

function at(values: Float64Array, index: number): number {
  return values[index] as number;
}

function swap(list: { [index: number]: number }, i: number, j: number): void {
  const kept = list[i] as number;
  list[i] = list[j] as number;
  list[j] = kept;
}
