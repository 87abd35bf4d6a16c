/** The operations on float64 numbers of WebAssembly. What it has no instruction for, JavaScript computes. */
import type { Expression } from '../../wasm/instructions.ts';
import { f64, i32 } from '../../wasm/program-instructions.ts';
import { numberScalars } from '../javascript/number-scalars.ts';
import { arityOf, type ScalarName, type Scalars } from '../scalars.ts';

type Number64 = Expression<'f64'>;

/** What a module imports from JavaScript: operations, and the conversions to integers, modulo 2³². */
export type ImportedName = ScalarName | 'int32' | 'uint32';

/** Calls the operation of JavaScript, which the module imports. */
export type CallScalar = (name: ImportedName, ...operands: readonly Number64[]) => Number64;

/** The functions behind these names. */
export const importedFunctions: Readonly<Record<ImportedName, (...numbers: number[]) => number>> = {
  ...(numberScalars as Readonly<Record<ScalarName, (...numbers: number[]) => number>>),
  int32: (x) => (x as number) | 0,
  uint32: (x) => (x as number) >>> 0,
};

const native = {
  cast: (x) => x,
  negate: f64.neg,
  abs: f64.abs,
  square: (x) => f64.mul(x, x),
  reciprocal: (x) => f64.div(f64.const(1), x),
  sqrt: f64.sqrt,
  rsqrt: (x) => f64.div(f64.const(1), f64.sqrt(x)),
  floor: f64.floor,
  ceil: f64.ceil,
  add: f64.add,
  subtract: f64.sub,
  multiply: f64.mul,
  divide: f64.div,
  maximum: f64.max,
  minimum: f64.min,
  less: (x, y) => mask(f64.lt(x, y)),
  lessEqual: (x, y) => mask(f64.le(x, y)),
  greater: (x, y) => mask(f64.gt(x, y)),
  greaterEqual: (x, y) => mask(f64.ge(x, y)),
  equal: (x, y) => mask(f64.eq(x, y)),
  notEqual: (x, y) => mask(f64.ne(x, y)),
  logicalNot: (x) => mask(f64.eq(x, f64.const(0))),
  where: (condition, x, y) => f64.select(x, y, isTrue(condition)),
} satisfies Partial<Scalars<Number64>>;

/** Whether JavaScript must compute the operation, so that a module must import it. */
export function isImported(name: ScalarName): boolean {
  return !(name in native);
}

/** One operation. Its operands are locals: some operations use theirs twice. */
export function computeNumber(name: ScalarName, operands: readonly Number64[], call: CallScalar): Number64 {
  if (isImported(name)) return call(name, ...operands.slice(0, arityOf(name)));
  const compute = native[name as keyof typeof native] as (...operands: readonly Number64[]) => Number64;
  return compute(...operands);
}

export function isTrue(x: Number64): Expression<'i32'> {
  return f64.ne(x, f64.const(0));
}

function mask(condition: Expression<'i32'>): Number64 {
  return f64.convert_i32_s(condition);
}

/** A mask as a byte. */
export function byteOf(x: Number64): Expression<'i32'> {
  return i32.trunc_sat_f64_u(x);
}
