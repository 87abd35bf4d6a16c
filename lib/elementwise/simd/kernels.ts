/** The module of all SIMD functions, assembled when first needed. */
import { instantiate, newMemory } from '../../wasm/engine.ts';
import type { FunctionBuilder, Local } from '../../wasm/function.ts';
import { type Expression, f32x4, v128 } from '../../wasm/instructions.ts';
import { ModuleBuilder } from '../../wasm/module.ts';
import { vectorFunctions } from './functions.ts';

/** Arithmetic has the same bits as in JavaScript: float64 has digits enough that rounding twice does no harm. */
const vectorArithmetic = {
  add: f32x4.add,
  subtract: f32x4.sub,
  multiply: f32x4.mul,
  divide: f32x4.div,
} satisfies Record<string, (a: Expression<'v128'>, b: Expression<'v128'>) => Expression<'v128'>>;

export type UnaryKernel = keyof typeof vectorFunctions;
export type BinaryKernel = keyof typeof vectorArithmetic;

/** How many numbers are worked on at a time: two operands' pages fill a first-level cache. */
export const pageLength = 4096;
const pageBytes = pageLength * 4;

export interface Kernels {
  /** Where the first operand is put, and where the result will be. */
  readonly left: Float32Array;
  /** Where the second operand is put. */
  readonly right: Float32Array;
  readonly unary: Readonly<Record<UnaryKernel, (bytes: number) => void>>;
  readonly binary: Readonly<Record<BinaryKernel, (bytes: number) => void>>;
}

let assembled: Kernels | undefined;

export function kernels(): Kernels {
  assembled ??= assemble();
  return assembled;
}

function assemble(): Kernels {
  const module = new ModuleBuilder();
  for (const [name, build] of Object.entries(vectorFunctions)) {
    module.define(name, { bytes: 'i32' }, (f, { bytes }) => {
      forEachVector(f, bytes, (at) => build(f, f.local('v128', v128.load(at))));
    });
  }
  for (const [name, build] of Object.entries(vectorArithmetic)) {
    module.define(name, { bytes: 'i32' }, (f, { bytes }) => {
      forEachVector(f, bytes, (at) => build(v128.load(at), v128.load(at, pageBytes)));
    });
  }
  const memory = newMemory();
  const run = instantiate<Kernels['unary'] & Kernels['binary']>(module.assemble(), memory);
  return {
    left: new Float32Array(memory.buffer, 0, pageLength),
    right: new Float32Array(memory.buffer, pageBytes, pageLength),
    unary: run,
    binary: run,
  };
}

/** Replaces each vector of the first page. The last may reach behind the last number, but not behind the page. */
function forEachVector(f: FunctionBuilder, bytes: Local<'i32'>, value: (at: Local<'i32'>) => Expression<'v128'>): void {
  f.for(0, bytes, 16, (at) => f.do(v128.store(at, value(at))));
}
