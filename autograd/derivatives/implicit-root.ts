/**
 * Implicit functions: the root x(θ) of F(x, θ) = 0, with the derivative that the implicit function theorem
 * gives it: F_x·ẋ + F_θ·θ̇ = 0. Nobody differentiates the steps that found the root.
 */
import {
  ArgumentError,
  completeOptions,
  DTypeError,
  describe,
  isFloating,
  requireFunction,
} from '../../lib/index.ts';
import { type Tensor, typeOf } from '../core/tensor.ts';
import { closedGraph } from '../graph/closed-graph.ts';
import { runGraph } from '../graph/run-graph.ts';
import { jvp } from '../levels/forward.ts';
import { linearize } from '../levels/linearize.ts';
import { vjp } from '../levels/reverse.ts';
import { negate } from '../operations/addition.ts';
import { abs, subtract } from '../operations/arithmetic.ts';
import { cast } from '../operations/cast.ts';
import { greater, logicalAnd } from '../operations/comparisons.ts';
import { concatenate } from '../operations/joining.ts';
import { solve } from '../operations/linear-algebra.ts';
import { zerosOf } from '../operations/operands.ts';
import { max } from '../operations/reductions.ts';
import { reshape } from '../operations/reshaping.ts';
import { where } from '../operations/selection.ts';
import { slice } from '../operations/slicing.ts';
import { stopGradient } from '../operations/stop-gradient.ts';
import { dtypeOfNumbers, flatten, type TensorTree } from '../trees.ts';
import { leavesLike, startOf } from './carry.ts';
import { defineOperation } from './define-operation.ts';
import { jacfwd } from './jacobians.ts';
import { whileLoop } from './while-loop.ts';

/** How an iteration ends. */
export interface IterationOptions {
  /**
   * The iteration ends when no entry of x changes by more than tolerance·(1 + max |x|). By default 1e-12 in
   * float64 and 1e-6 in float32.
   */
  readonly tolerance?: number;
  /** The most steps of the iteration, by default 1000. */
  readonly maxSteps?: number;
}

export interface ImplicitRootOptions<X> extends IterationOptions {
  /**
   * Finds the root: from the function and the first guess. It may look at values, unless it is compiled or
   * batched: there, use `whileLoop`. By default it is Newton's method, to which `tolerance` and `maxSteps`
   * belong.
   */
  readonly solver?: (fn: (x: TensorTree<X>) => TensorTree<X>, initial: TensorTree<X>) => X | TensorTree<X>;
  /**
   * Solves the linear systems of the derivatives: from v ↦ Av and b to v with Av = b, where A is the Jacobian
   * of the function or its transpose. By default `solve` with the whole matrix.
   */
  readonly linearSolver?: (
    linear: (v: TensorTree<X>) => TensorTree<X>,
    b: TensorTree<X>,
  ) => X | TensorTree<X>;
}

/**
 * x with fn(x) = 0, near `initial`. x is a tensor or a tree; fn gives a residual of the same structure and
 * types. x is differentiable, in both modes and to any order, with respect to the tensors from outside that
 * fn uses, and constant in `initial`. The model is `jax.lax.custom_root`.
 *
 * Newton's method and the derivatives make the Jacobian: n² numbers for n unknowns. Where a root is not
 * reached, an ArgumentError says so; in a batch or a compiled function x is then NaN. Nobody checks what a
 * `solver` of your own returns.
 *
 * @throws ArgumentError if the Jacobian is singular or the structures differ; ShapeError if the types do;
 * DTypeError unless x is floating-point; LevelError if fn looks at a value.
 * @example grad((a: Tensor) => implicitRoot((x) => x.square().subtract(a), 1))(tensor(9)); // 1/6
 */
export function implicitRoot<X>(
  fn: (x: TensorTree<X>) => X | TensorTree<X>,
  initial: X,
  options: ImplicitRootOptions<X> = {},
): TensorTree<X> {
  const { solver, linearSolver, tolerance, maxSteps } = completeOptions(
    'implicitRoot',
    { solver: undefined, linearSolver: undefined, tolerance: undefined, maxSteps: 1000 },
    options,
  );
  for (const given of [fn, solver ?? fn, linearSolver ?? fn]) requireFunction('implicitRoot', given);
  const ends = requireIteration('implicitRoot', { tolerance, maxSteps });
  return rootOf('implicitRoot', fn, initial, ({ unpack, pack, tree }) => ({
    find: solver
      ? (equation, x) => pack(solver((t) => tree(unpack(equation(pack(t)))), tree(unpack(x))))
      : (equation, x) => settle('implicitRoot', newtonStep('implicitRoot', equation), x, ends),
    ...(linearSolver && {
      solveLinear: (linear, b) => pack(linearSolver((t) => tree(unpack(linear(pack(t)))), tree(unpack(b)))),
    }),
  }));
}

