/** A choice between two functions, of which one runs. */
import {
  ArgumentError,
  DTypeError,
  describe,
  formatShape,
  requireFunction,
  ShapeError,
  sameShape,
  scalarOf,
} from '../../lib/index.ts';
import { apply } from '../core/apply.ts';
import { plain, toTensor } from '../core/plain.ts';
import type { Point } from '../core/point.ts';
import { definePrimitive, type Primitive } from '../core/primitive.ts';
import { type ArrayType, type MaybeZero, Tensor, type TensorLike } from '../core/tensor.ts';
import { closedGraph } from '../graph/closed-graph.ts';
import { dependedOn, dependents } from '../graph/dependencies.ts';
import { type Graph, graphOf } from '../graph/graph.ts';
import { runGraph } from '../graph/run-graph.ts';
import { withoutDead } from '../graph/simplify.ts';
import { vmap } from '../levels/batching.ts';
import { jvp } from '../levels/forward.ts';
import { vjp } from '../levels/reverse.ts';
import { broadcastTo } from '../operations/broadcasting.ts';
import { cast } from '../operations/cast.ts';
import { less } from '../operations/comparisons.ts';
import { reshape } from '../operations/reshaping.ts';
import { where } from '../operations/selection.ts';
import { dtypeOfNumbers, flatten, mapLeaves, type TensorTree, type TensorTrees } from '../trees.ts';
import { leavesLike } from './carry.ts';
import { chosen, cut, isGiven, placed, replaced } from './marks.ts';

/**
 * `onTrue(...args)` if the predicate holds, else `onFalse(...args)`. Arguments and results are trees; both
 * branches give the same one. One branch runs, in a compiled function too, and so does its derivative. Only
 * for a batch of predicates, in `vmap`, both run, and `where` chooses: then a derivative that is infinite in
 * the branch not taken becomes NaN, as it does with `where`.
 *
 * @throws ShapeError unless the predicate is a scalar; DTypeError unless it is a boolean; and, where the
 * choice is not made at once, ArgumentError or ShapeError if the branches give other structures or types.
 * @example cond(less(x, 0), (y: Tensor) => negate(y), (y: Tensor) => sqrt(y), x);
 */
export function cond<A extends readonly unknown[], R>(
  predicate: Tensor | boolean,
  onTrue: (...args: TensorTrees<A>) => R,
  onFalse: (...args: TensorTrees<A>) => R,
  ...args: A
): TensorTree<R> {
  requireFunction('cond', onTrue);
  requireFunction('cond', onFalse);
  return choose('cond', predicate, onTrue, onFalse, args);
}

/**
 * `branches[index](...args)`: as `cond`, between more than two. An index out of bounds means the nearest
 * branch, as in JAX.
 *
 * @throws ArgumentError without branches; ShapeError unless the index is a scalar; DTypeError unless it is an
 * integer; otherwise as `cond`.
 * @example switchCase(1, [sin, cos, exp], tensor(0)); // 1
 */
export function switchCase<A extends readonly unknown[], R>(
  index: Tensor | number,
  branches: readonly ((...args: TensorTrees<A>) => R)[],
  ...args: A
): TensorTree<R> {
  if (!Array.isArray(branches) || branches.length === 0)
    throw new ArgumentError(`switchCase: wanted a list of functions, got ${describe(branches)}`);
  for (const branch of branches) requireFunction('switchCase', branch);
  const at = toTensor('switchCase', index, 'int32');
  requireScalar('switchCase', 'an index', at, ['int32', 'uint32']);
  // Integers of 32 bits are exact in float64, whatever operations on integers there are.
  const position = cast(at, 'float64');
  const among = (first: number): ((...all: TensorTrees<A>) => R) => {
    const branch = branches[first] as (...all: TensorTrees<A>) => R;
    if (first === branches.length - 1) return branch;
    return (...all) => choose('switchCase', less(position, first + 1), branch, among(first + 1), all) as R;
  };
  const { leaves, rebuild } = flatten('switchCase', args);
  const tensors = tensorsOf('switchCase', leaves);
  return asTensors('switchCase', among(0)(...(rebuild(tensors) as TensorTrees<A>)), leaves) as TensorTree<R>;
}

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    cond: CondParams;
  }
}

