/**
 * Arithmetic. Every function takes arrays of any shape, also views, and returns a new contiguous array of the
 * same shape and dtype. An operation on two arrays throws a ShapeError if their shapes differ, and a
 * DTypeError if their dtypes differ. Every function throws a DTypeError for a dtype that it does not take.
 *
 * The functions that take int32 and uint32 keep the low 32 bits of an integer result.
 */
import { flat, type NDArray } from '../array.ts';
import { binary, unary, unaryLoop } from './declare.ts';
import { ops } from './ops.ts';
import { withSimd, withSimdArithmetic } from './simd/index.ts';

/**
 * a + b, for float32, float64, int32 or uint32.
 * @example add(a, b); // [1, 2] and [3, 4] → [4, 6]
 */
export const add = withSimdArithmetic('add', binary('add', ops.add));
/**
 * a − b, for float32, float64, int32 or uint32.
 * @example subtract(a, b); // [3, 4] and [1, 2] → [2, 2]
 */
export const subtract = withSimdArithmetic('subtract', binary('subtract', ops.sub));
/**
 * a·b, for float32, float64, int32 or uint32. A product of integers beyond ±2⁵³ first rounds to float64, so
 * its low 32 bits are not exact.
 * @example multiply(a, b); // [1, 2] and [3, 4] → [3, 8]
 */
export const multiply = withSimdArithmetic('multiply', binary('multiply', ops.mul));
/**
 * a / b, for float32 or float64. x/0 is ±∞, and 0/0 is NaN.
 * @example divide(a, b); // [1, 4] and [2, 2] → [0.5, 2]
 */
export const divide = withSimdArithmetic('divide', binary('divide', ops.div, 'floating'));

/**
 * a^b, for float32 or float64, as in IEEE 754. It is 1 if a = 1 or b = 0, also beside NaN, and if a = −1 and
 * b is infinite. It is NaN if a is negative and b is not an integer (both finite).
 * @example power(a, b); // [2, 9] and [3, 0.5] → [8, 3]
 */
export const power = binary('power', powersInto, 'floating');

/**
 * The larger of two numbers, for float32, float64, int32 or uint32. It is NaN if either number is NaN.
 * @example maximum(a, b); // [1, 4] and [3, 2] → [3, 4]
 */
export const maximum = withSimdArithmetic('maximum', binary('maximum', ops.max));

/**
 * The smaller of two numbers, for float32, float64, int32 or uint32. It is NaN if either number is NaN.
 * @example minimum(a, b); // [1, 4] and [3, 2] → [1, 2]
 */
export const minimum = withSimdArithmetic('minimum', binary('minimum', ops.min));

/**
 * The angle of the point (x, y) in radians, from −π to π, for float32 or float64. The operand y comes first.
 * @example atan2(y, x); // y = [1, 0] and x = [0, −1] → [π/2, π]
 */
export const atan2 = binary('atan2', ops.atan2, 'floating');

/**
 * −x, for float32, float64, int32 or uint32.
 * @example negate(x); // [1, −2] → [−1, 2]
 */
export const negate = withSimd('negate', unary('negate', ops.neg, 'numbers'));
/**
 * |x|, for float32, float64, int32 or uint32. The int32 −2³¹ stays, because int32 has no 2³¹.
 * @example abs(x); // [1, −2] → [1, 2]
 */
export const abs = withSimd('abs', unary('abs', ops.abs, 'numbers'));
/**
 * x², for float32, float64, int32 or uint32. Integers behave as in `multiply`.
 * @example square(x); // [1, −2] → [1, 4]
 */
export const square = withSimd(
  'square',
  unary('square', (out, a) => ops.mul(out, a, a), 'numbers'),
);
/**
 * 1/x, for float32 or float64. 1/0 is ∞, and 1/−0 is −∞.
 * @example reciprocal(x); // [2, −4] → [0.5, −0.25]
 */
export const reciprocal = withSimd('reciprocal', unary('reciprocal', ops.recip));
/**
 * √x, for float32 or float64. It is NaN for x < 0.
 * @example sqrt(x); // [1, 4] → [1, 2]
 */
export const sqrt = withSimd('sqrt', unary('sqrt', ops.sqrt));
/**
 * The largest integer ≤ x, for float32 or float64.
 * @example floor(x); // [1.5, −1.5] → [1, −2]
 */
export const floor = unary('floor', ops.floor);
/**
 * The smallest integer ≥ x, for float32 or float64.
 * @example ceil(x); // [1.5, −1.5] → [2, −1]
 */
export const ceil = unary('ceil', ops.ceil);

/**
 * 1/√x, for float32 or float64. It is ∞ for 0, and NaN for x < 0.
 * @example rsqrt(x); // [1, 4] → [1, 0.5]
 */
export const rsqrt = unaryLoop('rsqrt', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = 1 / Math.sqrt(x[i] as number);
});

/**
 * −1, 0 or 1, for float32 or float64. It keeps −0 and NaN.
 * @example sign(x); // [−3, 0, 5] → [−1, 0, 1]
 */
export const sign = unaryLoop('sign', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.sign(x[i] as number);
});

/**
 * The nearest integer, for float32 or float64. Halfway between two integers it is the even one (IEEE 754);
 * `Math.round` rounds up there.
 * @example round(x); // [0.5, 1.5, 2.6] → [0, 2, 3]
 */
export const round = unaryLoop('round', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = roundOf(x[i] as number);
});

export function roundOf(x: number): number {
  const isHalf = Math.abs(x - Math.trunc(x)) === 0.5;
  return isHalf ? 2 * Math.round(x / 2) : Math.round(x);
}

/** a^b. JavaScript gives NaN where |a| = 1 and b is infinite, or where a = 1 and b is NaN. */
export function powerOf(a: number, b: number): number {
  return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b;
}

function powersInto(out: NDArray, a: NDArray, b: NDArray): void {
  ops.pow(out, a, b);
  const y = flat(out);
  if (!y.includes(Number.NaN as never)) return;
  const [x, exponent] = [flat(a), flat(b)];
  for (let i = 0; i < y.length; i++) y[i] = powerOf(x[i] as number, exponent[i] as number);
}
