/** Finding where the first NaN or ∞ comes from: a level that looks at every value. */
import { FluxionError, flat, formatShape, isFloating } from '../../lib/index.ts';
import type { Tensor } from '../core/tensor.ts';
import type { TensorTree } from '../trees.ts';
import { WrappingLevel, wrapping } from './wrapping.ts';

/** Thrown by `debugNaNs`: an operation made a NaN or an infinity out of finite numbers. */
export class NonFiniteError extends FluxionError {
  static {
    NonFiniteError.prototype.name = 'NonFiniteError';
  }
}

/**
 * The same function, with a check: the first operation that makes a NaN or an ∞ out of finite numbers throws.
 * The check sees every operation that depends on the function's arguments, also those of derivatives inside
 * it. So wrap the outermost function.
 *
 * @throws NonFiniteError naming the operation, the shapes and the first bad element.
 * @example
 * debugNaNs(valueAndGrad(loss))(parameters, batch);
 */
export function debugNaNs<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
): (...args: A) => TensorTree<R> {
  return wrapping('debugNaNs', () => new FiniteLevel(), fn);
}

class FiniteLevel extends WrappingLevel {
  readonly name = 'debugNaNs';

  protected override inspect(operation: string, inputs: readonly Tensor[], outputs: readonly Tensor[]): void {
    const bad = outputs.map(firstNonFinite).find((element) => element !== undefined);
    if (bad === undefined || inputs.some((x) => firstNonFinite(x) !== undefined)) return;
    const shapes = inputs.map((x) => formatShape(x.shape)).join(' and ');
    throw new NonFiniteError(
      `${operation}: made ${bad.value} (element ${bad.index}) out of finite numbers of shape ${shapes}`,
    );
  }
}

function firstNonFinite(x: Tensor): { readonly index: number; readonly value: number } | undefined {
  if (!isFloating(x.dtype)) return undefined;
  const values = flat(x.plainArray('debugNaNs'));
  const index = values.findIndex((value: number) => !Number.isFinite(value));
  return index < 0 ? undefined : { index, value: values[index] as number };
}
