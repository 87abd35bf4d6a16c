/** A kernel that computes a whole formula, vector by vector. */
import { dtypeOf, flat, type NDArray, wrap } from '../../array.ts';
import { allocate, type DType } from '../../dtype.ts';
import type { Floats } from '../../requirements.ts';
import type { Shape } from '../../shape.ts';
import { instantiate, newMemory, pageBytes as unitOfMemory } from '../../wasm/engine.ts';
import type { FunctionBuilder, Local } from '../../wasm/function.ts';
import { type Expression, f32x4, f64x2, v128 } from '../../wasm/instructions.ts';
import { ModuleBuilder } from '../../wasm/module.ts';
import type { Arithmetic, Formula } from '../formula.ts';

/** Computes a formula's named results from its named operands. */
export type FusedKernel<R extends string> = (
  operands: Readonly<Record<string, NDArray | number>>,
  shape: Shape,
) => Readonly<Record<R, NDArray>>;

// The pages of all operands and results should fit, or nearly fit, into a first-level cache.
const pageBytes = 8192;

/** Assembles the kernel for operands of these names and kinds, and of the dtype of `like`. */
export function fusedKernel<K extends string, R extends string>(
  formula: Formula<K, R>,
  operands: Readonly<Record<K, NDArray | number>>,
  like: NDArray,
): FusedKernel<R> {
  const dtype = dtypeOf(like);
  const names = Object.keys(operands) as K[];
  const arrays = names.filter((name) => typeof operands[name] !== 'number');
  const numbers = names.filter((name) => typeof operands[name] === 'number');
  const { code, results } = assemble(formula, dtype, arrays, numbers);
  const memory = newMemory();
  memory.grow(Math.ceil(((arrays.length + results.length) * pageBytes) / unitOfMemory));
  const { run } = instantiate<{ run: (bytes: number, ...numbers: readonly number[]) => void }>(code, memory);
  const pages = Array.from({ length: arrays.length + results.length }, (_, i) =>
    dtype === 'float32'
      ? new Float32Array(memory.buffer, i * pageBytes, pageBytes / 4)
      : new Float64Array(memory.buffer, i * pageBytes, pageBytes / 8),
  );
  return (operands, shape) => {
    const sources = arrays.map((name) => flat(operands[name] as NDArray) as Floats);
    const scalars = numbers.map((name) => operands[name] as number);
    const { length, BYTES_PER_ELEMENT } = sources[0] as Floats;
    const targets = results.map(() => allocate(length, dtype) as Floats);
    const pageLength = pageBytes / BYTES_PER_ELEMENT;
    for (let start = 0; start < length; start += pageLength) {
      const count = Math.min(pageLength, length - start);
      for (const [i, source] of sources.entries())
        (pages[i] as Floats).set(source.subarray(start, start + count));
      run(count * BYTES_PER_ELEMENT, ...scalars);
      for (const [i, target] of targets.entries()) {
        target.set((pages[sources.length + i] as Floats).subarray(0, count), start);
      }
    }
    return Object.fromEntries(results.map((name, i) => [name, wrap(targets[i] as Floats, shape)])) as Record<
      R,
      NDArray
    >;
  };
}

function assemble<K extends string, R extends string>(
  formula: Formula<K, R>,
  dtype: DType,
  arrays: readonly K[],
  numbers: readonly K[],
): { readonly code: Uint8Array; readonly results: readonly R[] } {
  const isSingle = dtype === 'float32';
  const module = new ModuleBuilder();
  let results: R[] = [];
  const scalars = Object.fromEntries(numbers.map((name) => [name, isSingle ? 'f32' : 'f64'] as const));
  module.define('run', { bytes: 'i32', ...scalars } as const, (f, parameters) => {
    const { bytes, ...values } = parameters as { bytes: Local<'i32'> } & Record<string, Local<'f32' | 'f64'>>;
    const repeated = numbers.map((name) => {
      const value = values[name] as Expression<'f32' | 'f64'>;
      const vector = isSingle
        ? f32x4.splat(value as Expression<'f32'>)
        : f64x2.splat(value as Expression<'f64'>);
      return [name, f.hoist(vector)];
    });
    f.for(0, bytes, 16, (at) => {
      const loaded = arrays.map((name, i) => [name, f.local('v128', v128.load(at, i * pageBytes))]);
      const operands = Object.fromEntries([...loaded, ...repeated]) as Record<K, Expression<'v128'>>;
      const values = formula(vectorArithmetic(f, isSingle), operands);
      results = Object.keys(values) as R[];
      for (const [i, name] of results.entries()) {
        f.do(v128.store(at, values[name], (arrays.length + i) * pageBytes));
      }
    });
  });
  return { code: module.assemble(), results };
}

/** Puts each value into a variable, because a formula may use it more than once. */
function vectorArithmetic(f: FunctionBuilder, isSingle: boolean): Arithmetic<Expression<'v128'>> {
  const { add, sub, mul, div, sqrt } = isSingle ? f32x4 : f64x2;
  return {
    add: (a, b) => f.local('v128', add(a, b)),
    subtract: (a, b) => f.local('v128', sub(a, b)),
    multiply: (a, b) => f.local('v128', mul(a, b)),
    divide: (a, b) => f.local('v128', div(a, b)),
    sqrt: (a) => f.local('v128', sqrt(a)),
  };
}
