/** Trading time for memory: what is recomputed need not be stored. */
import { requireFunction } from '../../lib/index.ts';
import { apply } from '../core/apply.ts';
import { plain } from '../core/plain.ts';
import { definePrimitive, type Primitive } from '../core/primitive.ts';
import { Tensor } from '../core/tensor.ts';
import type { Graph } from '../graph/graph.ts';
import { runGraph } from '../graph/run-graph.ts';
import { makeGraph } from '../graph/trace.ts';
import { vmap } from '../levels/batching.ts';
import { jvp } from '../levels/forward.ts';
import { vjp } from '../levels/reverse.ts';
import { flatten, type TensorTree } from '../trees.ts';

/**
 * The same function, of which a tape stores the arguments alone: the pullback runs it once more for what is
 * in between. Tensors from outside that the function uses are arguments too, and are differentiated. Numbers
 * among the arguments stay numbers.
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
    tracedCheckpoint('checkpoint', fn as (...args: readonly unknown[]) => unknown, args)() as TensorTree<R>;
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

/**
 * Traces a function once, and returns it as a checkpoint that can be applied often: to the tensors of other
 * arguments, or by default to those that it was traced with. The tensors that the function brings along are
 * further inputs behind its own. Numbers stay numbers: they are constants of the graph.
 */
export function tracedCheckpoint(
  operation: string,
  fn: (...args: readonly unknown[]) => unknown,
  args: readonly unknown[],
): (tensors?: readonly Tensor[]) => unknown {
  const { leaves, rebuild: rebuildArguments } = flatten(operation, args);
  const inputs = leaves.filter((leaf) => leaf instanceof Tensor);
  let result: unknown;
  const graph = makeGraph((...traced: readonly Tensor[]) => {
    let next = 0;
    const mixed = leaves.map((leaf) => (leaf instanceof Tensor ? traced[next++] : leaf));
    result = fn(...(rebuildArguments(mixed) as readonly unknown[]));
    return result;
  }, inputs);
  const captured = graph.constants.map(({ tensor }) => tensor);
  const closed = {
    ...graph,
    inputs: [...graph.inputs, ...graph.constants.map(({ value }) => value)],
    constants: [],
  };
  const { rebuild } = flatten(operation, result);
  return (others = inputs) =>
    rebuild(apply(checkpointPrimitive, [...others, ...captured], { graph: closed }));
}

function run({ graph }: CheckpointParams): (...inputs: readonly Tensor[]) => readonly Tensor[] {
  return (...inputs) => runGraph(graph, inputs);
}
