/** Elementwise formulas in one pass over memory, for tensors that no transform watches. */
import * as lib from '../lib/index.ts';
import { plain } from './core/plain.ts';
import { PlainTensor, Tensor, type TensorLike } from './core/tensor.ts';
import { add } from './operations/addition.ts';
import { divide, multiply, sqrt, subtract } from './operations/arithmetic.ts';

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
  formula: lib.Formula<K, R>,
): (operands: Readonly<Record<K, TensorLike>>) => Readonly<Record<R, Tensor>> {
  const onArrays = lib.fuse(formula);
  return (operands) => {
    const arrays = plainOperands(operands);
    // Operations on tensors give tensors, so every result is one.
    if (!arrays) return formula<TensorLike>(arithmetic, operands) as Readonly<Record<R, Tensor>>;
    const results = Object.entries<lib.NDArray>(onArrays(arrays)).map(([name, array]) => [
      name,
      plain(array),
    ]);
    return Object.fromEntries(results) as Record<R, Tensor>;
  };
}

const arithmetic: lib.Arithmetic<TensorLike> = { add, subtract, multiply, divide, sqrt };

/**
 * The operands as arrays and numbers. Null unless the tensors among them are plain, of one floating-point
 * dtype, and scalars or of one shape.
 */
function plainOperands<K extends string>(
  operands: Readonly<Record<K, TensorLike>>,
): Record<K, lib.NDArray | number> | null {
  const entries = Object.entries<TensorLike>(operands);
  const tensors = entries.map(([, value]) => value).filter((value) => value instanceof Tensor);
  const like = tensors.find(({ rank }) => rank > 0) ?? tensors[0];
  if (!like || !lib.isFloating(like.dtype)) return null;
  const arrays = entries.map(([name, value]) => [name, operandLike(like, value)] as const);
  return arrays.every(([, value]) => value !== null)
    ? (Object.fromEntries(arrays) as Record<K, lib.NDArray | number>)
    : null;
}

/** The array of a plain tensor of the same type, the number of a scalar one; null for any other tensor. */
function operandLike({ shape, dtype }: Tensor, value: TensorLike): lib.NDArray | number | null {
  if (typeof value === 'number') return value;
  if (!(value instanceof PlainTensor) || value.dtype !== dtype) return null;
  if (lib.sameShape(value.shape, shape)) return value.plainArray('fuse');
  return value.rank === 0 ? value.item() : null;
}
