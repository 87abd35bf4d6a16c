/**
 * Sums and negatives. We declare them by hand, because elementwise.ts, which declares most elementwise
 * functions, adds and negates tangents and cotangents with them.
 */
import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { toFloating } from '../core/plain.ts';
import { definePrimitive, eachInput, none, type Primitive } from '../core/primitive.ts';
import type { MaybeZero, Operand, Tensor, TensorLike } from '../core/tensor.ts';
import { batchAll, broadcastOperands, sameFloating } from './operands.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    add: None;
    negate: None;
  }
}

const addPrimitive: Primitive<'add'> = definePrimitive({
  name: 'add',
  shape: (inputs) => [sameFloating('add', inputs)],
  evaluate: ([x, y]) => [lib.add(x as lib.NDArray, y as lib.NDArray)],
  forward: (tangents) => [addTerms(tangents)],
  reverse: eachInput(() => ({ needs: {}, pull: ([w]) => w ?? null })),
  batch: (inputs, batched, size) => [applyOne(addPrimitive, batchAll(inputs, batched, size), none)],
});

const negatePrimitive: Primitive<'negate'> = definePrimitive({
  name: 'negate',
  shape: (inputs) => [sameFloating('negate', inputs)],
  evaluate: ([x]) => [lib.negate(x as lib.NDArray)],
  forward: ([t]) => [t ? negate(t) : null],
  reverse: eachInput(() => ({ needs: {}, pull: ([w]) => (w ? negate(w) : null) })),
  batch: ([x]) => [negate(x as Tensor)],
});

/**
 * x + y, elementwise with broadcasting. float32 or float64 (mixed gives float64). Here as in all elementwise
 * operations, numbers and nested lists of numbers take the dtype of the tensor beside them.
 * @example add(tensor([1, 2]), [10, 20]); // [11, 22]
 */
export function add(x: Operand, y: Operand): Tensor {
  return applyOne(addPrimitive, broadcastOperands('add', x, y), none);
}

/**
 * −x, elementwise.
 * @example negate(tensor([1, -2])); // [-1, 2]
 */
export function negate(x: TensorLike): Tensor {
  return applyOne(negatePrimitive, [toFloating('negate', x)], none);
}

/** The sum of tangents or cotangents, of which some may be symbolic zeros. */
export function addTerms(terms: readonly MaybeZero[]): MaybeZero {
  return terms.reduce((sum, term) => (sum && term ? add(sum, term) : (sum ?? term)), null);
}
