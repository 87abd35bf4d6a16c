/** What loops share: the tree that a step gets from the step before, as a list of tensors. */
import { formatShape, ShapeError, sameShape } from '../../lib/index.ts';
import { toTensor } from '../core/plain.ts';
import type { ArrayType, Tensor, TensorLike } from '../core/tensor.ts';
import type { ClosedGraph } from '../graph/closed-graph.ts';
import { mapLeaves } from '../trees.ts';

/** The first carries, and the step written down for carries of their types. */
export interface Start {
  readonly first: readonly Tensor[];
  readonly step: ClosedGraph;
}

/**
 * The leaves of the first carry as tensors. A number has the dtype that the step gives back in its place:
 * where that is not the one that it has beside the tensors, the step is written down once more.
 *
 * @throws ShapeError, which states the rule, if the step gives back carries of other types. `write` returns a
 * graph whose first outputs are the carries.
 */
export function startOf(
  operation: string,
  leaves: readonly TensorLike[],
  dtype: ArrayType['dtype'],
  write: (first: readonly Tensor[]) => ClosedGraph,
  rule = 'the carry must keep its type',
): Start {
  const given = leaves.map((leaf) => toTensor(operation, leaf, dtype));
  const step = write(given);
  const adopted = leaves.map((leaf, i) =>
    typeof leaf === 'number' ? toTensor(operation, leaf, step.graph.outputs[i]?.dtype) : (given[i] as Tensor),
  );
  const isSettled = adopted.every((x, i) => x.dtype === given[i]?.dtype);
  const start = isSettled ? { first: given, step } : { first: adopted, step: write(adopted) };
  start.first.forEach((x, i) => {
    requireSameType(operation, rule, x, start.step.graph.outputs[i] as ArrayType);
  });
  return start;
}

/** The leaves of a tree, in the order of another one of the same structure; numbers get its dtypes. */
export function leavesLike(operation: string, model: unknown, tree: unknown): readonly Tensor[] {
  const leaves: Tensor[] = [];
  const append = (a: TensorLike, b: TensorLike) => leaves.push(toTensor(operation, b, (a as Tensor).dtype));
  mapLeaves(operation, append, model, tree);
  return leaves;
}

function requireSameType(operation: string, rule: string, before: ArrayType, after: ArrayType): void {
  if (before.dtype === after.dtype && sameShape(before.shape, after.shape)) return;
  const typeText = ({ shape, dtype }: ArrayType) => `${dtype}${formatShape(shape)}`;
  throw new ShapeError(`${operation}: ${rule}, got ${typeText(before)} and then ${typeText(after)}`);
}
