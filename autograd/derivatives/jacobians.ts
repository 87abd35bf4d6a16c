import * as lib from '../../lib/index.ts';
import { plain, toFloating } from '../core/plain.ts';
import type { Tensor, TensorLike } from '../core/tensor.ts';
import { vmap } from '../levels/batching.ts';
import { pushForward } from '../levels/forward.ts';
import { record } from '../levels/reverse.ts';
import { moveAxis, reshape } from '../operations/reshaping.ts';
import { flattenTree, mapLeaves, type TangentTree, type TensorTree } from '../trees.ts';
import { differentiate } from './gradients.ts';

/** The output's tree; each leaf is the input's tree of blocks, [...output leaf, ...input leaf]. */
export type Jacobian<R, X> = R extends TensorLike
  ? TensorTree<X>
  : { -readonly [K in keyof R]: Jacobian<R[K], X> };

/**
 * The Jacobian by forward mode: one tangent per input element. For each leaf of the input, `vmap` pushes all
 * its tangents at once. For few inputs and many outputs. Arguments after the first are passed on.
 * @throws DTypeError for an input that is not floating-point.
 * @example jacfwd((x: Tensor) => square(x))(tensor([1, 2])); // [[2, 0], [0, 4]]
 */
export function jacfwd<X = Tensor, R = unknown, A extends readonly unknown[] = Tensor[]>(
  fn: (x: X, ...rest: A) => R,
): (x: X, ...rest: A) => Jacobian<R, X> {
  lib.requireFunction('jacfwd', fn);
  return (x, ...rest) => forwardJacobian('jacfwd', (y) => fn(y as X, ...rest), x) as Jacobian<R, X>;
}

/**
 * The Jacobian by reverse mode: one cotangent per output element. For each leaf of the output, `vmap` pulls
 * all its cotangents back at once. For few outputs and many inputs. Arguments after the first are passed on.
 * @throws DTypeError for an input or an output that is not floating-point.
 * @example jacrev((x: Tensor) => square(x))(tensor([1, 2])); // [[2, 0], [0, 4]]
 */
export function jacrev<X = Tensor, R = unknown, A extends readonly unknown[] = Tensor[]>(
  fn: (x: X, ...rest: A) => R,
): (x: X, ...rest: A) => Jacobian<R, X> {
  lib.requireFunction('jacrev', fn);
  return (x, ...rest) => {
    for (const leaf of flattenTree(x).leaves) toFloating('jacrev', leaf);
    const { result, pull } = record('jacrev', (y: never) => fn(y, ...rest), [x]);
    const { leaves, rebuild } = flattenTree(result);
    const rows = leaves.map((leaf, i) => {
      const y = toFloating('jacrev', leaf);
      const back = (cotangent: Tensor) => {
        const cotangents = rebuild(leaves.map((_, j) => (i === j ? cotangent : 0)));
        const [pulled] = pull(cotangents, { consume: false }) as readonly unknown[];
        return pulled;
      };
      const pulled = vmap(back)(basis(y));
      return mapLeaves(
        'jacrev',
        (w) => reshape(w as Tensor, [...y.shape, ...(w as Tensor).shape.slice(1)]),
        pulled,
      );
    });
    return rebuild(rows) as Jacobian<R, X>;
  };
}

/**
 * The matrix of second derivatives of a scalar function, by forward over reverse mode: a tree of trees of
 * blocks. They are with respect to the first argument; the others are passed on.
 * @throws ShapeError unless the function returns a scalar; DTypeError unless the input is floating-point.
 * @example hessian((x: Tensor) => sum(power(x, 3)))(tensor([1, 2])); // [[6, 0], [0, 12]]
 */
export function hessian<X = Tensor, A extends readonly unknown[] = Tensor[]>(
  fn: (x: X, ...rest: A) => Tensor,
): (x: X, ...rest: A) => Jacobian<X, X> {
  const both = differentiate('hessian', fn as (...args: readonly unknown[]) => unknown);
  return (x, ...rest) => forwardJacobian('hessian', (y) => both([y, ...rest]).gradient, x) as Jacobian<X, X>;
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
