/** Arithmetic. Both operands of a binary operation have one shape and dtype. They may be views. */
import ops from 'ndarray-ops';
import { binary, unary, unaryLoop } from './declare.ts';
import { withSimd, withSimdArithmetic } from './simd/index.ts';

export const add = withSimdArithmetic('add', binary('add', ops.add));
export const subtract = withSimdArithmetic('subtract', binary('subtract', ops.sub));
export const multiply = withSimdArithmetic('multiply', binary('multiply', ops.mul));
export const divide = withSimdArithmetic('divide', binary('divide', ops.div, 'floating'));

/** a^b as in JS: NaN if b is NaN, if |a| = 1 and b is infinite, or if a is negative and b fractional. */
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

/** The nearest integer; between two integers, the even one (IEEE 754). `Math.round` rounds halves up. */
export const round = unaryLoop('round', (x, y) => {
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    const isHalf = Math.abs(value - Math.trunc(value)) === 0.5;
    y[i] = isHalf ? 2 * Math.round(value / 2) : Math.round(value);
  }
});
