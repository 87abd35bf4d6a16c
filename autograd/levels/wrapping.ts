/** What `withoutGradient` and `debugNaNs` share: levels that see values and add nothing to them. */
import { requireFunction } from '../../lib/index.ts';
import { apply } from '../core/apply.ts';
import { DerivativeBox, DerivativeLevel } from '../core/level.ts';
import { toTensor } from '../core/plain.ts';
import { labelOf, type Primitive, type PrimitiveName, type PrimitiveParams } from '../core/primitive.ts';
import { Tensor, type TensorLike } from '../core/tensor.ts';
import { dtypeOfNumbers, flatten, mapLeaves, type TensorTree } from '../trees.ts';

/** Boxes values, and inspects each operation that depends on one of them. */
export abstract class WrappingLevel extends DerivativeLevel {
  process<K extends PrimitiveName>(
    primitive: Primitive<K>,
    inputs: readonly Tensor[],
    params: PrimitiveParams[K],
  ): readonly Tensor[] {
    const values = inputs.map((x) => this.primalOf(x));
    const outputs = apply(primitive, values, params);
    this.inspect(labelOf(primitive, params), values, outputs);
    return outputs.map((y) => new Wrapped(this, y));
  }

  wrap(x: Tensor): Tensor {
    return new Wrapped(this, x);
  }

  /** Called with the values of each operation's arguments and results. */
  protected inspect(_operation: string, _inputs: readonly Tensor[], _outputs: readonly Tensor[]): void {}
}

/**
 * The same function; each call wraps the tensors among its arguments with a new level and unwraps its
 * results. Numbers stay numbers, so that each takes the dtype of the tensor that it meets, as in a plain
 * call.
 */
export function wrapping<A extends readonly unknown[], R>(
  operation: string,
  newLevel: () => WrappingLevel,
  fn: (...args: A) => R,
): (...args: A) => TensorTree<R> {
  requireFunction(operation, fn);
  return (...args) => {
    const level = newLevel();
    try {
      const { leaves, rebuild } = flatten(level.name, args);
      const dtype = dtypeOfNumbers(leaves);
      const wrapped = rebuild(leaves.map((leaf) => (leaf instanceof Tensor ? level.wrap(leaf) : leaf)));
      const result = fn(...(wrapped as unknown as A));
      const unwrap = (y: TensorLike) => level.primalOf(toTensor(level.name, y, dtype));
      return mapLeaves(level.name, unwrap, result) as TensorTree<R>;
    } finally {
      level.live = false;
    }
  };
}

class Wrapped extends DerivativeBox {}
