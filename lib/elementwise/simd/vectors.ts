/** What the functions of vectors are written with. */
import type { FunctionBuilder, Local } from '../../wasm/function.ts';
import { type Expression, f32x4, f64x2, i32x4 } from '../../wasm/instructions.ts';

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
export function polynomialInDoubles(
  f: FunctionBuilder,
  x: Local<'v128'>,
  coefficients: readonly number[],
): Vector {
  const { add, mul } = f64x2;
  return coefficients
    .map((coefficient) => double(f, coefficient))
    .reduce((sum, coefficient) => add(mul(sum, x), coefficient));
}
