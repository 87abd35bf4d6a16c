/**
 * Exponentials and logarithms of four float32 at once, to 2 units in the last place. They reduce the range
 * and use the polynomials of S. Moshier's Cephes library (single precision). Vectors allow no branches: the
 * code computes both sides and selects.
 */
import type { FunctionBuilder, Local } from '../../wasm/function.ts';
import { f32x4, f64x2, i32x4, i64x2, v128 } from '../../wasm/instructions.ts';
import { narrow, widen } from '../../wasm/widening.ts';
import {
  constant,
  double,
  integer,
  polynomial,
  polynomialInDoubles,
  roundingShift,
  type Vector,
} from './vectors.ts';

const { abs, add, div, mul, neg, pmax, pmin, sub } = f32x4;

// log 2 in two parts. The product of the first part and a small integer is exact.
const [log2High, log2Low] = [0.693359375, -2.1219444005469057e-4];

export function exp(f: FunctionBuilder, x: Local<'v128'>): Vector {
  const { mantissa, scale } = exponential(f, x);
  return mul(mantissa, scale);
}

/**
 * e^x = 2ⁿ·e^r with |r| ≤ (log 2)/2, as mantissa·scale. Each factor has half of the power of two. So neither
 * overflows, and a result in the denormal range rounds only once.
 */
function exponential(
  f: FunctionBuilder,
  x: Vector,
): { readonly mantissa: Local<'v128'>; readonly scale: Local<'v128'> } {
  // Beyond these bounds e^x is 0 or ∞, and so is x·e^x. NaN stays NaN.
  const bounded = f.local('v128', pmin(pmax(x, constant(f, -126)), constant(f, 126)));
  const shifted = f.local('v128', add(mul(bounded, constant(f, Math.LOG2E)), constant(f, roundingShift)));
  const n = f.local('v128', sub(shifted, constant(f, roundingShift)));
  const r = f.local('v128', sub(sub(bounded, mul(n, constant(f, log2High))), mul(n, constant(f, log2Low))));
  const tail = polynomial(
    f,
    r,
    [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5],
  );
  const series = f.local('v128', add(add(mul(tail, mul(r, r)), r), constant(f, 1)));
  const power = f.local('v128', i32x4.sub(shifted, f.hoist(f32x4.const(roundingShift))));
  const half = f.local('v128', i32x4.shr_s(power, 1));
  return {
    mantissa: f.local('v128', mul(series, powerOfTwo(f, half))),
    scale: f.local('v128', powerOfTwo(f, i32x4.sub(power, half))),
  };
}

export function log(f: FunctionBuilder, x: Local<'v128'>): Vector {
  // Make denormals normal first.
  const isSmall = f.local('v128', f32x4.lt(x, constant(f, 2 ** -126)));
  const normal = f.local('v128', v128.bitselect(mul(x, constant(f, 2 ** 24)), x, isSmall));
  const exponent = f.local('v128', i32x4.sub(i32x4.shr_u(normal, 23), integer(f, 126)));
  const shift = v128.and(isSmall, integer(f, 24));
  const power = f32x4.convert_i32x4_s(i32x4.sub(exponent, shift));
  const fraction = v128.or(v128.and(normal, integer(f, 0x007fffff)), integer(f, 0x3f000000)); // in [½, 1)
  const value = logarithm(f, f.local('v128', fraction), f.local('v128', power));
  // log 0 = −∞, log ∞ = ∞, and NaN below 0 and for NaN
  const infinity = constant(f, Number.POSITIVE_INFINITY);
  const ordinary = v128.bitselect(x, value, f32x4.eq(x, infinity));
  const atZero = v128.bitselect(constant(f, Number.NEGATIVE_INFINITY), ordinary, f32x4.eq(x, constant(f, 0)));
  return v128.bitselect(atZero, constant(f, Number.NaN), f32x4.ge(x, constant(f, 0)));
}

/** log(fraction·2^power), for a fraction in [½, 2). */
function logarithm(f: FunctionBuilder, fraction: Local<'v128'>, power: Local<'v128'>): Vector {
  // Bring the fraction into [√½, √2), where the series in fraction − 1 converges best.
  const isLow = f.local('v128', f32x4.lt(fraction, constant(f, Math.SQRT1_2)));
  const isHigh = f.local('v128', f32x4.ge(fraction, constant(f, Math.SQRT2)));
  const doubled = v128.bitselect(add(fraction, fraction), fraction, isLow);
  const centred = v128.bitselect(mul(fraction, constant(f, 0.5)), doubled, isHigh);
  const z = f.local('v128', sub(centred, constant(f, 1)));
  const n = f.local(
    'v128',
    add(sub(power, v128.and(isLow, constant(f, 1))), v128.and(isHigh, constant(f, 1))),
  );
  const square = f.local('v128', mul(z, z));
  const tail = polynomial(
    f,
    z,
    [
      7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
      2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    ],
  );
  const small = f.local('v128', add(mul(mul(tail, z), square), mul(n, constant(f, log2Low))));
  return add(add(z, sub(small, mul(square, constant(f, 0.5)))), mul(n, constant(f, log2High)));
}

