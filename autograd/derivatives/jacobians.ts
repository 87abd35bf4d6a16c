import * as lib from '../../lib/index.ts';
import { plain, toFloating } from '../core/plain.ts';
import type { Tensor, TensorLike } from '../core/tensor.ts';
import { vmap } from '../levels/batching.ts';
import { pushForward } from '../levels/forward.ts';
import { record } from '../levels/reverse.ts';
import { moveAxis, reshape } from '../operations/reshaping.ts';
import { flattenTree, mapLeaves, type TangentTree, type Tensors, type TensorTree } from '../trees.ts';
import { differentiate, requireArguments } from './gradients.ts';

/** The output's tree; each leaf is the input's tree of blocks, [...output leaf, ...input leaf]. */
export type Jacobian<R, X> = R extends TensorLike
  ? TensorTree<X>
  : { -readonly [K in keyof R]: Jacobian<R[K], X> };

/** With respect to which argument, or list of arguments, by position; by default the first. */
export interface JacobianOptions<I extends number | readonly number[]> {
  readonly argument?: I;
}

/** One argument; for a list of positions, a list of arguments. */
type Chosen<A extends readonly unknown[], I> = I extends readonly number[]
  ? { -readonly [K in keyof I]: A[I[K] & keyof A] }
  : A[I & keyof A];

/**
 * The Jacobian by forward mode: one tangent per input element. For each leaf of the input, `vmap` pushes all
 * its tangents at once. For few inputs and many outputs. For a list of arguments, each leaf of the output has
 * a list of blocks.
 * @throws DTypeError for an input that is not floating-point.
 * @example jacfwd((x: Tensor) => square(x))(tensor([1, 2])); // [[2, 0], [0, 4]]
 */
export function jacfwd<
  A extends readonly unknown[] = Tensors,
  R = unknown,
  const I extends number | readonly number[] = 0,
>(fn: (...args: A) => R, options: JacobianOptions<I> = {}): (...args: A) => Jacobian<R, Chosen<A, I>> {
  return byArgument('jacfwd', fn, options, (partial, x) => forwardJacobian('jacfwd', partial, x));
}

/**
 * The Jacobian by reverse mode: one cotangent per output element. For each leaf of the output, `vmap` pulls
 * all its cotangents back at once. For few outputs and many inputs. For a list of arguments, each leaf of the
 * output has a list of blocks.
 * @throws DTypeError for an input or an output that is not floating-point.
 * @example jacrev((x: Tensor) => square(x))(tensor([1, 2])); // [[2, 0], [0, 4]]
 */
export function jacrev<
  A extends readonly unknown[] = Tensors,
  R = unknown,
  const I extends number | readonly number[] = 0,
>(fn: (...args: A) => R, options: JacobianOptions<I> = {}): (...args: A) => Jacobian<R, Chosen<A, I>> {
  return byArgument('jacrev', fn, options, reverseJacobian);
}

/**
 * The matrix of second derivatives of a scalar function, by forward over reverse mode: a tree of trees of
 * blocks. For a list of arguments, it is a list of lists of them.
 * @throws ShapeError unless the function returns a scalar; DTypeError unless the input is floating-point.
 * @example hessian((x: Tensor) => sum(power(x, 3)))(tensor([1, 2])); // [[6, 0], [0, 12]]
 */
export function hessian<
  A extends readonly unknown[] = Tensors,
  const I extends number | readonly number[] = 0,
>(
  fn: (...args: A) => Tensor,
  options: JacobianOptions<I> = {},
): (...args: A) => Jacobian<Chosen<A, I>, Chosen<A, I>> {
  return byArgument('hessian', fn, options, (partial, x) => {
    const both = differentiate('hessian', partial);
    return forwardJacobian('hessian', (y) => both([y]).gradient, x);
  });
}

