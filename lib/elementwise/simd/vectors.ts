/** What the functions of vectors are written with. */
import type { FunctionBuilder, Local } from '../../wasm/function.ts';
import { type Expression, f32x4, f64x2, i8x16, i32x4 } from '../../wasm/instructions.ts';

export type Vector = Expression<'v128'>;

/** A function of four float32 at once. */
export type VectorFunction = (f: FunctionBuilder, x: Local<'v128'>) => Vector;

/** Added to it, a small number is rounded to an integer, which then stands in the last bits. */
export const roundingShift = 1.5 * 2 ** 23;

/** A float32 in all four lanes, set up once, before the loop. */
export function constant(f: FunctionBuilder, value: number): Vector {
  return f.hoist(f32x4.const(value));
}

/** A float64 in both lanes, set up once, before the loop. */
export function double(f: FunctionBuilder, value: number): Vector {
  return f.hoist(f64x2.const(value));
}

/** The bits of an integer in all four lanes. */
export function integer(f: FunctionBuilder, value: number): Vector {
  return f.hoist(i32x4.const(value));
}

/** By Horner's scheme, the highest coefficient first. */
export function polynomial(f: FunctionBuilder, x: Local<'v128'>, coefficients: readonly number[]): Vector {
  const { add, mul } = f32x4;
  return coefficients
    .map((coefficient) => constant(f, coefficient))
    .reduce((sum, coefficient) => add(mul(sum, x), coefficient));
}

/** The same for two float64. */
export function polynomialInDoubles(f: FunctionBuilder, x: Local<'v128'>, coefficients: readonly number[]): Vector {
  const { add, mul } = f64x2;
  return coefficients
    .map((coefficient) => double(f, coefficient))
    .reduce((sum, coefficient) => add(mul(sum, x), coefficient));
}

/** Four float32 as two pairs of float64. */
export function widen(f: FunctionBuilder, x: Vector): readonly [Local<'v128'>, Local<'v128'>] {
  const high = i8x16.shuffle(x, x, [...lastHalf, ...lastHalf]);
  return [f.local('v128', f64x2.promote_low_f32x4(x)), f.local('v128', f64x2.promote_low_f32x4(high))];
}

/** Two pairs of float64, rounded to four float32. */
export function narrow(low: Vector, high: Vector): Vector {
  return i8x16.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), [...firstHalf, ...firstOfSecond]);
}

const firstHalf = [0, 1, 2, 3, 4, 5, 6, 7];
const lastHalf = firstHalf.map((lane) => lane + 8);
const firstOfSecond = firstHalf.map((lane) => lane + 16);
