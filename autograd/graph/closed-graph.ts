/** A function written down together with the tensors that it brings along. */
import type { Tensor } from '../core/tensor.ts';
import type { TensorTrees } from '../trees.ts';
import { type Graph, graphOf } from './graph.ts';
import { makeGraph } from './trace.ts';

/** A graph without constants, and the tensors for the inputs that took their places. */
export interface ClosedGraph {
  readonly graph: Graph;
  readonly captured: readonly Tensor[];
}

/**
 * As `makeGraph`, but the tensors that the function brings along become further inputs, behind its own. So
 * the graph can be differentiated with respect to them, and means the same wherever it runs.
 *
 * @throws LevelError if the function looks at a value.
 * @example const { graph, captured } = closedGraph((x: Tensor) => add(x, y), [x]); // captured: [y]
 */
export function closedGraph<A extends readonly unknown[]>(
  fn: (...args: TensorTrees<A>) => unknown,
  args: readonly [...A],
): ClosedGraph {
  const { inputs, constants, equations, outputs } = makeGraph(
    fn as () => unknown,
    args as readonly unknown[],
  );
  const closed = graphOf({
    inputs: [...inputs, ...constants.map(({ value }) => value)],
    constants: [],
    equations,
    outputs,
  });
  return { graph: closed, captured: constants.map(({ tensor }) => tensor) };
}