/**
 * The Hessian of a scalar function times a vector, Hv = ∇⟨∇f, v⟩, by reverse over forward mode: ⟨∇f, v⟩ is
 * the function's tangent along v. It costs a few gradients and never builds the matrix. (Forward over reverse
 * mode would also compute ∇f, which nobody asks for.)
 * @throws ShapeError unless the function returns a scalar, or if the tangent's shape is not the primal's.
 * @example hvp((x: Tensor) => sum(power(x, 3)), tensor([1, 2]), tensor([1, 1])); // [6, 12]
 */
export function hvp<X>(fn: (x: X) => Tensor, primal: X, tangent: TangentTree<X>): TensorTree<X> {
  const slope = (x: unknown) => pushForward('hvp', fn as (x: never) => Tensor, [x], [tangent])[1];
  return differentiate('hvp', slope)([primal]).gradient as TensorTree<X>;
}

/** `jacobian` of the function of the arguments to differentiate with respect to, a single one or a list. */
function byArgument<A extends readonly unknown[], J>(
  operation: string,
  fn: (...args: A) => unknown,
  options: JacobianOptions<number | readonly number[]>,
  jacobian: (partial: (x: unknown) => unknown, x: unknown) => unknown,
): (...args: A) => J {
  lib.requireFunction(operation, fn);
  const { argument } = lib.completeOptions(operation, { argument: 0 }, options);
  const positions = typeof argument === 'number' ? [argument] : argument;
  return (...args) => {
    requireArguments(operation, args, positions);
    const partial = (x: unknown) => {
      const chosen = typeof argument === 'number' ? [x] : (x as readonly unknown[]);
      const all = args.map((arg, i) => (positions.includes(i) ? chosen[positions.indexOf(i)] : arg));
      return fn(...(all as unknown as A));
    };
    const x = typeof argument === 'number' ? args[argument] : positions.map((i) => args[i]);
    return jacobian(partial, x) as J;
  };
}

function reverseJacobian(fn: (x: unknown) => unknown, x: unknown): unknown {
  for (const leaf of flattenTree(x).leaves) toFloating('jacrev', leaf);
  const { result, pull } = record('jacrev', fn, [x]);
  const { leaves, rebuild } = flattenTree(result);
  const rows = leaves.map((leaf, i) => {
    const y = toFloating('jacrev', leaf);
    const back = (cotangent: Tensor) => {
      const cotangents = rebuild(leaves.map((_, j) => (i === j ? cotangent : 0)));
      const [pulled] = pull(cotangents, { consume: false }) as readonly unknown[];
      return pulled;
    };
    const blockOf = (w: TensorLike) => reshape(w, [...y.shape, ...(w as Tensor).shape.slice(1)]);
    return mapLeaves('jacrev', blockOf, vmap(back)(basis(y)));
  });
  return rebuild(rows);
}

function forwardJacobian(operation: string, fn: (x: unknown) => unknown, x: unknown): unknown {
  const { leaves, rebuild } = flattenTree(x);
  const columns = leaves.map((leaf, i) => {
    const input = toFloating(operation, leaf);
    const along = (tangent: Tensor) =>
      pushForward(operation, fn, [x], [rebuild(leaves.map((_, j) => (i === j ? tangent : 0)))])[1];
    const pushed = vmap(along)(basis(input));
    return mapLeaves(operation, (t) => placeInputAxes(t as Tensor, input.shape), pushed);
  });
  return mapLeaves(operation, (...blocks) => rebuild(blocks), columns[0], ...columns.slice(1));
}

/** The unit vectors of a tensor's space, stacked: [size, ...shape]. */
function basis(x: Tensor): Tensor {
  return reshape(plain(lib.eye(x.size, x.dtype)), [x.size, ...x.shape]);
}

/** From [input size, ...output shape] to [...output shape, ...input shape]. */
function placeInputAxes(t: Tensor, shape: lib.Shape): Tensor {
  return reshape(moveAxis(t, 0, t.rank - 1), [...t.shape.slice(1), ...shape]);
}
