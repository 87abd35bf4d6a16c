/** A loop with state: what users call, with trees; `loop.ts` has the primitive. */
import { ArgumentError, completeOptions, describe, requireFunction } from '../../lib/index.ts';
import { toTensor } from '../core/plain.ts';
import type { Tensor } from '../core/tensor.ts';
import { requireCount } from '../operations/operands.ts';
import { dtypeOfNumbers, type FlatTree, flatten, type TensorTree } from '../trees.ts';
import { leavesLike, startOf } from './carry.ts';
import { closedStep, runSteps, type Step } from './loop.ts';

export interface ScanOptions {
  /** From the last x to the first; each y keeps the place of its x. By default from the first to the last. */
  readonly reverse?: boolean;
  /** How many steps there are, if there are no xs. By default as many as the xs are long. */
  readonly length?: number;
}

/**
 * A loop with state: `[carry, y] = step(carry, x)` for each x along the first axis of `xs`; the last carry
 * and the stacked ys. Carry, xs and ys are trees. For steps without an x, `xs` is null, and `length` says how
 * many there are. The step is traced, and the loop is one operation: a tape stores its arguments and each
 * step's carry, not what is computed within a step. A number in the first carry has the dtype that the step
 * gives back in its place.
 *
 * @throws ArgumentError if the xs have no common length, or another one than `length`, the step returns no
 * pair, or the carry's structure changes; ShapeError if its types do; LevelError if the step looks at a
 * value.
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
  const order = completeOptions('scan', { reverse: false, length: undefined }, options);
  const entries = xs === null ? nothing : flatten('scan', xs);
  const lists = entries.leaves.map((leaf) => toTensor('scan', leaf));
  const length = commonLength(lists, order.length);
  const carries = flatten('scan', initial);
  let y: FlatTree<Y> | undefined;
  const onLists: Step = (carry, x) => {
    const before = carries.rebuild(carry);
    const result: unknown = step(before as C, entries.rebuild(x) as X);
    requirePair(result);
    y = flatten('scan', result[1] as Y);
    return [leavesLike('scan', before, result[0]), y.leaves.map((leaf) => toTensor('scan', leaf))];
  };
  const dtype = dtypeOfNumbers([...carries.leaves, ...lists]);
  const start = startOf('scan', carries.leaves, dtype, (first) => closedStep(onLists, first, lists));
  const [last, ys] = runSteps(start.step, start.first, lists, { length, reverse: order.reverse });
  return [carries.rebuild(last), (y as FlatTree<Y>).rebuild(ys)];
}

/** The xs of steps that get none. */
const nothing: FlatTree<null> = { leaves: [], rebuild: () => null };

function commonLength(xs: readonly Tensor[], wanted: number | undefined): number {
  const lengths = new Set(xs.map(({ shape }) => shape[0]));
  if (wanted !== undefined) lengths.add(requireCount('scan', 'length', wanted));
  const [length] = lengths;
  if (lengths.size === 1 && length !== undefined) return length;
  const got = [...lengths].map(String).join(', ') || 'none';
  const advice = xs.length === 0 ? "; without xs, the option 'length' says how many steps there are" : '';
  throw new ArgumentError(`scan: wanted one common first length, got ${got}${advice}`);
}

function requirePair(result: unknown): asserts result is readonly [unknown, unknown] {
  if (Array.isArray(result) && result.length === 2) return;
  throw new ArgumentError(`scan: the step must return a pair [carry, y], got ${describe(result)}`);
}