/** A function of the unknowns, which are the entries of a vector. */
type VectorMap = (x: Tensor) => Tensor;

interface Solvers {
  readonly find: (equation: VectorMap, initial: Tensor) => Tensor;
  /** v with linear(v) = b; without it, the matrix is made. */
  readonly solveLinear?: (linear: VectorMap, b: Tensor) => Tensor;
}

/** `IterationOptions`, complete but for the tolerance, which depends on the dtype. */
interface Ends {
  readonly tolerance: number | undefined;
  readonly maxSteps: number;
}

/** Between a tree and the vector of all its entries. */
interface Packing<X> {
  readonly pack: (tree: X | TensorTree<X>) => Tensor;
  readonly unpack: (vector: Tensor) => readonly Tensor[];
  readonly tree: (leaves: readonly Tensor[]) => TensorTree<X>;
}

/** What `implicitRoot` and `fixedPoint` share: the root of a function of a tree, found by these solvers. */
export function rootOf<X>(
  operation: string,
  fn: (x: TensorTree<X>) => X | TensorTree<X>,
  initial: X,
  solversFor: (packing: Packing<X>) => Solvers,
): TensorTree<X> {
  const { leaves, rebuild } = flatten(operation, initial);
  if (leaves.length === 0)
    throw new ArgumentError(`${operation}: wanted a tree with tensors, got ${describe(initial)}`);
  const { first, step } = startOf(
    operation,
    leaves,
    dtypeOfNumbers(leaves),
    (given) =>
      closedGraph(
        (list: readonly Tensor[]) => leavesLike(operation, rebuild(list), fn(rebuild(list))),
        [given],
      ),
    'the function must give back the type of its argument',
  );
  const strange = first.find(({ dtype }) => !isFloating(dtype));
  if (strange)
    throw new DTypeError(`${operation}: wanted float32 or float64, got ${strange.dtype}; cast it first`);
  const packing = packingOf(operation, first, rebuild);
  const guess = packing.pack(rebuild(first));
  if (guess.size === 0) return rebuild(first);
  const equation = (x: Tensor, captured: readonly Tensor[]) =>
    packLeaves(runGraph(step.graph, [...packing.unpack(x), ...captured]), guess.dtype);
  const root = vectorRoot(operation, equation, step.captured, guess, solversFor(packing));
  return rebuild(packing.unpack(root));
}

/** The root of a function of a vector and of the tensors that the derivative is taken of. */
function vectorRoot(
  operation: string,
  equation: (x: Tensor, captured: readonly Tensor[]) => Tensor,
  captured: readonly Tensor[],
  guess: Tensor,
  solvers: Solvers,
): Tensor {
  const at = (inputs: readonly Tensor[]) => (x: Tensor) => equation(x, inputs.slice(1));
  const root = defineOperation({
    name: operation,
    value: (...inputs) => solvers.find(at(inputs), inputs[0] as Tensor),
    shape: (x) => typeOf(x as Tensor),
    // F_x·ẋ = −F_θ·θ̇
    forward([, ...tangents], [, ...others], x) {
      const directions = tangents.map((t) => (isFloating(t.dtype) ? t : 0));
      const moved = jvp((list: readonly Tensor[]) => equation(x, list), [others], [directions])[1];
      return negate(solveJacobian(operation, (y) => equation(y, others), x, moved, solvers, false));
    },
    // θ̄ = −F_θᵀ·v, where F_xᵀ·v = x̄
    reverse(w, [first, ...others], x) {
      const v = solveJacobian(operation, (y) => equation(y, others), x, w, solvers, true);
      const [, pullback] = vjp((list: readonly Tensor[]) => equation(x, list), [others]);
      return [zerosOf(first as Tensor), ...(pullback(negate(v))[0] as readonly Tensor[])];
    },
  });
  return root(stopGradient(guess), ...captured);
}

