/**
 * The functions of numbers that other languages have no operation for, as formulas of those that they have.
 */
import {
  asymptoticCoefficients,
  centre,
  erfCoefficients,
  erfcCoefficients,
  far,
  middle,
  oneOverSqrtPi,
  type Rational,
} from '../../../lib/elementwise/error-function.ts';
import type { ArrayWriter, Value } from './array-writer.ts';

/** 2·atan(x / (1 + √(1 − x²))), which is accurate also where x is near ±1. */
export function asin(w: ArrayWriter, x: Value): Value {
  const leg = w.unary('sqrt', w.multiply(w.subtract(1, x), w.add(1, x)));
  return w.multiply(w.binary('atan2', x, w.add(1, leg)), 2);
}

/** 2·atan(√(1 − x) / √(1 + x)) */
export function acos(w: ArrayWriter, x: Value): Value {
  const root = (y: Value) => w.unary('sqrt', y);
  return w.multiply(w.binary('atan2', root(w.subtract(1, x)), root(w.add(1, x))), 2);
}

/** With m = e^|x| − 1, sinh |x| = (m + m/(m + 1))/2. Where m overflows before sinh does: e^(|x| − log 2). */
export function sinh(w: ArrayWriter, x: Value): Value {
  const a = w.unary('abs', x);
  const m = w.unary('exponential_minus_one', a);
  const small = w.multiply(w.add(m, w.divide(m, w.add(m, 1))), 0.5);
  const large = w.unary('exponential', w.subtract(a, Math.LN2));
  const magnitude = w.select(w.compare('GT', a, 80), large, small);
  return w.select(w.compare('LT', x, 0), w.unary('negate', magnitude), withSign(w, magnitude, x));
}

export function cosh(w: ArrayWriter, x: Value): Value {
  const half = (y: Value) => w.unary('exponential', w.subtract(y, Math.LN2));
  return w.add(half(x), half(w.unary('negate', x)));
}

/** log(|x| + √(x² + 1)); near 0 by log1p, and where x² overflows log 2|x|. */
export function asinh(w: ArrayWriter, x: Value): Value {
  const a = w.unary('abs', x);
  const square = w.multiply(a, a);
  const root = w.unary('sqrt', w.add(square, 1));
  const usual = w.unary('log_plus_one', w.add(a, w.divide(square, w.add(root, 1))));
  const magnitude = w.select(w.compare('GT', a, 1e9), w.add(w.unary('log', a), Math.LN2), usual);
  return w.select(w.compare('LT', x, 0), w.unary('negate', magnitude), withSign(w, magnitude, x));
}

/** With d = x − 1, log(1 + d + √d·√(d + 2)). */
export function acosh(w: ArrayWriter, x: Value): Value {
  const d = w.subtract(x, 1);
  const root = w.multiply(w.unary('sqrt', d), w.unary('sqrt', w.add(d, 2)));
  const usual = w.unary('log_plus_one', w.add(d, root));
  return w.select(w.compare('GT', x, 1e9), w.add(w.unary('log', x), Math.LN2), usual);
}

/** (log(1 + x) − log(1 − x))/2 */
export function atanh(w: ArrayWriter, x: Value): Value {
  const difference = w.subtract(w.unary('log_plus_one', x), w.unary('log_plus_one', w.unary('negate', x)));
  return w.multiply(difference, 0.5);
}

/** The magnitude, or x itself where that is ±0. */
function withSign(w: ArrayWriter, magnitude: Value, x: Value): Value {
  return w.select(w.compare('EQ', x, 0), x, magnitude);
}

/** max(x, 0) + log(1 + e^−|x|) */
export function softplus(w: ArrayWriter, x: Value): Value {
  const rest = w.unary('log_plus_one', w.unary('exponential', w.unary('negate', w.unary('abs', x))));
  return w.add(w.binary('maximum', x, 0), rest);
}

/** x·σ(x); the limit at −∞ is −0. */
export function silu(w: ArrayWriter, x: Value): Value {
  const value = w.divide(x, w.add(1, w.unary('exponential', w.unary('negate', x))));
  return w.select(w.compare('EQ', x, -Infinity), -0, value);
}

/** σ·(1 + x·(1 − σ)). Beyond the bounds σ is 0 or 1; they prevent ∞·0. */
export function siluSlope(w: ArrayWriter, x: Value): Value {
  const bounded = w.binary('maximum', w.binary('minimum', x, 800), -800);
  const s = w.unary('logistic', bounded);
  return w.multiply(s, w.add(1, w.multiply(bounded, w.subtract(1, s))));
}

