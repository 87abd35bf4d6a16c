import {
  ArgumentError,
  completeOptions,
  DTypeError,
  describe,
  formatShape,
  isFloating,
  requireFunction,
  ShapeError,
} from '../../lib/index.ts';
import { refuseNumber } from '../core/plain.ts';
import { Tensor } from '../core/tensor.ts';
import { record } from '../levels/reverse.ts';
import { mapLeaves, type Tensors, type TensorTree } from '../trees.ts';

/** Which arguments to differentiate with respect to, and what the function returns. */
export interface GradOptions<I extends number | readonly number[], X extends boolean> {
  /** Which argument, or which list of arguments, by position; by default the first. */
  readonly argument?: I;
  /** Whether the function returns `[loss, auxiliary]`; the auxiliary output is passed through. */
  readonly auxiliary?: X;
}

/** The gradient with respect to one argument, or, for a list of positions, a list of gradients. */
export type GradientOf<A extends readonly unknown[], I> = I extends readonly number[]
  ? { -readonly [K in keyof I]: TensorTree<A[I[K] & keyof A]> }
  : TensorTree<A[I & keyof A]>;

type LossOf<X extends boolean, Auxiliary> = X extends true ? readonly [Tensor, Auxiliary] : Tensor;
type ValueOf<X extends boolean, Auxiliary> = X extends true ? [Tensor, TensorTree<Auxiliary>] : Tensor;
type GradOf<G, X extends boolean, Auxiliary> = X extends true ? [G, TensorTree<Auxiliary>] : G;

/**
 * The gradient of a scalar function, as a function of the same arguments. It has the argument's tree, shapes
 * and dtypes.
 *
 * @throws ArgumentError if the loss is a JavaScript number; ShapeError unless it is a scalar; DTypeError for
 * an argument that is not floating-point.
 * @example
 * grad((x: Tensor) => sum(square(x)))(tensor([1, 2])); // [2, 4]
 */
export function grad<
  A extends readonly unknown[] = Tensors,
  Auxiliary = never,
  const I extends number | readonly number[] = 0,
  X extends boolean = false,
>(
  fn: (...args: A) => LossOf<X, Auxiliary>,
  options: GradOptions<I, X> = {},
): (...args: A) => GradOf<GradientOf<A, I>, X, Auxiliary> {
  const both = differentiate('grad', fn as (...args: readonly unknown[]) => unknown, options);
  return (...args) => {
    const { gradient, auxiliary } = both(args);
    return (options.auxiliary ? [gradient, auxiliary] : gradient) as GradOf<GradientOf<A, I>, X, Auxiliary>;
  };
}

/**
 * The value of a scalar function and its gradient, at about three times the cost of the value.
 *
 * @throws ArgumentError if the loss is a JavaScript number; ShapeError unless it is a scalar; DTypeError for
 * an argument that is not floating-point.
 * @example
 * const [loss, gradients] = valueAndGrad(lossOf)(parameters, batch);
 */
export function valueAndGrad<
  A extends readonly unknown[] = Tensors,
  Auxiliary = never,
  const I extends number | readonly number[] = 0,
  X extends boolean = false,
>(
  fn: (...args: A) => LossOf<X, Auxiliary>,
  options: GradOptions<I, X> = {},
): (...args: A) => [ValueOf<X, Auxiliary>, GradientOf<A, I>] {
  const both = differentiate('valueAndGrad', fn as (...args: readonly unknown[]) => unknown, options);
  return (...args) => {
    const { loss, gradient, auxiliary } = both(args);
    return [options.auxiliary ? [loss, auxiliary] : loss, gradient] as [
      ValueOf<X, Auxiliary>,
      GradientOf<A, I>,
    ];
  };
}

/** What `grad`, `valueAndGrad` and the Hessians share. Errors name the operation. */
export function differentiate(
  operation: string,
  fn: (...args: readonly unknown[]) => unknown,
  options: GradOptions<number | readonly number[], boolean> = {},
) {
  requireFunction(operation, fn);
  const { argument, auxiliary: hasAuxiliary } = completeOptions(
    operation,
    { argument: 0, auxiliary: false },
    options,
  );
  const positions = typeof argument === 'number' ? [argument] : argument;
  return (args: readonly unknown[]) => {
    requireArguments(operation, args, positions);
    const partial = (...chosen: readonly unknown[]) => {
      const result = fn(
        ...args.map((arg, i) => (positions.includes(i) ? chosen[positions.indexOf(i)] : arg)),
      );
      refuseNumber(operation, hasAuxiliary && Array.isArray(result) ? result[0] : result);
      return result;
    };
    const { result, pull } = record(
      operation,
      partial,
      positions.map((i) => args[i]),
    );
    if (hasAuxiliary) requirePair(operation, result);
    const [loss, auxiliary] = (hasAuxiliary ? result : [result]) as readonly unknown[];
    requireScalar(operation, loss);
    const cotangent = hasAuxiliary ? [1, mapLeaves(operation, () => 0, auxiliary)] : 1;
    const gradients = pull(cotangent, { consume: true }) as readonly unknown[];
    return { loss, auxiliary, gradient: typeof argument === 'number' ? gradients[0] : gradients };
  };
}

/** Throws unless the positions are of arguments, each named once, that hold nothing but floating point. */
export function requireArguments(
  operation: string,
  args: readonly unknown[],
  positions: readonly number[],
): void {
  if (new Set(positions).size !== positions.length) {
    throw new ArgumentError(`${operation}: an argument is named twice in [${positions.join(', ')}]`);
  }
  for (const position of positions) {
    if (!Number.isInteger(position) || position < 0 || position >= args.length) {
      throw new ArgumentError(
        `${operation}: there is no argument ${position}; the function was called with ${args.length}`,
      );
    }
    mapLeaves(
      operation,
      (leaf) => {
        if (leaf instanceof Tensor && !isFloating(leaf.dtype)) {
          throw new DTypeError(
            `${operation}: cannot differentiate with respect to argument ${position}: it holds ${leaf.dtype}; ` +
              'pass it as another argument, or cast it',
          );
        }
      },
      args[position],
    );
  }
}

function requirePair(operation: string, result: unknown): void {
  if (Array.isArray(result) && result.length === 2) return;
  throw new ArgumentError(
    `${operation}: with auxiliary output the function must return [loss, auxiliary], got ${describe(result)}`,
  );
}

function requireScalar(operation: string, loss: unknown): void {
  if (!(loss instanceof Tensor)) {
    throw new ArgumentError(`${operation}: the function must return a scalar tensor, got ${describe(loss)}`);
  }
  if (loss.rank !== 0) {
    throw new ShapeError(
      `${operation}: the function must return a scalar, got shape ${formatShape(loss.shape)}; ` +
        'take its sum or mean, or use vjp or jacrev',
    );
  }
  if (!isFloating(loss.dtype))
    throw new DTypeError(`${operation}: the function must return floating point, got ${loss.dtype}`);
}
