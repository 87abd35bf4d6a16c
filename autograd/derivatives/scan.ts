/** A loop with state: what users call, with trees; `loop.ts` has the primitive. */
import {
  ArgumentError,
  completeOptions,
  describe,
  formatShape,
  requireFunction,
  ShapeError,
  sameShape,
} from '../../lib/index.ts';
import { toTensor } from '../core/plain.ts';
import type { Tensor, TensorLike } from '../core/tensor.ts';
import { dtypeOfNumbers, type FlatTree, flatten, mapLeaves, type TensorTree, treeLeaves } from '../trees.ts';
import { loop, type Step } from './loop.ts';

export interface ScanOptions {
  /** From the last x to the first; each y keeps the place of its x. By default from the first to the last. */
  readonly reverse?: boolean;
}

/**
 * A loop with state: `[carry, y] = step(carry, x)` for each x along the first axis of `xs`; the last carry
 * and the stacked ys. Carry, xs and ys are trees. The step is traced once, for all, and the loop is one
 * operation: a tape stores its arguments and each step's carry, not what is computed within a step.
 *
 * @throws ArgumentError if the xs have no common length, the step returns no pair, or the carry's structure
 * changes; ShapeError if its types do; LevelError if the step looks at a value.
 * @example
 * const [total, partialSums] = scan((sum: Tensor, x: Tensor) => [add(sum, x), add(sum, x)], tensor(0), tensor([1, 2, 3]));
 */
export function scan<C, X, Y>(
  step: (carry: C, x: X) => readonly [carry: C, y: Y],
  initial: C,
  xs: X,
  options: ScanOptions = {},
): [carry: TensorTree<C>, ys: TensorTree<Y>] {
  requireFunction('scan', step);
  const { reverse } = completeOptions('scan', { reverse: false }, options);
  const length = commonLength(xs);
  const dtype = dtypeOfNumbers(treeLeaves([initial, xs]));
  const [carries, entries] = [flatten('scan', initial), flatten('scan', xs)];
  let y: FlatTree<Y> | undefined;
  const onLists: Step = (carry, x) => {
    const before = carries.rebuild(carry);
    const result: unknown = step(before as C, entries.rebuild(x) as X);
    requirePair(result);
    y = flatten('scan', result[1] as Y);
    return [inOrderOf(before, result[0]), y.leaves.map((leaf) => toTensor('scan', leaf))];
  };
  const start = carries.leaves.map((leaf) => toTensor('scan', leaf, dtype));
  const [last, ys] = loop(onLists, start, entries.leaves as readonly Tensor[], { length, reverse });
  return [carries.rebuild(last), (y as FlatTree<Y>).rebuild(ys)];
}

function commonLength(xs: unknown): number {
  const lengths = new Set(flatten('scan', xs).leaves.map((leaf) => toTensor('scan', leaf).shape[0]));
  const [length] = lengths;
  if (lengths.size !== 1 || length === undefined) {
    throw new ArgumentError(
      `scan: wanted one common first length, got ${[...lengths].map(String).join(', ') || 'none'}`,
    );
  }
  return length;
}

function requirePair(result: unknown): asserts result is readonly [unknown, unknown] {
  if (Array.isArray(result) && result.length === 2) return;
  throw new ArgumentError(`scan: the step must return a pair [carry, y], got ${describe(result)}`);
}

/** The leaves of the next carry, in the order of the one before; throws if structure or types changed. */
function inOrderOf(before: unknown, after: unknown): readonly Tensor[] {
  const leaves: Tensor[] = [];
  const append = (a: TensorLike, b: TensorLike) => {
    const x = a as Tensor;
    const y = toTensor('scan', b, x.dtype);
    if (x.dtype !== y.dtype || !sameShape(x.shape, y.shape)) {
      throw new ShapeError(
        `scan: the carry must keep its type, got ${x.dtype}${formatShape(x.shape)} and then ${y.dtype}${formatShape(y.shape)}`,
      );
    }
    leaves.push(y);
  };
  mapLeaves('scan', append, before, after);
  return leaves;
}
