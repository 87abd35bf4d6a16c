/** Computes an elementwise formula in one pass over memory, instead of one pass for each operation. */
import { dtypeOf, type NDArray } from '../array.ts';
import { full } from '../create.ts';
import { ArgumentError } from '../errors.ts';
import { requireDType, requireSameType } from '../requirements.ts';
import { broadcastTo } from '../views.ts';
import { add, divide, multiply, sqrt, subtract } from './arithmetic.ts';
import type { Arithmetic, Formula } from './formula.ts';
import { type FusedKernel, fusedKernel, usesSimd } from './simd/index.ts';

/**
 * The formula as a function of arrays (float32 or float64, of one shape and dtype) and numbers. Its results
 * have the same bits as its operations one by one.
 *
 * @throws ArgumentError if no operand is an array; ShapeError or DTypeError if they differ.
 * @example
 * const mix = fuse(<T>({ add, multiply }: Arithmetic<T>, { x, y, a }: Record<'x' | 'y' | 'a', T>) => ({
 *   z: add(multiply(a, x), y),
 * }));
 * mix({ x, y, a: 2 }).z; // 2·x + y
 */
export function fuse<K extends string, R extends string>(
  formula: Formula<K, R>,
): (operands: Readonly<Record<K, NDArray | number>>) => Readonly<Record<R, NDArray>> {
  const kernels = new Map<string, FusedKernel<R>>();
  return (operands) => {
    const entries = Object.entries<NDArray | number>(operands);
    const [first, ...others] = Object.values<NDArray | number>(operands).filter(
      (value) => typeof value !== 'number',
    );
    if (!first) throw new ArgumentError('fuse: wanted an array among the operands, got numbers only');
    requireDType('fuse', first, 'floating');
    for (const other of others) requireSameType('fuse', first, other);
    if (!usesSimd()) return oneByOne(formula, operands, first);
    const signature = [dtypeOf(first), ...entries.map(([name, value]) => `${name}: ${typeof value}`)].join();
    const kernel = kernels.get(signature) ?? fusedKernel(formula, operands, first);
    kernels.set(signature, kernel);
    return kernel(operands, first.shape);
  };
}

const arithmetic: Arithmetic<NDArray> = { add, subtract, multiply, divide, sqrt };

function oneByOne<K extends string, R extends string>(
  formula: Formula<K, R>,
  operands: Readonly<Record<K, NDArray | number>>,
  like: NDArray,
): Readonly<Record<R, NDArray>> {
  const repeat = (value: number) => broadcastTo(full([], value, dtypeOf(like)), like.shape);
  const arrays = Object.entries<NDArray | number>(operands).map(([name, value]) => [
    name,
    typeof value === 'number' ? repeat(value) : value,
  ]);
  return formula(arithmetic, Object.fromEntries(arrays) as Record<K, NDArray>);
}
