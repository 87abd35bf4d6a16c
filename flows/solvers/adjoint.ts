/** The adjoint method: the gradient of an ODE's solution, without storing the steps. */
import {
  concatenate,
  defineOperation,
  flattenTree,
  full,
  jvp,
  mapTree,
  reshape,
  split,
  Tensor,
  type TensorTree,
  vjp,
  zerosLike,
} from '../../autograd/index.ts';
import { requireFunction } from '../../lib/index.ts';
import type { EqualSteps, OdeOptions, TimeSpan } from './ode-options.ts';
import { odeSolve } from './ode-solve.ts';
import type { AdaptiveMethod } from './tableaus.ts';

/**
 * A right-hand side with parameters. The parameters are a tree of tensors, x is a tensor of any shape or a
 * tree of them, and t is a scalar. The result is like x.
 */
export type ParametricField<P, S = Tensor> = (
  parameters: TensorTree<P>,
  x: TensorTree<S>,
  t: Tensor,
) => TensorTree<S>;

/**
 * `odeSolve` for dx/dt = f(θ, x, t), differentiable in θ and x. The tape holds neither the steps nor their
 * intermediate results. The pullback solves dx/dt = f, da/dt = −aᵀ∂f/∂x, dg/dt = −aᵀ∂f/∂θ backwards in time,
 * where a starts as the cotangent and g as 0.
 *
 * The gradient is that of the exact flow, up to the errors of both solves. Differentiating `odeSolve` itself
 * gives the exact gradient of the discrete steps, and stores all of them. The two gradients agree as the
 * steps shrink. Forward mode differentiates the steps, because it stores nothing anyway. Adaptive steps
 * choose new lengths on the way back, where the tolerances are for the whole state, not for each row.
 *
 * f must not close over a tensor that is being differentiated: pass such tensors in θ.
 *
 * Source: Chen et al. 2018, "Neural Ordinary Differential Equations", algorithm 1.
 * @throws as `odeSolve`; LevelError if f closes over a tensor that is being differentiated.
 * @example
 * const end = odeSolveAdjoint((p, x, t) => network(p, x, t), parameters, x, { from: 0, to: 1, steps: 20 });
 */
export function odeSolveAdjoint<P, S>(
  field: ParametricField<P, S>,
  parameters: P,
  x: S,
  options: OdeOptions & { readonly trajectory?: never },
): TensorTree<S> {
  requireFunction('odeSolveAdjoint', field);
  const start = packing(x);
  const { leaves, rebuild } = flattenTree(parameters);
  const theta = leaves.map((leaf) =>
    leaf instanceof Tensor ? leaf : full([], leaf, { dtype: start.packed.dtype }),
  );
  const flow: Flow<S> = { ...start, field: (p, state, t) => field(rebuild(p), state, t), options };
  const solve = (packed: Tensor, ...p: readonly Tensor[]) =>
    pack(odeSolve<S>((state, t) => flow.field(p, state, t), flow.unpack(packed) as S, options).x);
  const operation = defineOperation({
    name: 'odeSolveAdjoint',
    value: solve,
    shape: (packed) => packed,
    forward: (tangents, inputs) => jvp(solve, inputs, tangents as never)[1] as Tensor,
    reverse: (cotangent, [, ...p], end) => solveBackwards(flow, p, end, cotangent),
  });
  return start.unpack(operation(start.packed, ...theta));
}

/** A solve whose state is a tree, packed into a vector. */
interface Flow<S> {
  readonly field: (theta: readonly Tensor[], state: TensorTree<S>, t: Tensor) => TensorTree<S>;
  readonly unpack: (packed: Tensor) => TensorTree<S>;
  readonly options: OdeOptions;
}

/**
 * Solves for (x, a, g) from the end back to the start. Returns the cotangents of the initial state and of
 * each parameter.
 */
function solveBackwards<S>(
  { field, unpack, options }: Flow<S>,
  theta: readonly Tensor[],
  end: Tensor,
  cotangent: Tensor,
): readonly Tensor[] {
  const velocityOf = (x: Tensor, t: Tensor, p: readonly Tensor[]) => {
    const state = unpack(x);
    return pack(mapTree((_, slope) => slope as Tensor, state, field(p, state, t))); // in the state's order
  };
  const augmented = ({ x, a }: { x: Tensor; a: Tensor }, t: Tensor) => {
    const [velocity, pullback] = vjp((y: Tensor, ...p: Tensor[]) => velocityOf(y, t, p), [x, ...theta]);
    const [da, ...dg] = pullback(a).map((w) => w.negate());
    return { x: velocity, a: da as Tensor, g: dg };
  };
  const { a, g } = odeSolve(
    augmented,
    { x: end, a: cotangent, g: theta.map(zerosLike) },
    reversed(options),
  ).x;
  return [a, ...g];
}

function reversed(options: OdeOptions): OdeOptions {
  if ('times' in options) return { ...options, times: [...options.times].reverse() };
  const { from, to, ...stepping } = options as TimeSpan & Partial<EqualSteps> & { method?: AdaptiveMethod };
  // The cotangents of the parameters have no rows.
  const norm = stepping.steps === undefined && { errorNorm: 'whole' };
  return { ...stepping, ...norm, from: to, to: from } as OdeOptions;
}

/** The leaves of a tree as one vector, and a function that makes the tree from such a vector. */
function packing<S>(tree: S) {
  const { leaves, rebuild } = flattenTree(tree);
  const tensors = leaves as readonly Tensor[];
  const unpack = (packed: Tensor) => {
    const parts = split(
      packed,
      tensors.map((leaf) => leaf.size),
    );
    return rebuild(parts.map((part, i) => reshape(part, (tensors[i] as Tensor).shape)));
  };
  return { packed: pack(tree), unpack };
}

function pack(tree: unknown): Tensor {
  const vectors = flattenTree(tree).leaves.map((leaf) => reshape(leaf as Tensor, [(leaf as Tensor).size]));
  return vectors.length === 1 ? (vectors[0] as Tensor) : concatenate(vectors);
}