/** The inputs are the predicate, and then those of the branches, which both have all of them. */
interface CondParams {
  readonly onTrue: Graph;
  readonly onFalse: Graph;
}

const condPrimitive: Primitive<'cond'> = definePrimitive({
  name: 'cond',
  shape: (_, { onTrue }) => onTrue.outputs,
  evaluate: ([predicate, ...inputs], { onTrue, onFalse }) => {
    const branch = scalarOf(predicate as Parameters<typeof scalarOf>[0]) !== 0 ? onTrue : onFalse;
    return runGraph(branch, inputs.map(plain)).map((y) => y.plainArray('cond'));
  },
  forward: pushBranch,
  reverse: { isDifferentiable: (input) => input > 0, needs: () => ({ inputs: 'all' }), pull: pullBranch },
  batch: batchBranches,
});

/** A predicate that has a value chooses at once. Otherwise both branches are written down. */
function choose(
  operation: string,
  predicate: Tensor | boolean,
  onTrue: (...args: never[]) => unknown,
  onFalse: (...args: never[]) => unknown,
  args: readonly unknown[],
): never {
  if (typeof predicate !== 'boolean') requirePredicate(operation, predicate);
  const { leaves, rebuild } = flatten(operation, args);
  const inputs = tensorsOf(operation, leaves);
  const run = (branch: typeof onTrue, list: readonly Tensor[]) =>
    asTensors(operation, branch(...(rebuild(list) as never[])), leaves);
  if (typeof predicate === 'boolean' || predicate.hasValues) {
    const holds = typeof predicate === 'boolean' ? predicate : predicate.item() !== 0;
    return run(holds ? onTrue : onFalse, inputs) as never;
  }
  let model: unknown;
  const { graph, captured } = closedGraph((...list: readonly Tensor[]) => {
    model = run(onTrue, list);
    const others = leavesLike(operation, model, run(onFalse, list));
    return [flatten(operation, model).leaves, others];
  }, inputs);
  const [yes, no] = cut(graph.outputs, graph.outputs.length / 2);
  yes.forEach((value, i) => {
    requireSameType(operation, value, no[i] as ArrayType);
  });
  const branch = (outputs: Graph['outputs']) => withoutDead(graphOf({ ...graph, outputs }));
  const params = { onTrue: branch(yes), onFalse: branch(no) };
  const outputs = apply(condPrimitive, [predicate, ...inputs, ...captured], params);
  return flatten(operation, model).rebuild(outputs) as never;
}

/** The branch that runs has the tangents of the outputs that move in either of them. */
function pushBranch([, ...tangents]: readonly MaybeZero[], at: Point<CondParams>): readonly MaybeZero[] {
  const { onTrue, onFalse } = at.params;
  const moved = tangents.map(isGiven);
  const moving = either(onTrue, onFalse, (graph) => dependents(graph, moved, 'differentiable'));
  const push = (graph: Graph) => (primals: readonly Tensor[], given: readonly Tensor[]) => {
    const directions = placed(given, moved).map((t) => t ?? 0);
    return chosen(jvp(runner(graph), [primals], [directions])[1], moving);
  };
  const [predicate, ...inputs] = inputsOf(at);
  if (!moving.includes(true)) return moving.map(() => null);
  const given = tangents.filter((t) => t !== null);
  return placed(cond(predicate as Tensor, push(onTrue), push(onFalse), inputs, given), moving);
}

/** The branch runs again, and pulls back. */
function pullBranch(
  cotangents: readonly MaybeZero[],
  at: Point<CondParams>,
  wanted: readonly boolean[],
): readonly MaybeZero[] {
  const { onTrue, onFalse } = at.params;
  const given = cotangents.map(isGiven);
  const reached = either(onTrue, onFalse, (graph) => dependedOn(graph, given, 'differentiable'));
  const live = reached.map((isReached, i) => isReached && (wanted[i + 1] as boolean));
  const pull = (graph: Graph) => (inputs: readonly Tensor[], ws: readonly Tensor[]) => {
    const ofLive = (list: readonly Tensor[]) => runGraph(graph, replaced(inputs, live, list));
    const [, pullback] = vjp(ofLive, [chosen(inputs, live)]);
    return pullback(placed(ws, given).map((w) => w ?? 0))[0];
  };
  const [predicate, ...inputs] = inputsOf(at);
  const ws = cotangents.filter((w) => w !== null);
  return [null, ...placed(cond(predicate as Tensor, pull(onTrue), pull(onFalse), inputs, ws), live)];
}

