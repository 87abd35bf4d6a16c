/** Minimisation of a function of few parameters without random draws, by L-BFGS. */
import {
  add,
  cast,
  compile,
  concatenate,
  flattenTree,
  full,
  multiply,
  reshape,
  slice,
  Tensor,
  type TensorTree,
  valueAndGrad,
} from '../../autograd/index.ts';
import { ArgumentError, completeOptions, describe, requireFunction } from '../../lib/index.ts';
import { requireCounts, requireNonNegative } from './ranges.ts';
import { type Point, wolfeStep } from './wolfe-step.ts';

export interface MinimiseOptions {
  /** The most steps. Default 200. */
  readonly steps?: number;
  /** How many pairs of steps and changes of the gradient stand for the second derivatives. Default 10. */
  readonly history?: number;
  /** It ends when no number of the gradient is larger than this. Default 1e-6. */
  readonly tolerance?: number;
  /** Whether the function is compiled. Turn it off for a function that looks at values. Default true. */
  readonly compile?: boolean;
}

/** Where the minimisation ended. */
export interface Minimum<P> {
  readonly parameters: TensorTree<P>;
  readonly value: number;
  /** max |∂f/∂p|. */
  readonly largestSlope: number;
  readonly steps: number;
  /** How often the function and its gradient were computed. */
  readonly evaluations: number;
  /**
   * Whether the gradient came below the tolerance. If not, the steps ran out, or no step went down any more.
   */
  readonly converged: boolean;
}

/** A step s and the change of the gradient y that it made, with ⟨s, y⟩. */
interface Pair {
  readonly s: Tensor;
  readonly y: Tensor;
  readonly product: number;
}

/**
 * The parameters at a local minimum of a smooth function, by L-BFGS: steps along −H∇f, where H stands for the
 * inverse of the second derivatives and is made of the last steps. Use it where the function is the same in
 * each call (a fit to all data at once); for batches and random draws there is `train`.
 *
 * The function gets float64 tensors, so that it can come close to the minimum. The results have the dtypes of
 * the first parameters.
 *
 * Source: Nocedal and Wright, "Numerical Optimization" (2006), algorithms 7.4 and 7.5.
 *
 * @param fn a function of a tree of tensors; it returns a scalar, []
 * @throws ArgumentError for an option out of its range, a function that returns no scalar, or a first value
 * or gradient that is not finite
 * @example
 * minimise((p) => p.subtract(2).square().sum(), tensor([0, 1])).parameters; // [2, 2]
 */
export function minimise<P>(
  fn: (parameters: TensorTree<P>) => Tensor,
  initial: P,
  options: MinimiseOptions = {},
): Minimum<P> {
  requireFunction('minimise', fn);
  const defaults = { steps: 200, history: 10, tolerance: 1e-6, compile: true };
  const { steps, history, tolerance, compile: isCompiled } = completeOptions('minimise', defaults, options);
  requireCounts('minimise', { steps, history });
  requireNonNegative('minimise', { tolerance });
  const { vector, toTree } = vectorOf(initial);
  const derivative = valueAndGrad((x: Tensor) => scalar(fn(toTree(x))));
  const evaluate = isCompiled ? compile(derivative) : derivative;
  let evaluations = 0;
  const at = (x: Tensor): Point => {
    evaluations++;
    const [value, gradient] = evaluate(x);
    return { x, value: value.item(), gradient };
  };

  let point = requireFinitePoint(at(vector));
  const pairs: Pair[] = [];
  let taken = 0;
  while (largest(point.gradient) > tolerance && taken < steps) {
    const direction = descentDirection(point.gradient, pairs);
    const next = wolfeStep(at, point, direction, firstLength(point, pairs));
    if (next === null && pairs.length === 0) break;
    if (next === null) {
      pairs.length = 0; // what it knows of the curvature misleads it: begin again along −∇f
      continue;
    }
    remember(pairs, point, next, history);
    point = next;
    taken++;
  }
  const largestSlope = largest(point.gradient);
  return {
    parameters: toTree(point.x, true),
    value: point.value,
    largestSlope,
    steps: taken,
    evaluations,
    converged: largestSlope <= tolerance,
  };
}

/** −H∇f by the two loops of algorithm 7.4. Without pairs H is the identity. */
function descentDirection(gradient: Tensor, pairs: readonly Pair[]): Tensor {
  let q = gradient;
  const alphas = [...pairs].reverse().map(({ s, y, product }) => {
    const alpha = dot(s, q) / product;
    q = q.subtract(multiply(y, alpha));
    return alpha;
  });
  const last = pairs.at(-1);
  let r = last ? multiply(q, last.product / dot(last.y, last.y)) : q;
  pairs.forEach(({ s, y, product }, i) => {
    const beta = dot(y, r) / product;
    r = add(r, multiply(s, (alphas[pairs.length - 1 - i] as number) - beta));
  });
  return multiply(r, -1);
}

/** Newton's step has length 1. The first one, along −∇f, must not depend on the scale of f. */
function firstLength({ gradient }: Point, pairs: readonly Pair[]): number {
  return pairs.length > 0 ? 1 : Math.min(1, 1 / gradient.abs().sum().item());
}

/** Keeps the pair if the function curves upwards along the step, which keeps H positive definite. */
function remember(pairs: Pair[], from: Point, to: Point, history: number): void {
  const [s, y] = [to.x.subtract(from.x), to.gradient.subtract(from.gradient)];
  const product = dot(s, y);
  if (product > Number.EPSILON * dot(y, y)) pairs.push({ s, y, product });
  if (pairs.length > history) pairs.shift();
}

function dot(a: Tensor, b: Tensor): number {
  return multiply(a, b).sum().item();
}

function largest(x: Tensor): number {
  return x.abs().max().item();
}

/** The tree as one float64 vector, and a vector as such a tree: for the function in float64, or as it was. */
function vectorOf<P>(tree: P) {
  const { leaves, rebuild } = flattenTree(tree);
  const tensors = leaves.map((leaf) => (leaf instanceof Tensor ? leaf : full([], leaf)));
  if (tensors.every(({ size }) => size === 0)) {
    throw new ArgumentError('minimise: wanted parameters with at least one number, got none');
  }
  const vector = concatenate(tensors.map((leaf) => reshape(cast(leaf, 'float64'), [-1])));
  const toTree = (x: Tensor, isAsBefore = false) => {
    let start = 0;
    const parts = tensors.map(({ shape, size, dtype }) => {
      const part = reshape(slice(x, [[start, start + size]]), shape);
      start += size;
      return isAsBefore ? cast(part, dtype) : part;
    });
    return rebuild(parts);
  };
  return { vector, toTree };
}

function scalar(value: unknown): Tensor {
  if (value instanceof Tensor && value.size === 1) return cast(reshape(value, []), 'float64');
  throw new ArgumentError(
    `minimise: wanted a function that returns a scalar tensor, as sum() and mean() do, got ${describe(value)}`,
  );
}

function requireFinitePoint(point: Point): Point {
  if (Number.isFinite(point.value) && Number.isFinite(largest(point.gradient))) return point;
  throw new ArgumentError(
    `minimise: the function is ${point.value} at the first parameters, and its largest slope ` +
      `${largest(point.gradient)}; begin where both are finite`,
  );
}
