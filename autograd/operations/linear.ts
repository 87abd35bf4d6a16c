/** A linear operation is its own derivative, and its reverse rule is its transpose. */
import type { NDArray } from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import {
  definePrimitive,
  eachInput,
  type Primitive,
  type PrimitiveName,
  type PrimitiveParams,
} from '../core/primitive.ts';
import type { ArrayType, PartialCotangent, Tensor } from '../core/tensor.ts';

/** The parts of a linear operation of one array. */
export interface LinearOperation<P> {
  readonly shape: (input: ArrayType, params: P) => ArrayType;
  readonly evaluate: (x: NDArray, params: P) => NDArray;
  /** Jᵀ: from a cotangent of the output to one of the input, whose type is given. */
  readonly transpose: (w: Tensor, params: P, input: ArrayType) => Tensor | PartialCotangent;
  /** The same operation on an array with a leading batch axis. */
  readonly batch: (x: Tensor, params: P, size: number) => Tensor;
}

/** Declares an operation that is linear in its only input. */
export function linear<K extends PrimitiveName>(
  name: K,
  operation: LinearOperation<PrimitiveParams[K]>,
): Primitive<K> {
  const primitive: Primitive<K> = {
    name,
    shape: ([x], params) => [operation.shape(x as ArrayType, params)],
    evaluate: ([x], params) => [operation.evaluate(x as NDArray, params)],
    forward: ([t], at) => [t ? applyOne(primitive, [t], at.params) : null],
    reverse: eachInput(() => ({
      needs: {},
      pull: ([w], at) => (w ? operation.transpose(w, at.params, at.inputType(0)) : null),
    })),
    batch: ([x], _, size, params) => [operation.batch(x as Tensor, params, size)],
  };
  return definePrimitive(primitive);
}
