/** The table of functions of four float32 at once. */
import type { FunctionBuilder, Local } from '../../wasm/function.ts';
import { f32x4, v128 } from '../../wasm/instructions.ts';
import { exp, log, sigmoid, silu, siluSlope, softplus, tanh } from './exponentials.ts';
import { gelu, geluSlope } from './gelu.ts';
import { normalQuantile } from './normal-quantile.ts';
import { cos, sin } from './trigonometry.ts';
import { constant, type Vector, type VectorFunction } from './vectors.ts';

/** Each function has the name of its scalar version. */
export const vectorFunctions = {
  ...{ abs: each(f32x4.abs), negate: each(f32x4.neg), sqrt: each(f32x4.sqrt), square, reciprocal, relu },
  ...{ exp, log, sigmoid, silu, siluSlope, softplus, tanh, gelu, geluSlope, sin, cos, normalQuantile },
} satisfies Record<string, VectorFunction>;

function square(_: FunctionBuilder, x: Local<'v128'>): Vector {
  return f32x4.mul(x, x);
}

function reciprocal(f: FunctionBuilder, x: Local<'v128'>): Vector {
  return f32x4.div(constant(f, 1), x);
}

/** max(x, 0): 0 where x ≤ 0, so that NaN stays and −0 becomes 0. */
function relu(f: FunctionBuilder, x: Local<'v128'>): Vector {
  return v128.andnot(x, f32x4.le(x, constant(f, 0)));
}

/** An instruction as a function of a variable. */
function each(instruction: (x: Vector) => Vector): VectorFunction {
  return (_, x) => instruction(x);
}
