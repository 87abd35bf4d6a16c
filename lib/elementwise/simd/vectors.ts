/** The building blocks of functions of vectors. */
import type { FunctionBuilder, Local } from '../../wasm/function.ts';
import { type Expression, f32x4, f64x2, i32x4 } from '../../wasm/instructions.ts';

export type Vector = Expression<'v128'>;

/** A function of four float32 at once. */
export type VectorFunction = (f: FunctionBuilder, x: Local<'v128'>) => Vector;

/** Adding it to a small number rounds that number to an integer, and leaves the integer in the last bits. */
export const roundingShift = 1.5 * 2 ** 23;

/** A float32 in all four lanes. The code sets it once, before the loop. */
export function constant(f: FunctionBuilder, value: number): Vector {
  return f.hoist(f32x4.const(value));
}

/** A float64 in both lanes. The code sets it once, before the loop. */
export function double(f: FunctionBuilder, value: number): Vector {
  return f.hoist(f64x2.const(value));
}

/** The bits of an integer in all four lanes. */
export function integer(f: FunctionBuilder, value: number): Vector {
  return f.hoist(i32x4.const(value));
}

/** A polynomial by Horner's scheme. The coefficient of the highest power comes first. */
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
