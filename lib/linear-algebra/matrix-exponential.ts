import { type NDArray, requireArray, wrap } from '../array.ts';
import { eye, full } from '../create.ts';
import { add, multiply, subtract } from '../elementwise/index.ts';
import { matmul } from '../matmul/index.ts';
import { broadcastTo } from '../views.ts';
import { luFactor, luSolve } from './lu.ts';
import { doubles, inDTypeOf, matricesOf, requireSquare } from './matrices.ts';

/** The coefficients of the numerator of exp's Padé approximant of degrees 13 and 13. */
const pade13 = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
  670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
]; // biome-ignore format: fewer lines

/** Up to this norm the approximant is exact to the last digits of a double. */
const largestNorm = 5.371920351148152;

/**
 * exp(A) for matrices [..., n, n]: the Padé approximant of A/2ʲ, squared j times (N. J. Higham, "The scaling
 * and squaring method for the matrix exponential revisited", 2005). NaN if A has a NaN or an infinity.
 *
 * @example matrixExponential(a);
 */
export function matrixExponential(a: NDArray): NDArray {
  requireArray('matrixExponential', a);
  const n = requireSquare('matrixExponential', a.shape);
  const values = doubles(a);
  for (const matrix of matricesOf(values, a.shape)) {
    if (matrix.every(Number.isFinite)) matrix.set(exponential(matrix, n));
    else matrix.fill(Number.NaN);
  }
  return inDTypeOf(a, values, a.shape);
}

function exponential(matrix: Float64Array, n: number): Float64Array {
  const squarings = Math.max(0, Math.ceil(Math.log2(columnNorm(matrix, n) / largestNorm)));
  let result = approximant(
    wrap(
      matrix.map((x) => x * 2 ** -squarings),
      [n, n],
    ),
  );
  for (let i = 0; i < squarings; i++) result = matmul(result, result);
  return result.data as Float64Array;
}

/** q(A)⁻¹·p(A) with p(A) = V + U and q(A) = V − U: U has the odd powers of A, V the even ones. */
function approximant(a: NDArray): NDArray {
  const identity = eye(a.shape[0] as number, 'float64');
  const a2 = matmul(a, a);
  const a4 = matmul(a2, a2);
  const a6 = matmul(a4, a2);
  /** The powers from A⁰ to A⁶, times every other coefficient from that degree on. */
  const combined = (degree: number, powers: readonly NDArray[]) =>
    powers.map((power, i) => times(pade13[degree + 2 * i] as number, power)).reduce(add);
  const high = (degree: number) => matmul(a6, combined(degree + 8, [a2, a4, a6]));
  const low = (degree: number) => combined(degree, [identity, a2, a4, a6]);
  const u = matmul(a, add(high(1), low(1)));
  const v = add(high(0), low(0));
  return luSolve(luFactor(subtract(v, u)), add(v, u), false);
}

function times(factor: number, x: NDArray): NDArray {
  return multiply(broadcastTo(full([], factor, 'float64'), x.shape), x);
}

/** The largest sum of absolute values of a column. */
function columnNorm(matrix: Float64Array, n: number): number {
  let largest = 0;
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.abs(matrix[i * n + j] as number);
    largest = Math.max(largest, sum);
  }
  return largest;
}