/** One predicate for the whole batch still chooses; many choose among the results of both branches. */
function batchBranches(
  [predicate, ...inputs]: readonly Tensor[],
  [isPredicateBatched, ...batched]: readonly boolean[],
  size: number,
  { onTrue, onFalse }: CondParams,
): readonly Tensor[] {
  const run = (graph: Graph) => (list: readonly Tensor[]) => {
    const inAxes = batched.map((isBatched) => (isBatched ? 0 : null));
    if (batched.includes(true)) return vmap((...row: Tensor[]) => runGraph(graph, row), { inAxes })(...list);
    return runGraph(graph, list).map((y) => broadcastTo(y, [size, ...y.shape]));
  };
  const mask = predicate as Tensor;
  if (!isPredicateBatched) return cond(mask, run(onTrue), run(onFalse), inputs);
  const [yes, no] = [run(onTrue)(inputs), run(onFalse)(inputs)];
  return yes.map((y, i) => selectRows(mask, y, no[i] as Tensor));
}

/** Row by row, x where the mask is true, y elsewhere. */
export function selectRows(mask: Tensor, x: Tensor, y: Tensor): Tensor {
  return where(reshape(mask, [...mask.shape, ...Array(x.rank - 1).fill(1)]), x, y);
}

function either(a: Graph, b: Graph, marksOf: (graph: Graph) => readonly boolean[]): readonly boolean[] {
  const [first, second] = [marksOf(a), marksOf(b)];
  return first.map((isMarked, i) => isMarked || (second[i] as boolean));
}

function runner(graph: Graph): (inputs: readonly Tensor[]) => readonly Tensor[] {
  return (inputs) => runGraph(graph, inputs);
}

function inputsOf(at: Point<CondParams>): readonly Tensor[] {
  return Array.from({ length: at.inputCount }, (_, i) => at.input(i));
}

function tensorsOf(operation: string, leaves: readonly TensorLike[]): readonly Tensor[] {
  const dtype = dtypeOfNumbers(leaves);
  return leaves.map((leaf) => toTensor(operation, leaf, dtype));
}

/** A result, whose numbers have the dtype that numbers beside the arguments have. */
function asTensors(operation: string, result: unknown, args: readonly TensorLike[]): unknown {
  return mapLeaves(operation, (leaf) => toTensor(operation, leaf, dtypeOfNumbers(args)), result);
}

function requirePredicate(operation: string, predicate: unknown): asserts predicate is Tensor {
  if (predicate instanceof Tensor) requireScalar(operation, 'a predicate', predicate, ['bool']);
  else throw new ArgumentError(`${operation}: wanted a boolean as a predicate, got ${describe(predicate)}`);
}

/** Also what a loop's condition must give. */
export function requireScalar(
  operation: string,
  what: string,
  { shape, dtype }: ArrayType,
  dtypes: readonly string[],
): void {
  if (shape.length > 0)
    throw new ShapeError(`${operation}: wanted a scalar as ${what}, got shape ${formatShape(shape)}`);
  if (!dtypes.includes(dtype))
    throw new DTypeError(
      `${operation}: wanted ${what} of ${dtypes.join(' or ')}, got ${dtype}; compare or cast it first`,
    );
}

function requireSameType(operation: string, a: ArrayType, b: ArrayType): void {
  if (a.dtype === b.dtype && sameShape(a.shape, b.shape)) return;
  const typeText = ({ shape, dtype }: ArrayType) => `${dtype}${formatShape(shape)}`;
  throw new ShapeError(
    `${operation}: all branches must give the same types, got ${typeText(a)} and ${typeText(b)}`,
  );
}
