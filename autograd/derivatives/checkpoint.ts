/** Trading time for memory: what is recomputed need not be stored. */
import { requireFunction } from '../../lib/index.ts';
import { apply } from '../core/apply.ts';
import { plain } from '../core/plain.ts';
import { definePrimitive, type Primitive } from '../core/primitive.ts';
import { Tensor } from '../core/tensor.ts';
import { closedGraph } from '../graph/closed-graph.ts';
import type { Graph } from '../graph/graph.ts';
import { runGraph } from '../graph/run-graph.ts';
import { vmap } from '../levels/batching.ts';
import { jvp } from '../levels/forward.ts';
import { vjp } from '../levels/reverse.ts';
import { flatten, type Tensors, type TensorTree } from '../trees.ts';

/**
 * The same function, of which a tape stores the arguments alone: the pullback runs it once more for what is
 * in between. Tensors from outside that the function uses are arguments too, and are differentiated. Numbers
 * among the arguments stay numbers.
 *
 * @throws LevelError if the function looks at a value.
 * @example
 * grad((w: Tensor) => sum(checkpoint(block)(w, block2(w))))(w);
 */
export function checkpoint<A extends readonly unknown[] = Tensors, R = unknown>(
  fn: (...args: A) => R,
): (...args: A) => TensorTree<R> {
  requireFunction('checkpoint', fn);
  return (...args) => {
    const { leaves, rebuild } = flatten('checkpoint', args);
    const inputs = leaves.filter((leaf) => leaf instanceof Tensor);
    let result: unknown;
    const { graph: body, captured } = closedGraph((...traced: readonly Tensor[]) => {
      let next = 0;
      const mixed = leaves.map((leaf) => (leaf instanceof Tensor ? traced[next++] : leaf));
      result = fn(...(rebuild(mixed) as unknown as A));
      return result;
    }, inputs);
    const outputs = apply(checkpointPrimitive, [...inputs, ...captured], { body });
    return flatten('checkpoint', result).rebuild(outputs) as TensorTree<R>;
  };
}

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    checkpoint: CheckpointParams;
  }
}

interface CheckpointParams {
  /** The function, without constants. */
  readonly body: Graph;
}

const checkpointPrimitive: Primitive<'checkpoint'> = definePrimitive({
  name: 'checkpoint',
  shape: (_, { body }) => body.outputs,
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
      const inputs = at.params.body.inputs.map((_, i) => at.input(i));
      const [outputs, pullback] = vjp(run(at.params), inputs);
      // 0, a symbolic zero, also for outputs that have no cotangents: positions and masks.
      return pullback(outputs.map((_, i) => cotangents[i] ?? 0));
    },
  },
  batch: (inputs, batched, _, { body }) => {
    const inAxes = batched.map((isBatched) => (isBatched ? 0 : null));
    return checkpoint(vmap(run({ body }), { inAxes }))(...inputs);
  },
});

function run({ body }: CheckpointParams): (...inputs: readonly Tensor[]) => readonly Tensor[] {
  return (...inputs) => runGraph(body, inputs);
}