/** x·Φ(x) = x·erfc(−x/√2)/2; the limit at −∞ is −0. */
export function gelu(w: ArrayWriter, x: Value): Value {
  const value = w.multiply(w.multiply(x, 0.5), erfc(w, w.multiply(x, -Math.SQRT1_2)));
  return w.select(w.compare('EQ', x, -Infinity), -0, value);
}

/** Φ + x·φ, with φ the density of N(0, 1), which is 0 beyond the bounds. */
export function geluSlope(w: ArrayWriter, x: Value): Value {
  const bounded = w.binary('maximum', w.binary('minimum', x, 40), -40);
  const exponent = w.multiply(w.multiply(bounded, bounded), -0.5);
  const density = w.divide(w.unary('exponential', exponent), Math.sqrt(2 * Math.PI));
  const distribution = w.multiply(erfc(w, w.multiply(bounded, -Math.SQRT1_2)), 0.5);
  return w.add(distribution, w.multiply(bounded, density));
}

// W. J. Cody's three ranges, with the coefficients of `lib/elementwise/error-function.ts`.
const nearZero = 0.46875;
const farAway = 4;
const underflow = 28;

export function erf(w: ArrayWriter, x: Value): Value {
  const tail = upperTail(w, w.unary('abs', x));
  const outside = w.select(w.compare('LT', x, 0), w.subtract(tail, 1), w.subtract(1, tail));
  return w.select(isNearZero(w, x), timesErfOverX(w, x), outside);
}

export function erfc(w: ArrayWriter, x: Value): Value {
  const tail = upperTail(w, w.unary('abs', x));
  const outside = w.select(w.compare('LT', x, 0), w.subtract(2, tail), tail);
  return w.select(isNearZero(w, x), w.subtract(1, timesErfOverX(w, x)), outside);
}

function isNearZero(w: ArrayWriter, x: Value): Value {
  return w.compare('LE', w.unary('abs', x), nearZero);
}

/** erf(x) for |x| ≤ 0.46875. */
function timesErfOverX(w: ArrayWriter, x: Value): Value {
  return w.multiply(x, quotient(w, w.multiply(x, x), erfCoefficients));
}

/** erfc(x) for x > 0.46875. */
function upperTail(w: ArrayWriter, x: Value): Value {
  const bounded = w.binary('minimum', x, underflow);
  const decay = expOfMinusSquare(w, bounded);
  const near = w.multiply(decay, quotient(w, bounded, erfcCoefficients));
  const t = w.divide(1, w.multiply(bounded, bounded));
  const correction = w.multiply(t, quotient(w, t, asymptoticCoefficients));
  const beyond = w.multiply(w.divide(decay, bounded), w.subtract(oneOverSqrtPi, correction));
  const value = w.select(w.compare('LE', x, farAway), near, beyond);
  return w.select(w.compare('GE', x, underflow), 0, value);
}

/** e^−x² for x ≥ 0. The square of x's high part is exact; a rounded x² would cost digits. */
function expOfMinusSquare(w: ArrayWriter, x: Value): Value {
  const high = w.multiply(w.unary('floor', w.multiply(x, 16)), 1 / 16);
  const rest = w.multiply(w.subtract(high, x), w.add(x, high));
  const square = w.unary('negate', w.multiply(high, high));
  return w.multiply(w.unary('exponential', square), w.unary('exponential', rest));
}

/** Wichura's PPND16, see `normalQuantileOf` in `lib/elementwise/error-function.ts`. */
export function normalQuantile(w: ArrayWriter, u: Value): Value {
  const q = w.multiply(u, 0.5);
  const inner = w.multiply(q, quotient(w, w.subtract(0.180625, w.multiply(q, q)), centre));
  const tail = w.multiply(w.subtract(1, w.unary('abs', u)), 0.5);
  const r = w.unary('sqrt', w.unary('negate', w.unary('log', tail)));
  const near = quotient(w, w.subtract(r, 1.6), middle);
  const magnitude = w.select(w.compare('LE', r, 5), near, quotient(w, w.subtract(r, 5), far));
  const outer = w.select(w.compare('LT', u, 0), w.unary('negate', magnitude), magnitude);
  const atEnds = w.select(w.compare('EQ', tail, 0), w.multiply(u, Infinity), outer);
  return w.select(w.compare('LE', w.unary('abs', q), 0.425), inner, atEnds);
}

function quotient(w: ArrayWriter, x: Value, { numerator, denominator }: Rational): Value {
  return w.divide(polynomial(w, x, numerator), polynomial(w, x, denominator));
}

function polynomial(w: ArrayWriter, x: Value, coefficients: readonly number[]): Value {
  return coefficients
    .slice(0, -1)
    .reduceRight<Value>(
      (value, coefficient) => w.add(w.multiply(value, x), coefficient),
      w.full(coefficients.at(-1) as number, x),
    );
}
