/** The WebAssembly module of all SIMD functions. We assemble it when an operation first needs it. */

import type { Floats } from '../../requirements.ts';
import { instantiate, newMemory } from '../../wasm/engine.ts';
import type { Callable, FunctionBuilder, Local } from '../../wasm/function.ts';
import { type Expression, f32x4, f64x2, i32, v128 } from '../../wasm/instructions.ts';
import { ModuleBuilder } from '../../wasm/module.ts';
import { vectorFunctions } from './functions.ts';
import { defineComparison, defineSelect, vectorComparisons } from './masks.ts';

/**
 * The results have the bits of the plain loops. For float32, those loops round twice, first to float64;
 * float64 has so many more digits that this changes nothing.
 */
const vectorArithmetic = {
  float32: arithmeticOf(f32x4),
  float64: arithmeticOf(f64x2),
};

type Combine = (a: Expression<'v128'>, b: Expression<'v128'>) => Expression<'v128'>;

function arithmeticOf({
  add,
  sub,
  mul,
  div,
  max,
  min,
}: Record<'add' | 'sub' | 'mul' | 'div' | 'max' | 'min', Combine>) {
  return { add, subtract: sub, multiply: mul, divide: div, maximum: max, minimum: min };
}

export type UnaryKernel = keyof typeof vectorFunctions;
export const unaryKernels = Object.keys(vectorFunctions) as readonly UnaryKernel[];
export type BinaryKernel = keyof typeof vectorArithmetic.float32;
export type ComparisonKernel = keyof typeof vectorComparisons.float32;
export type ElementType = keyof typeof vectorArithmetic;

// The pages of two operands fill a first-level cache.
const pageBytes = 16384;
const rightAt = pageBytes + 64; // the last vector of `spread` may reach behind the page
const columnAt = 2 * rightAt;
const maskAt = 3 * rightAt;

/** Arithmetic, comparisons and selection on pages of one element type. */
export interface Pages {
  /** How many numbers fit a page. */
  readonly length: number;
  /** The place of the first operand, and then of the result. */
  readonly left: Floats;
  /** The place of the second operand. */
  readonly right: Floats;
  /** The place of a column before `spread`. */
  readonly column: Floats;
  /** The place where a comparison leaves its mask. */
  readonly compared: Uint8Array;
  /** The place of the mask that `select` reads. */
  readonly mask: Uint8Array;
  readonly run: Readonly<Record<BinaryKernel | ComparisonKernel | 'select', (bytes: number) => void>>;
  /** Writes each of `count` numbers of the column `width` times into the page that begins at this byte. */
  readonly spread: (page: number, count: number, width: number) => void;
}

export interface Kernels {
  /** Each replaces the float32 numbers between two bytes of the memory. The left page begins at byte 0. */
  readonly unary: Readonly<Record<UnaryKernel, (from: number, to: number) => void>>;
  readonly binary: Readonly<Record<ElementType, Pages>>;
}

let assembled: Kernels | undefined;

export function kernels(): Kernels {
  assembled ??= assemble();
  return assembled;
}

function assemble(): Kernels {
  const module = new ModuleBuilder();
  for (const name of unaryKernels) defineUnary(module, name);
  for (const [type, arithmetic] of Object.entries(vectorArithmetic)) {
    for (const [name, build] of Object.entries(arithmetic)) {
      module.define(`${name} ${type}`, { bytes: 'i32' }, (f, { bytes }) => {
        forEachVector(f, bytes, (at) => build(v128.load(at), v128.load(at, rightAt)));
      });
    }
  }
  for (const type of ['float32', 'float64'] as const) {
    for (const [name, compare] of Object.entries(vectorComparisons[type])) {
      defineComparison(module, `${name} ${type}`, type, compare, rightAt);
    }
    defineSelect(module, `select ${type}`, type, rightAt, maskAt);
  }
  defineSpread(module, 'spread float32', 4, v128.load32_splat);
  defineSpread(module, 'spread float64', 8, v128.load64_splat);
  const memory = newMemory();
  const run = instantiate<Record<string, (...numbers: number[]) => void>>(module.assemble(), memory);
  const pages = (type: ElementType, view: (at: number) => Floats): Pages => ({
    length: view(0).length,
    left: view(0),
    right: view(rightAt),
    column: view(columnAt),
    compared: new Uint8Array(memory.buffer, 0, view(0).length),
    mask: new Uint8Array(memory.buffer, maskAt, view(0).length),
    run: Object.fromEntries(
      [...Object.keys(vectorArithmetic[type]), ...Object.keys(vectorComparisons[type]), 'select'].map(
        (name) => [name, run[`${name} ${type}`]],
      ),
    ) as Pages['run'],
    spread: run[`spread ${type}`] as Pages['spread'],
  });
  return {
    unary: run as Kernels['unary'],
    binary: {
      float32: pages('float32', (at) => new Float32Array(memory.buffer, at, pageBytes / 4)),
      float64: pages('float64', (at) => new Float64Array(memory.buffer, at, pageBytes / 8)),
    },
  };
}

/** Replaces each vector between two bytes of the memory. The last vector may reach behind the end. */
export function defineUnary(module: ModuleBuilder, name: UnaryKernel): Callable<{ from: 'i32'; to: 'i32' }> {
  return module.define(name, { from: 'i32', to: 'i32' }, (f, { from, to }) => {
    f.for(from, to, 16, (at) =>
      f.do(v128.store(at, vectorFunctions[name](f, f.local('v128', v128.load(at))))),
    );
  });
}

/** Replaces each vector of the left page. The last may reach behind the numbers, but not behind the page. */
function forEachVector(
  f: FunctionBuilder,
  bytes: Local<'i32'>,
  value: (at: Local<'i32'>) => Expression<'v128'>,
): void {
  f.for(0, bytes, 16, (at) => f.do(v128.store(at, value(at))));
}

/** The last vector of a number may reach into the place of the next number, which the loop writes later. */
function defineSpread(
  module: ModuleBuilder,
  name: string,
  bytes: number,
  load: (at: Expression<'i32'>, offset: number) => Expression<'v128'>,
): void {
  module.define(name, { page: 'i32', count: 'i32', width: 'i32' }, (f, { page, count, width }) => {
    const end = f.local('i32', page);
    f.for(0, count, 1, (i) => {
      const number = f.local('v128', load(i32.mul(i, i32.const(bytes)), columnAt));
      f.set(page, end);
      f.set(end, i32.add(page, i32.mul(width, i32.const(bytes))));
      f.for(page, end, 16, (at) => f.do(v128.store(at, number)));
    });
  });
}
