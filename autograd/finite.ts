/** Finding where the first NaN or ∞ comes from: a level that looks at every value. */
import { FluxionError, flat, formatShape, isFloating } from '../lib/index.ts';
import { DerivativeBox, Level } from './core/level.ts';
import { toTensor } from './core/plain.ts';
import { apply, type Primitive } from './core/primitive.ts';
import type { Tensor } from './core/tensor.ts';
import { mapLeaves, type TensorTree } from './trees.ts';

/** Thrown by `debugNaNs`: an operation made a NaN or an infinity out of finite numbers. */
export class NonFiniteError extends FluxionError {
  static {
    NonFiniteError.prototype.name = 'NonFiniteError';
  }
}

/**
 * The same function, which throws at the operation in which the first NaN or ∞ is born out of finite arguments, and names it.
 * It sees all that depends on the function's arguments, derivatives within it included: wrap the outermost function.
 *
 * @throws NonFiniteError naming the operation, the shapes and the first bad element.
 * @example
 * debugNaNs(valueAndGrad(loss))(parameters, batch);
 */
export function debugNaNs<A extends readonly unknown[], R>(fn: (...args: A) => R): (...args: A) => TensorTree<R> {
  return (...args) => {
    const level = new FiniteLevel();
    try {
      const watched = mapLeaves('debugNaNs', (leaf) => level.watch(toTensor('debugNaNs', leaf)), args);
      const result = fn(...(watched as unknown as A));
      return mapLeaves('debugNaNs', (y) => level.unwatch(toTensor('debugNaNs', y)), result) as TensorTree<R>;
    } finally {
      level.live = false;
    }
  };
}

class Watched extends DerivativeBox {
  readonly level: Level;

  constructor(level: Level, value: Tensor) {
    super(value);
    this.level = level;
  }
}

class FiniteLevel extends Level {
  readonly name = 'debugNaNs';

  watch(x: Tensor): Tensor {
    return new Watched(this, x);
  }

  unwatch(x: Tensor): Tensor {
    return x instanceof Watched && x.level === this ? x.primal : x;
  }

  process<P>(primitive: Primitive<P>, inputs: readonly Tensor[], params: P): readonly Tensor[] {
    const values = inputs.map((x) => this.unwatch(x));
    const outputs = apply(primitive, values, params);
    const bad = outputs.map(firstNonFinite).find((element) => element !== undefined);
    if (bad !== undefined && values.every((x) => firstNonFinite(x) === undefined)) {
      const shapes = values.map((x) => formatShape(x.shape)).join(' and ');
      throw new NonFiniteError(
        `${primitive.name}: made ${bad.value} (element ${bad.index}) out of finite numbers of shape ${shapes}`,
      );
    }
    return outputs.map((y) => new Watched(this, y));
  }
}

function firstNonFinite(x: Tensor): { readonly index: number; readonly value: number } | undefined {
  if (!isFloating(x.dtype)) return undefined;
  const values = flat(x.plainArray('debugNaNs'));
  const index = values.findIndex((value: number) => !Number.isFinite(value));
  return index < 0 ? undefined : { index, value: values[index] as number };
}
