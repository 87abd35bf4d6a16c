/** Finding where the first NaN or ∞ comes from: a level that looks at every value. */
import { ArgumentError, FluxionError, flat, formatShape, isFloating, LevelError } from '../../lib/index.ts';
import { Tensor } from '../core/tensor.ts';
import { flatten, type TensorTree } from '../trees.ts';
import { WrappingLevel, wrapping } from './wrapping.ts';

/** Thrown by `debugNaNs`: an operation made a NaN or an infinity out of finite numbers. */
export class NonFiniteError extends FluxionError {
  static {
    NonFiniteError.prototype.name = 'NonFiniteError';
  }
}

/**
 * The same function, with a check: the first operation that makes a NaN or an ∞ out of finite numbers throws.
 * The check sees every operation that depends on a tensor among the function's arguments, also those of
 * derivatives inside it. Numbers stay numbers, as in a plain call, and nobody watches them: pass a tensor in
 * place of a number that should be watched. Wrap the outermost function: inside `vmap`, `checkpoint`, `scan`
 * and `makeGraph` there are no values to check.
 *
 * @throws NonFiniteError naming the operation, the shapes and the first bad element. When called:
 * ArgumentError if all arguments are numbers; LevelError inside `vmap` and the like: write
 * `debugNaNs(vmap(f))`.
 * @example
 * debugNaNs(valueAndGrad(loss))(parameters, batch);
 */
export function debugNaNs<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
): (...args: A) => TensorTree<R> {
  const checked = wrapping('debugNaNs', () => new FiniteLevel(), fn);
  return (...args) => {
    requireTensor(args);
    return checked(...args);
  };
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

function requireTensor(args: readonly unknown[]): void {
  const { leaves } = flatten('debugNaNs', args);
  if (leaves.length === 0 || leaves.some((leaf) => leaf instanceof Tensor)) return;
  throw new ArgumentError(
    'debugNaNs: wanted a tensor among the arguments, got numbers alone; tensor(x) makes one of a number',
  );
}

function firstNonFinite(x: Tensor): { readonly index: number; readonly value: number } | undefined {
  if (!isFloating(x.dtype)) return undefined;
  if (!x.hasValues) {
    throw new LevelError(
      'debugNaNs: there are no values to check inside vmap, checkpoint, scan or makeGraph; ' +
        'wrap them in debugNaNs instead, as in debugNaNs(vmap(f))',
    );
  }
  const values = flat(x.plainArray('debugNaNs'));
  const index = values.findIndex((value: number) => !Number.isFinite(value));
  return index < 0 ? undefined : { index, value: values[index] as number };
}
