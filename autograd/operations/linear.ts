/** A linear operation is its own derivative, and its reverse rule is its transpose. */
import type { NDArray } from '../../lib/index.ts';
import { applyOne, definePrimitive, type Primitive, type ReverseRule } from '../core/primitive.ts';
import type { ArrayType, Tensor } from '../core/tensor.ts';

/** The parts of a linear operation of one array. */
export interface LinearOperation<P> {
  readonly shape: (input: ArrayType, params: P) => ArrayType;
  readonly evaluate: (x: NDArray, params: P) => NDArray;
  /** Jᵀ: from a cotangent of the output to one of the input, whose type is given. */
  readonly transpose: (w: Tensor, params: P, input: ArrayType) => Tensor;
  /** The same operation on an array with a leading batch axis. */
  readonly batch: (x: Tensor, params: P, size: number) => Tensor;
}

/** Declares an operation that is linear in its only input. */
export function linear<P>(name: string, operation: LinearOperation<P>): Primitive<P> {
  const rule: ReverseRule<P> = {
    needs: {},
    pull: ([w], at) => (w ? operation.transpose(w, at.params, at.inputType(0)) : null),
  };
  const primitive: Primitive<P> = {
    name,
    shape: ([x], params) => [operation.shape(x as ArrayType, params)],
    evaluate: ([x], params) => [operation.evaluate(x as NDArray, params)],
    forward: ([t], at) => [t ? applyOne(primitive, [t], at.params) : null],
    reverse: () => rule,
    batch: ([x], _, size, params) => [operation.batch(x as Tensor, params, size)],
  };
  return definePrimitive(primitive);
}
