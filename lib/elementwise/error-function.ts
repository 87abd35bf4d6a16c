/**
 * The error function, its complement and its inverse: rational approximations, accurate in float64. Every
 * function takes a float32 or float64 array of any shape, also a view, and returns a new contiguous array of
 * the same shape and dtype. It throws a DTypeError for any other dtype.
 */
import { unaryLoop } from './declare.ts';
import { withSimd } from './simd/index.ts';

/**
 * erf(x) = 2/√π ∫₀ˣ e^−t² dt.
 * @example erf(x); // [0, 1] → [0, 0.842…]
 */
export const erf = unaryLoop('erf', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = erfOf(x[i] as number);
});

/**
 * erfc(x) = 1 − erf(x), with full relative accuracy for large x.
 * @example erfc(x); // [0, 1] → [1, 0.157…]
 */
export const erfc = unaryLoop('erfc', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = erfcOf(x[i] as number);
});

/**
 * The inverse of `erf`. It is ±∞ at ±1, and NaN outside [−1, 1].
 * @example erfinv(x); // [0, 0.5] → [0, 0.476…]
 */
export const erfinv = unaryLoop('erfinv', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.SQRT1_2 * normalQuantileOf(x[i] as number);
});

/**
 * z = Φ⁻¹((1 + u)/2) = √2·erfinv(u): a number from N(0, 1) is below z with probability (1 + u)/2. This turns
 * a uniform number on (−1, 1) into a normal one. ±∞ at ±1, NaN outside of [−1, 1].
 *
 * @example normalQuantile(u); // u: float32 or float64
 */
export const normalQuantile = withSimd(
  'normalQuantile',
  unaryLoop('normalQuantile', (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = normalQuantileOf(x[i] as number);
  }),
);

// W. J. Cody, Rational Chebyshev approximations for the error function, Math. Comp. 23 (1969): three ranges
// of |x|.
const nearZero = 0.46875;
const farAway = 4;
const underflow = 28;

export function erfOf(x: number): number {
  if (Math.abs(x) <= nearZero) return x * erfOverX(x * x);
  return x < 0 ? upperTail(-x) - 1 : 1 - upperTail(x);
}

export function erfcOf(x: number): number {
  if (Math.abs(x) <= nearZero) return 1 - x * erfOverX(x * x);
  return x < 0 ? 2 - upperTail(-x) : upperTail(x);
}

/**
 * PPND16 of M. J. Wichura, Algorithm AS 241: the percentage points of the normal distribution, Appl. Statist.
 * 37 (1988).
 */
export function normalQuantileOf(u: number): number {
  const q = u / 2;
  if (Math.abs(q) <= 0.425) return q * quotient(0.180625 - q * q, centre);
  const tail = (1 - Math.abs(u)) / 2;
  if (!(tail > 0)) return tail === 0 ? u * Infinity : Number.NaN;
  const r = Math.sqrt(-Math.log(tail));
  const magnitude = r <= 5 ? quotient(r - 1.6, middle) : quotient(r - 5, far);
  return u < 0 ? -magnitude : magnitude;
}

function erfOverX(square: number): number {
  return quotient(square, erfCoefficients);
}

/** erfc(x) for x > 0.46875. */
function upperTail(x: number): number {
  return x >= underflow ? 0 : expOfMinusSquare(x) * scaledUpperTail(x);
}

/** e^x²·erfc(x) for x > 0.46875. */
export function scaledUpperTail(x: number): number {
  if (x <= farAway) return quotient(x, erfcCoefficients);
  const t = 1 / (x * x);
  return (oneOverSqrtPi - t * quotient(t, asymptoticCoefficients)) / x;
}

export const oneOverSqrtPi = 0.5641895835477563;

/** e^−x². The square of x's high part is exact; a rounded x² would cost up to x² units in the last place. */
function expOfMinusSquare(x: number): number {
  const high = Math.trunc(x * 16) / 16;
  return Math.exp(-high * high) * Math.exp(-(x - high) * (x + high));
}

/** e^(−x²/2), likewise. */
export function expOfMinusHalfSquare(x: number): number {
  const high = Math.trunc(x * 16) / 16;
  return Math.exp(-0.5 * high * high) * Math.exp(-0.5 * (x - high) * (x + high));
}

/** A quotient of two polynomials. The coefficients of the lowest powers come first. */
export interface Rational {
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

function quotient(x: number, { numerator, denominator }: Rational): number {
  return polynomial(x, numerator) / polynomial(x, denominator);
}

function polynomial(x: number, coefficients: readonly number[]): number {
  let value = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) value = value * x + (coefficients[i] as number);
  return value;
}

export const erfCoefficients: Rational = {
  numerator: [
    3209.3775891384694, 377.485237685302, 113.86415415105016, 3.1611237438705655, 0.18577770618460315,
  ],
  denominator: [2844.236833439171, 1282.6165260773723, 244.02463793444417, 23.601290952344122, 1.0],
};

export const erfcCoefficients: Rational = {
  numerator: [
    1230.3393547979972, 2051.0783778260716, 1712.0476126340707, 881.952221241769, 298.6351381974001,
    66.11919063714163, 8.883149794388377, 0.5641884969886701, 2.1531153547440383e-8,
  ],
  denominator: [
    1230.3393548037495, 3439.3676741437216, 4362.619090143247, 3290.7992357334597, 1621.3895745666903,
    537.1811018620099, 117.6939508913125, 15.744926110709835, 1.0,
  ],
};

export const asymptoticCoefficients: Rational = {
  numerator: [
    0.0006587491615298378, 0.016083785148742275, 0.12578172611122926, 0.36034489994980445,
    0.30532663496123236, 0.016315387137302097,
  ],
  denominator: [
    0.0023352049762686918, 0.06051834131244132, 0.5279051029514285, 1.8729528499234673, 2.568520192289822,
    1.0,
  ],
};

export const centre: Rational = {
  numerator: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
    67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  denominator: [
    1.0, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
};

export const middle: Rational = {
  numerator: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  denominator: [
    1.0, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
};

export const far: Rational = {
  numerator: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  denominator: [
    1.0, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
};
