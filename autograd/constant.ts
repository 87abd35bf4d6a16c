/** Evaluating a function as a constant: a level under which no older derivative records anything. */
import { DerivativeBox, Level } from './core/level.ts';
import { toTensor } from './core/plain.ts';
import { apply, type Primitive } from './core/primitive.ts';
import type { Tensor } from './core/tensor.ts';
import { stopGradient } from './operations/stop-gradient.ts';
import { mapLeaves, type TensorTree } from './trees.ts';

/**
 * The same function, whose result is a constant for every derivative in progress. As `stopGradient` of its result, but
 * nothing of what it computes from its arguments is recorded: not even what depends on parameters that it brings along.
 * Derivatives within the function work as ever.
 *
 * @example
 * const target = withoutGradient(u)(z, t, t); // costs one evaluation of u, and no memory on the tape
 */
export function withoutGradient<A extends readonly unknown[], R>(fn: (...args: A) => R): (...args: A) => TensorTree<R> {
  return (...args) => {
    const level = new ConstantLevel();
    try {
      const boxed = mapLeaves('withoutGradient', (leaf) => level.box(toTensor('withoutGradient', leaf)), args);
      const result = fn(...(boxed as unknown as A));
      return mapLeaves('withoutGradient', (y) => level.unbox(toTensor('withoutGradient', y)), result) as TensorTree<R>;
    } finally {
      level.live = false;
    }
  };
}

class Constant extends DerivativeBox {
  readonly level: Level;

  constructor(level: Level, value: Tensor) {
    super(value);
    this.level = level;
  }
}

class ConstantLevel extends Level {
  readonly name = 'withoutGradient';

  box(x: Tensor): Tensor {
    return new Constant(this, stopGradient(x));
  }

  unbox(x: Tensor): Tensor {
    return x instanceof Constant && x.level === this ? x.primal : stopGradient(x);
  }

  process<P>(primitive: Primitive<P>, inputs: readonly Tensor[], params: P): readonly Tensor[] {
    const constants = inputs.map((x) => this.unbox(x));
    return apply(primitive, constants, params).map((y) => new Constant(this, y));
  }
}
