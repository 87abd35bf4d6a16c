/** Elementwise formulas in one pass over memory, for tensors that no transform watches. */
import * as lib from '../lib/index.ts';
import {
  assign,
  type LoadedProgram,
  loadProgram,
  ProgramBuilder,
  usesSimd,
  type Value,
} from '../lib/program/index.ts';
import { plain } from './core/plain.ts';
import { PlainTensor, Tensor, type TensorLike } from './core/tensor.ts';
import { add } from './operations/addition.ts';
import { divide, multiply, sqrt, subtract } from './operations/arithmetic.ts';

/** The operations of a formula. T may be a tensor, or a value of a program. */
export interface Arithmetic<T> {
  readonly add: (a: T, b: T) => T;
  readonly subtract: (a: T, b: T) => T;
  readonly multiply: (a: T, b: T) => T;
  readonly divide: (a: T, b: T) => T;
  readonly sqrt: (a: T) => T;
}

/** Computes named results from named operands: tensors of one shape, and numbers. */
export type Formula<K extends string, R extends string> = <T>(
  arithmetic: Arithmetic<T>,
  operands: Readonly<Record<K, T>>,
) => Readonly<Record<R, T>>;

/**
 * Turns an elementwise formula of tensors and numbers into one function. Given plain tensors of one dtype,
 * which have one shape or are scalars, the function takes one pass over memory. If a transform watches one
 * of them, or their shapes or dtypes differ, it takes the operations one by one. The bits are the same.
 *
 * @example
 * const mix = fuse(<T>({ add, multiply }: Arithmetic<T>, { x, y, a }: Record<'x' | 'y' | 'a', T>) => ({
 *   z: add(multiply(a, x), y),
 * }));
 * mix({ x: tensor([1, 2]), y: tensor([3, 4]), a: 2 }).z; // [5, 8]
 */
export function fuse<K extends string, R extends string>(
  formula: Formula<K, R>,
): (operands: Readonly<Record<K, TensorLike>>) => Readonly<Record<R, Tensor>> {
  lib.requireFunction('fuse', formula);
  const programs = new Map<string, FusedProgram<R>>();
  return (operands) => {
    if (typeof operands !== 'object' || operands === null)
      throw new lib.ArgumentError(`fuse: wanted an object of operands, got ${lib.describe(operands)}`);
    const given = plainOperands(operands);
    // Operations on tensors give tensors, so every result is one.
    if (!given || !usesSimd())
      return formula<TensorLike>(operations, operands) as Readonly<Record<R, Tensor>>;
    const { like, arrays } = given;
    const signature = [
      like.dtype,
      ...Object.entries<lib.NDArray>(arrays).map(([name, { shape }]) => `${name}: ${shape.length > 0}`),
    ].join();
    const program = programs.get(signature) ?? fusedProgram(formula, arrays, like.dtype);
    programs.set(signature, program);
    return program(arrays, like.shape);
  };
}

const operations: Arithmetic<TensorLike> = { add, subtract, multiply, divide, sqrt };

/** Computes the named results from arrays of one shape and scalars. */
type FusedProgram<R extends string> = (
  arrays: Readonly<Record<string, lib.NDArray>>,
  shape: lib.Shape,
) => Readonly<Record<R, Tensor>>;

// A program works on a page of this many numbers at a time, so that it serves arrays of any shape.
const pageLength = 4096;

function fusedProgram<K extends string, R extends string>(
  formula: Formula<K, R>,
  arrays: Readonly<Record<K, lib.NDArray>>,
  dtype: lib.DType,
): FusedProgram<R> {
  const builder = new ProgramBuilder();
  const map =
    (name: keyof Arithmetic<Value>) =>
    (...values: readonly Value[]) =>
      builder.map(name, dtype, values);
  const page = { shape: [pageLength], dtype };
  const values = Object.entries<lib.NDArray>(arrays).map(([name, { shape }]) => {
    const input = builder.input(shape.length > 0 ? page : { shape: [], dtype });
    const whole =
      shape.length > 0 ? input : builder.view(input, page, (a) => lib.broadcastTo(a, [pageLength]));
    return [name, whole] as const;
  });
  const arithmetic = {
    add: map('add'),
    subtract: map('subtract'),
    multiply: map('multiply'),
    divide: map('divide'),
    sqrt: map('sqrt'),
  };
  const results = formula<Value>(arithmetic, Object.fromEntries(values) as Record<K, Value>);
  const names = Object.keys(results) as R[];
  const loaded = loadProgram(
    builder.finish(
      names.map((name) => results[name]),
      [],
    ),
  );
  return (operands, shape) => {
    const outputs = runInPages(loaded, Object.values(operands), lib.sizeOf(shape), dtype);
    return Object.fromEntries(
      names.map((name, i) => [name, plain(lib.wrap(outputs[i] as lib.TypedArray, shape))]),
    ) as Record<R, Tensor>;
  };
}

function runInPages(
  { inputs, outputs, run }: LoadedProgram,
  operands: readonly lib.NDArray[],
  size: number,
  dtype: lib.DType,
): readonly lib.TypedArray[] {
  const results = outputs.map(() => lib.allocate(size, dtype));
  const sources = operands.map((operand) => lib.flat(operand));
  const places = inputs.map((input) => lib.flat(input) as Float64Array);
  for (let start = 0; start < size; start += pageLength) {
    const count = Math.min(pageLength, size - start);
    sources.forEach((source, i) => {
      if (operands[i]?.shape.length === 0) assign(inputs[i] as lib.NDArray, operands[i] as lib.NDArray);
      else (places[i] as Float64Array).set(source.subarray(start, start + count));
    });
    run();
    results.forEach((result, i) => {
      result.set(lib.flat(outputs[i] as lib.NDArray).subarray(0, count), start);
    });
  }
  return results;
}

/**
 * The operands as arrays. Null unless the tensors among them are plain, of one floating-point dtype, and
 * scalars or of one shape.
 */
function plainOperands<K extends string>(
  operands: Readonly<Record<K, TensorLike>>,
): { readonly like: Tensor; readonly arrays: Record<K, lib.NDArray> } | null {
  const entries = Object.entries<TensorLike>(operands);
  const tensors = entries.map(([, value]) => value).filter((value) => value instanceof Tensor);
  const like = tensors.find(({ rank }) => rank > 0) ?? tensors[0];
  if (!like || !lib.isFloating(like.dtype)) return null;
  const arrays = entries.map(([name, value]) => [name, operandLike(like, value)] as const);
  return arrays.every(([, value]) => value !== null)
    ? { like, arrays: Object.fromEntries(arrays) as Record<K, lib.NDArray> }
    : null;
}

/**
 * The array of a number, or of a plain tensor of the same type or a scalar one; null for any other tensor.
 */
function operandLike({ shape, dtype }: Tensor, value: TensorLike): lib.NDArray | null {
  if (typeof value === 'number') return lib.full([], value, dtype);
  if (!(value instanceof PlainTensor) || value.dtype !== dtype) return null;
  return value.rank === 0 || lib.sameShape(value.shape, shape) ? value.plainArray('fuse') : null;
}
