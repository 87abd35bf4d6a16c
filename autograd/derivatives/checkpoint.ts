/** Trading time for memory: what is recomputed need not be stored. */
import { ArgumentError, formatShape, requireFunction, ShapeError, sameShape } from '../../lib/index.ts';
import { apply } from '../core/apply.ts';
import { plain, toTensor } from '../core/plain.ts';
import { definePrimitive, type Primitive } from '../core/primitive.ts';
import type { Tensor } from '../core/tensor.ts';
import type { Graph } from '../graph/graph.ts';
import { runGraph } from '../graph/run-graph.ts';
import { makeGraph } from '../graph/trace.ts';
import { vmap } from '../levels/batching.ts';
import { jvp } from '../levels/forward.ts';
import { vjp } from '../levels/reverse.ts';
import { stack } from '../operations/joining.ts';
import { slice } from '../operations/slicing.ts';
import { dtypeOfNumbers, flattenTree, mapLeaves, type TensorTree, treeLeaves } from '../trees.ts';

/**
 * The same function, of which a tape stores the arguments alone: the pullback runs it once more for what is
 * in between. Tensors from outside that the function uses are arguments too, and are differentiated.
 *
 * @throws LevelError if the function looks at a value.
 * @example
 * grad((w: Tensor) => sum(checkpoint(block)(w, block2(w))))(w);
 */
export function checkpoint<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
): (...args: A) => TensorTree<R> {
  requireFunction('checkpoint', fn);
  return (...args) =>
    trace('checkpoint', fn as (...args: readonly unknown[]) => unknown, args)() as TensorTree<R>;
}

/**
 * A loop with state: `[carry, y] = step(carry, x)` for each x along the first axis of `xs`; the last carry
 * and the stacked ys. The tape stores each step's arguments alone, not what is computed within it. The step
 * is traced once, for all.
 *
 * @throws ArgumentError if the xs have no common length, or the carry's structure or types change.
 * @example
 * const [total, partialSums] = scan((sum: Tensor, x: Tensor) => [add(sum, x), add(sum, x)], tensor(0), tensor([1, 2, 3]));
 */
export function scan<C, X, Y>(
  step: (carry: C, x: X) => readonly [carry: C, y: Y],
  initial: C,
  xs: X,
): [carry: TensorTree<C>, ys: TensorTree<Y>] {
  requireFunction('scan', step);
  const count = commonLength(xs);
  const entry = (i: number) => mapLeaves('scan', (leaf) => slice(leaf as Tensor, [i]), xs);
  const dtype = dtypeOfNumbers(treeLeaves([initial, xs]));
  let carry = mapLeaves('scan', (leaf) => toTensor('scan', leaf, dtype), initial);
  const run = trace('scan', step as (...args: readonly unknown[]) => unknown, [carry, entry(0)]);
  const ys: unknown[] = [];
  for (let i = 0; i < count; i++) {
    const [next, y] = run(treeLeaves([carry, entry(i)]) as Tensor[]) as readonly [unknown, unknown];
    carry = inOrderOf(carry, next);
    ys.push(y);
  }
  const stacked = mapLeaves('scan', (...leaves) => stack(leaves as Tensor[]), ys[0], ...ys.slice(1));
  return [carry as TensorTree<C>, stacked as TensorTree<Y>];
}

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    checkpoint: CheckpointParams;
  }
}

interface CheckpointParams {
  readonly graph: Graph;
}

// Inputs: those of the graph, then its constants.
const checkpointPrimitive: Primitive<'checkpoint'> = definePrimitive({
  name: 'checkpoint',
  shape: (_, { graph }) => graph.outputs,
  evaluate: (inputs, params) => run(params)(...inputs.map(plain)).map((y) => y.plainArray('checkpoint')),
  forward(tangents, at) {
    const inputs = tangents.map((_, i) => at.input(i));
    return jvp(
      run(at.params),
      inputs,
      tangents.map((t) => t ?? 0),
    )[1];
  },
  reverse: {
    needs: () => ({ inputs: 'all' }),
    pull(cotangents, at) {
      const inputs = at.params.graph.inputs.map((_, i) => at.input(i));
      const [outputs, pullback] = vjp(run(at.params), inputs);
      // 0, a symbolic zero, also for outputs that have no cotangents: positions and masks.
      return pullback(outputs.map((_, i) => cotangents[i] ?? 0));
    },
  },
  batch: (inputs, batched, _, { graph }) => {
    const inAxes = batched.map((isBatched) => (isBatched ? 0 : null));
    return checkpoint(vmap(run({ graph }), { inAxes }))(...inputs);
  },
});

/** Traces a function, with the tensors that it brings along as further inputs behind its own. */
function trace(operation: string, fn: (...args: readonly unknown[]) => unknown, args: readonly unknown[]) {
  let result: unknown;
  const graph = makeGraph((...traced: readonly unknown[]) => {
    result = fn(...traced);
    return result;
  }, args);
  const inputs = treeLeaves(args).map((leaf) => toTensor(operation, leaf));
  const captured = graph.constants.map(({ tensor }) => tensor);
  const closed = {
    ...graph,
    inputs: [...graph.inputs, ...graph.constants.map(({ value }) => value)],
    constants: [],
  };
  const { rebuild } = flattenTree(result);
  return (others: readonly Tensor[] = inputs) =>
    rebuild(apply(checkpointPrimitive, [...others, ...captured], { graph: closed }));
}

function run({ graph }: CheckpointParams): (...inputs: readonly Tensor[]) => readonly Tensor[] {
  return (...inputs) => runGraph(graph, inputs);
}

function commonLength(xs: unknown): number {
  const lengths = new Set(treeLeaves(xs).map((leaf) => toTensor('scan', leaf).shape[0]));
  const [length] = lengths;
  if (lengths.size !== 1 || !length) {
    throw new ArgumentError(
      `scan: wanted one common first length > 0, got ${[...lengths].map(String).join(', ') || 'none'}`,
    );
  }
  return length;
}

/**
 * The next carry, its keys in the order of the one before, for which the step was traced; throws if the types
 * changed.
 */
function inOrderOf(before: unknown, after: unknown): unknown {
  return mapLeaves(
    'scan',
    (a, b) => {
      const [x, y] = [toTensor('scan', a), toTensor('scan', b)];
      if (x.dtype === y.dtype && sameShape(x.shape, y.shape)) return b;
      throw new ShapeError(
        `scan: the carry must keep its type, got ${x.dtype}${formatShape(x.shape)} and then ${y.dtype}${formatShape(y.shape)}`,
      );
    },
    before,
    after,
  );
}