/** For two numbers x, kept within ±126: −x, e^−x and σ(x) in float64. */
interface LogisticHalf {
  readonly minus: Local<'v128'>;
  readonly decay: Local<'v128'>;
  readonly sigmoid: Local<'v128'>;
}

/** What `sigmoid`, `silu` and `siluSlope` of four numbers have in common. */
export type Logistic = readonly [low: LogisticHalf, high: LogisticHalf];

/** Beyond the bounds, 1 + e^−x is 1, or σ(x) and x·σ(x) are 0 in float32. */
export function logistic(f: FunctionBuilder, x: Local<'v128'>): Logistic {
  const minus = f.local('v128', neg(pmin(pmax(x, constant(f, -126)), constant(f, 126))));
  return widen(f, minus).map((half) => {
    const decay = f.local('v128', expInDoubles(f, half));
    const sigmoid = f.local('v128', f64x2.div(double(f, 1), f64x2.add(double(f, 1), decay)));
    return { minus: half, decay, sigmoid };
  }) as unknown as Logistic;
}

/** 1/(1 + e^−x). The comparison puts NaN where x is NaN. */
export function sigmoid(f: FunctionBuilder, x: Local<'v128'>, [low, high] = logistic(f, x)): Vector {
  return v128.or(narrow(low.sigmoid, high.sigmoid), f32x4.ne(x, x));
}

/** x·σ(x). silu(−∞) is −0, the limit: far to the left, the bound gives −0 too, and prevents ∞·0. */
export function silu(f: FunctionBuilder, x: Local<'v128'>, [low, high] = logistic(f, x)): Vector {
  const [y, z] = widen(f, f.local('v128', pmax(x, constant(f, -126))));
  return narrow(f64x2.mul(y, low.sigmoid), f64x2.mul(z, high.sigmoid));
}

/** σ(x)·(1 + x·σ(−x)), where σ(−x) is e^−x·σ(x): 1 − σ(x) would lose its digits. 0 at −∞, 1 at ∞. */
export function siluSlope(f: FunctionBuilder, x: Local<'v128'>, parts = logistic(f, x)): Vector {
  const [low, high] = parts.map(({ minus, decay, sigmoid }) => {
    const opposite = f64x2.mul(decay, sigmoid);
    return f64x2.mul(sigmoid, f64x2.sub(double(f, 1), f64x2.mul(minus, opposite)));
  }) as [Vector, Vector];
  return narrow(low, high);
}

export function softplus(f: FunctionBuilder, x: Local<'v128'>): Vector {
  const small = f.local('v128', exp(f, f.local('v128', neg(abs(x)))));
  const sum = f.local('v128', add(constant(f, 1), small));
  // log(1 + small): we add back, to first order, the part that the sum lost by rounding.
  const lost = div(sub(small, sub(sum, constant(f, 1))), sum);
  const logarithmOfSum = add(logarithm(f, sum, f.local('v128', constant(f, 0))), lost);
  return add(pmax(x, constant(f, 0)), logarithmOfSum);
}

export function tanh(f: FunctionBuilder, x: Local<'v128'>): Vector {
  const magnitude = f.local('v128', abs(x));
  const square = f.local('v128', mul(x, x));
  const tail = polynomial(
    f,
    square,
    [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1],
  );
  const near = f.local('v128', add(x, mul(mul(tail, square), x)));
  const { mantissa, scale } = exponential(f, add(magnitude, magnitude));
  const far = sub(constant(f, 1), div(constant(f, 2), add(mul(mantissa, scale), constant(f, 1))));
  const value = v128.bitselect(near, far, f32x4.lt(magnitude, constant(f, 0.625)));
  return v128.or(value, v128.and(x, constant(f, -0))); // the sign of x, also that of −0
}

/** e^x = 2ⁿ·eʳ for two float64 with |x| < 700. */
export function expInDoubles(f: FunctionBuilder, x: Vector): Vector {
  const { add, mul, sub } = f64x2;
  const exponent = f.local('v128', x);
  // Adding 1.5·2⁵² rounds a number to an integer, and leaves that integer in the last bits.
  const shift = double(f, 1.5 * 2 ** 52);
  const shifted = f.local('v128', add(mul(exponent, double(f, Math.LOG2E)), shift));
  const r = f.local('v128', sub(exponent, mul(sub(shifted, shift), double(f, Math.LN2))));
  const series = polynomialInDoubles(f, r, exponentialCoefficients);
  // The shift moves the last bits into the exponent of a float64.
  return i64x2.add(series, i64x2.shl(shifted, 52));
}

// Minimax, in falling powers: eʳ on |r| ≤ (log 2)/2, with a relative error of 2e-9.
const exponentialCoefficients = [
  0.0013836657820475448, 0.00837496508257252, 0.04166823685030686, 0.16666418397354893, 0.49999991993779824,
  1.0000000367142297, 1.000000000562194,
];

/** 2ⁿ, for integers n from −126 to 127. The shift puts n + 127 into the exponent bits of a float32. */
function powerOfTwo(f: FunctionBuilder, n: Vector): Vector {
  return i32x4.shl(i32x4.add(n, integer(f, 127)), 23);
}