/**
 * v with Av = b, where A is the Jacobian of fn at x, or its transpose. With a solver of the user's, v is the
 * root of Av − b: so its derivative needs no derivative of that solver.
 */
function solveJacobian(
  operation: string,
  fn: VectorMap,
  x: Tensor,
  b: Tensor,
  { solveLinear }: Solvers,
  transposed: boolean,
): Tensor {
  if (!solveLinear) return solveDense(operation, fn, x, b, transposed);
  const [, push] = linearize(fn, [x]);
  const linear: VectorMap = transposed ? (v) => vjp(fn, [x])[1](v)[0] : (v) => push([v]);
  const { graph, captured } = closedGraph((v: Tensor) => subtract(linear(v), b), [zerosOf(b)]);
  const residual = (v: Tensor, list: readonly Tensor[]) => runGraph(graph, [v, ...list])[0] as Tensor;
  return vectorRoot(operation, residual, captured, zerosOf(b), {
    find: (equation, zero) => solveLinear((v) => jvp(equation, [zero], [v])[1], negate(equation(zero))),
    solveLinear,
  });
}

function solveDense(operation: string, fn: VectorMap, x: Tensor, b: Tensor, transposed = false): Tensor {
  const jacobian = jacfwd(fn)(x);
  try {
    return solve(transposed ? jacobian.transpose() : jacobian, b);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    throw new ArgumentError(
      `${operation}: the Jacobian is singular: x is not a differentiable function there, or Newton's method ` +
        'needs another first guess',
    );
  }
}

function newtonStep(operation: string, equation: VectorMap): VectorMap {
  return (x) => subtract(x, solveDense(operation, equation, x, equation(x)));
}

/**
 * x after as many steps as change it. If it does not settle: an ArgumentError where there are values, else
 * NaN.
 */
export function settle(
  operation: string,
  step: VectorMap,
  initial: Tensor,
  { tolerance, maxSteps }: Ends,
): Tensor {
  const bound = tolerance ?? (initial.dtype === 'float64' ? 1e-12 : 1e-6);
  const moves = (x: Tensor, before: Tensor) =>
    greater(max(abs(subtract(x, before))), max(abs(x)).add(1).multiply(bound));
  const { x, before } = whileLoop(
    (c) => logicalAnd(moves(c.x, c.before), greater(maxSteps, c.steps)),
    (c) => ({ x: step(c.x), before: c.x, steps: c.steps.add(1) }),
    { x: step(initial), before: initial, steps: 1 },
  );
  // A NaN moves nowhere, and has not settled.
  const hasSettled = max(abs(subtract(x, before))).lessEqual(max(abs(x)).add(1).multiply(bound));
  if (hasSettled.hasValues && hasSettled.item() === 0) {
    throw new ArgumentError(
      `${operation}: x has not settled within ${maxSteps} steps; start nearer, or set tolerance or maxSteps`,
    );
  }
  return where(hasSettled, x, Number.NaN);
}

/** The options of an iteration, once they are right. */
export function requireIteration(operation: string, ends: Ends): Ends {
  const { tolerance, maxSteps } = ends;
  if (tolerance !== undefined && !(tolerance >= 0))
    throw new ArgumentError(`${operation}: wanted a tolerance ≥ 0, got ${describe(tolerance)}`);
  if (!(Number.isInteger(maxSteps) && maxSteps > 0))
    throw new ArgumentError(`${operation}: wanted a whole maxSteps > 0, got ${describe(maxSteps)}`);
  return ends;
}

function packingOf<X>(
  operation: string,
  model: readonly Tensor[],
  rebuild: (leaves: readonly unknown[]) => TensorTree<X>,
): Packing<X> {
  const dtype = dtypeOfNumbers(model);
  const ends = model.map((_, i) => model.slice(0, i + 1).reduce((sum, { size }) => sum + size, 0));
  return {
    pack: (tree) => packLeaves(leavesLike(operation, rebuild(model), tree), dtype),
    unpack: (vector) =>
      model.map((like, i) =>
        cast(reshape(slice(vector, [[ends[i - 1] ?? 0, ends[i] as number]]), like.shape), like.dtype),
      ),
    tree: rebuild,
  };
}

function packLeaves(leaves: readonly Tensor[], dtype: Tensor['dtype']): Tensor {
  return concatenate(
    leaves.map((x) => cast(reshape(x, [x.size]), dtype)),
    0,
  );
}
