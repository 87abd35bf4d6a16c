/** Loops with state, of which a tape keeps each step's arguments alone. */
import { ArgumentError, formatShape, requireFunction, ShapeError, sameShape } from '../../lib/index.ts';
import { toTensor } from '../core/plain.ts';
import type { Tensor } from '../core/tensor.ts';
import { stack } from '../operations/joining.ts';
import { slice } from '../operations/slicing.ts';
import { dtypeOfNumbers, mapLeaves, type TensorTree, treeLeaves } from '../trees.ts';
import { tracedCheckpoint } from './checkpoint.ts';

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
  const run = tracedCheckpoint('scan', step as (...args: readonly unknown[]) => unknown, [carry, entry(0)]);
  const ys: unknown[] = [];
  for (let i = 0; i < count; i++) {
    const [next, y] = run(treeLeaves([carry, entry(i)]) as Tensor[]) as readonly [unknown, unknown];
    carry = inOrderOf(carry, next);
    ys.push(y);
  }
  const stacked = mapLeaves('scan', (...leaves) => stack(leaves as Tensor[]), ys[0], ...ys.slice(1));
  return [carry as TensorTree<C>, stacked as TensorTree<Y>];
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
