/** The adjoint method: the gradient of an ODE's solution without the memory of its steps. */
import {
  concatenate,
  defineOperation,
  flattenTree,
  full,
  jvp,
  reshape,
  split,
  Tensor,
  type TensorTree,
  vjp,
  zerosLike,
} from '../../autograd/index.ts';
import { sizeOf } from '../../lib/index.ts';
import { type OdeOptions, odeSolve } from './ode-solve.ts';

/** A right-hand side with parameters, a tree of tensors; x of any shape, t a scalar; the result is like x. */
export type ParametricField<P> = (parameters: TensorTree<P>, x: Tensor, t: Tensor) => Tensor;

/**
 * `odeSolve` for dx/dt = f(θ, x, t), differentiable in θ and x, with a tape that holds neither the steps nor what they
 * compute: the pullback solves dx/dt = f, da/dt = −aᵀ∂f/∂x, dg/dt = −aᵀ∂f/∂θ backwards in time, from a = the cotangent.
 *
 * The gradient is that of the exact flow, up to the solver's error of both solves; differentiating `odeSolve` itself gives
 * that of the discrete steps, exactly, at the price of storing them. The two agree as the steps shrink. Forward mode
 * differentiates the steps, for which nothing is stored anyway.
 *
 * Source: Chen et al. 2018, "Neural Ordinary Differential Equations", algorithm 1.
 * @example
 * const end = odeSolveAdjoint((p, x, t) => network(p, x, t), parameters, x, { from: 0, to: 1, steps: 20 });
 */
export function odeSolveAdjoint<P>(
  field: ParametricField<P>,
  parameters: P,
  x: Tensor,
  options: Omit<OdeOptions, 'trajectory'>,
): Tensor {
  const { leaves, rebuild } = flattenTree(parameters);
  const tensors = leaves.map((leaf) => (leaf instanceof Tensor ? leaf : full([], leaf, { dtype: x.dtype })));
  const solve = (start: Tensor, ...theta: readonly Tensor[]) =>
    odeSolve((state, t) => field(rebuild(theta), state, t), start, options).x;
  const operation = defineOperation({
    name: 'odeSolveAdjoint',
    value: solve,
    forward: (tangents, inputs) => jvp(solve, inputs, tangents as never)[1] as Tensor,
    reverse: (cotangent, [, ...theta], end) => solveBackwards(field, rebuild, theta, { end, cotangent }, options),
  });
  return operation(x, ...tensors);
}

/** The cotangents of the initial state and of each parameter, by solving for (x, a, g) from `to` back to `from`. */
function solveBackwards<P>(
  field: ParametricField<P>,
  rebuild: (theta: readonly Tensor[]) => TensorTree<P>,
  theta: readonly Tensor[],
  { end, cotangent }: { readonly end: Tensor; readonly cotangent: Tensor },
  options: Omit<OdeOptions, 'trajectory'>,
): readonly Tensor[] {
  const shapes = [end.shape, end.shape, ...theta.map((p) => p.shape)];
  const unpack = (packed: Tensor) =>
    split(packed, shapes.map(sizeOf)).map((part, i) => reshape(part, shapes[i] as readonly number[]));
  const augmented = (packed: Tensor, t: Tensor) => {
    const [state, adjoint] = unpack(packed) as [Tensor, Tensor];
    const [velocity, pullback] = vjp((y: Tensor, ...p: Tensor[]) => field(rebuild(p), y, t), [state, ...theta]);
    return pack([velocity, ...pullback(adjoint).map((w) => w.negate())]);
  };
  const start = pack([end, cotangent, ...theta.map(zerosLike)]);
  const { x } = odeSolve(augmented, start, { ...options, from: options.to, to: options.from });
  return unpack(x).slice(1);
}

function pack(parts: readonly Tensor[]): Tensor {
  return concatenate(parts.map((part) => reshape(part, [part.size])));
}
