/** Arithmetic. Binary operations take arrays of one shape and dtype; views are as good as any. */
import ops from 'ndarray-ops';
import { binary, unary, unaryLoop } from './declare.ts';
import { withSimd, withSimdArithmetic } from './simd/index.ts';

export const add = withSimdArithmetic('add', binary('add', ops.add));
export const subtract = withSimdArithmetic('subtract', binary('subtract', ops.sub));
export const multiply = withSimdArithmetic('multiply', binary('multiply', ops.mul));
export const divide = withSimdArithmetic('divide', binary('divide', ops.div, 'floating'));

/**
 * a^b as JS defines it: NaN if b is NaN, or if |a| = 1 and b is infinite; NaN for negative a and fractional
 * b.
 */
export const power = binary('power', ops.pow, 'floating');

/** The larger of two numbers; NaN if either is. */
export const maximum = withSimdArithmetic('maximum', binary('maximum', ops.max));

/** The smaller of two numbers; NaN if either is. */
export const minimum = withSimdArithmetic('minimum', binary('minimum', ops.min));

/** The angle of the point (x, y), for operands y and x in this order, in (−π, π]. */
export const atan2 = binary('atan2', ops.atan2, 'floating');

export const negate = withSimd('negate', unary('negate', ops.neg, 'numbers'));
export const abs = withSimd('abs', unary('abs', ops.abs, 'numbers'));
export const square = withSimd(
  'square',
  unary('square', (out, a) => ops.mul(out, a, a), 'numbers'),
);
export const reciprocal = withSimd('reciprocal', unary('reciprocal', ops.recip));
export const sqrt = withSimd('sqrt', unary('sqrt', ops.sqrt));
export const floor = unary('floor', ops.floor);
export const ceil = unary('ceil', ops.ceil);

/** 1/√x. */
export const rsqrt = unaryLoop('rsqrt', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = 1 / Math.sqrt(x[i] as number);
});

/** −1, 0 or 1; NaN for NaN. */
export const sign = unaryLoop('sign', (x, y) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.sign(x[i] as number);
});

/** To the nearest integer, and halves to the even one (IEEE 754), unlike `Math.round`. */
export const round = unaryLoop('round', (x, y) => {
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    const isHalf = Math.abs(value - Math.trunc(value)) === 0.5;
    y[i] = isHalf ? 2 * Math.round(value / 2) : Math.round(value);
  }
});
