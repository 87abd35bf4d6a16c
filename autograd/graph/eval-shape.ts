import { requireFunction } from '../../lib/index.ts';
import { type ArrayType, type TensorLike, typeOf } from '../core/tensor.ts';
import {
  type ArgumentList,
  type FlatTree,
  flatten,
  type Listed,
  type ListOrTensor,
  type TensorTrees,
} from '../trees.ts';
import { makeGraph } from './trace.ts';

/** The same tree with a shape and a dtype at each leaf. */
export type TypeTree<T> = T extends TensorLike ? ArrayType : { -readonly [K in keyof T]: TypeTree<T[K]> };

/**
 * The shapes and dtypes of a function's result, a tree of them, for arguments like the given ones. The
 * function is traced, and nothing is computed.
 *
 * @throws LevelError if the function looks at a value; what its operations throw if shapes do not fit.
 * @example evalShape((x: Tensor) => matmul(x, x.transpose()), [zeros([2, 3])]).shape; // [2, 2]
 */
export function evalShape<A extends ListOrTensor, R>(
  fn: (...args: TensorTrees<Listed<A>>) => R,
  args: ArgumentList<A>,
): TypeTree<R> {
  requireFunction('evalShape', fn);
  let result: FlatTree<R> | undefined;
  const { outputs } = makeGraph((...traced: TensorTrees<Listed<A>>) => {
    result = flatten('evalShape', fn(...traced));
    return result.leaves;
  }, args);
  return result?.rebuild(outputs.map(typeOf)) as unknown as TypeTree<R>;
}
