/** The adjoint method: the gradient of an ODE's solution without the memory of its steps. */
import {
  defineOperation,
  flattenTree,
  full,
  jvp,
  Tensor,
  type TensorTree,
  vjp,
  zerosLike,
} from '../../autograd/index.ts';
import type { OdeOptions, Stepping, TimeSpan } from './ode-options.ts';
import { odeSolve } from './ode-solve.ts';

/** A right-hand side with parameters, a tree of tensors; x of any shape, t a scalar; the result is like x. */
export type ParametricField<P> = (parameters: TensorTree<P>, x: Tensor, t: Tensor) => Tensor;

/**
 * `odeSolve` for dx/dt = f(θ, x, t), differentiable in θ and x, with a tape that holds neither the steps nor what they
 * compute: the pullback solves dx/dt = f, da/dt = −aᵀ∂f/∂x, dg/dt = −aᵀ∂f/∂θ backwards in time, from a = the cotangent.
 *
 * The gradient is that of the exact flow, up to the solver's error of both solves; differentiating `odeSolve` itself gives
 * that of the discrete steps, exactly, at the price of storing them. The two agree as the steps shrink. Forward mode
 * differentiates the steps, for which nothing is stored anyway. Adaptive steps choose their lengths anew on the way back.
 *
 * Source: Chen et al. 2018, "Neural Ordinary Differential Equations", algorithm 1.
 * @example
 * const end = odeSolveAdjoint((p, x, t) => network(p, x, t), parameters, x, { from: 0, to: 1, steps: 20 });
 */
export function odeSolveAdjoint<P>(
  field: ParametricField<P>,
  parameters: P,
  x: Tensor,
  options: OdeOptions & { readonly trajectory?: never },
): Tensor {
  const { leaves, rebuild } = flattenTree(parameters);
  const tensors = leaves.map((leaf) => (leaf instanceof Tensor ? leaf : full([], leaf, { dtype: x.dtype })));
  const solve = (start: Tensor, ...theta: readonly Tensor[]) =>
    odeSolve((state: Tensor, t) => field(rebuild(theta), state, t), start, options).x;
  const operation = defineOperation({
    name: 'odeSolveAdjoint',
    value: solve,
    shape: (start) => start,
    forward: (tangents, inputs) => jvp(solve, inputs, tangents as never)[1] as Tensor,
    reverse: (cotangent, [, ...theta], end) =>
      solveBackwards(field, rebuild, theta, { end, cotangent }, reversed(options)),
  });
  return operation(x, ...tensors);
}

/** The cotangents of the initial state and of each parameter, by solving for (x, a, g) from the end back to the start. */
function solveBackwards<P>(
  field: ParametricField<P>,
  rebuild: (theta: readonly Tensor[]) => TensorTree<P>,
  theta: readonly Tensor[],
  { end, cotangent }: { readonly end: Tensor; readonly cotangent: Tensor },
  options: OdeOptions,
): readonly Tensor[] {
  const augmented = ({ x, a }: { x: Tensor; a: Tensor }, t: Tensor) => {
    const [velocity, pullback] = vjp((y: Tensor, ...p: Tensor[]) => field(rebuild(p), y, t), [x, ...theta]);
    const [da, ...dg] = pullback(a).map((w) => w.negate());
    return { x: velocity, a: da as Tensor, g: dg };
  };
  const { a, g } = odeSolve(augmented, { x: end, a: cotangent, g: theta.map(zerosLike) }, options).x;
  return [a, ...g];
}

function reversed(options: OdeOptions): OdeOptions {
  if ('times' in options) return { ...options, times: [...options.times].reverse() };
  const { from, to, ...stepping } = options as TimeSpan & Stepping;
  return { ...stepping, from: to, to: from };
}
