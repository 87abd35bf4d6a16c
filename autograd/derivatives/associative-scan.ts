import {
  ArgumentError,
  completeOptions,
  formatShape,
  requireFunction,
  ShapeError,
  sameShape,
} from '../../lib/index.ts';
import { toTensor } from '../core/plain.ts';
import type { Tensor } from '../core/tensor.ts';
import { concatenate, stack } from '../operations/joining.ts';
import { flip } from '../operations/rearranging.ts';
import { reshape } from '../operations/reshaping.ts';
import { slice } from '../operations/slicing.ts';
import { flatten, type TensorTree } from '../trees.ts';
import { leavesLike } from './carry.ts';

export interface AssociativeScanOptions {
  /**
   * From the last entry to the first: `combine` gets the later entries first. By default from the first on.
   */
  readonly reverse?: boolean;
}

/**
 * All partial combinations along the first axis: x₁, x₁∘x₂, x₁∘x₂∘x₃, … `combine(a, b)` gets and gives trees
 * with a list of entries at each leaf, and must work entry by entry, associatively. For n entries it is
 * called about 2·log₂n times, on n/2, n/4, … of them: unlike in `scan`, there are no n steps one after
 * another. Sums are bracketed otherwise than in a loop.
 *
 * Source: Blelloch, "Prefix Sums and Their Applications" (1990); the recursion is that of jax.lax.
 * @throws ArgumentError if the leaves have no common length, or `combine` changes the structure; ShapeError
 * if it changes shapes.
 * @example associativeScan(multiply, tensor([1, 2, 3, 4])); // [1, 2, 6, 24]
 */
export function associativeScan<T>(
  combine: (a: TensorTree<T>, b: TensorTree<T>) => unknown,
  elements: T,
  options: AssociativeScanOptions = {},
): TensorTree<T> {
  requireFunction('associativeScan', combine);
  const { reverse } = completeOptions('associativeScan', { reverse: false }, options);
  const { leaves, rebuild } = flatten('associativeScan', elements);
  const lists = leaves.map((leaf) => toTensor('associativeScan', leaf));
  const lengths = new Set(lists.map(({ shape }) => shape[0]));
  if (lengths.size !== 1 || lengths.has(undefined)) {
    const got = [...lengths].map(String).join(', ') || 'none';
    throw new ArgumentError(`associativeScan: wanted one common first length, got ${got}`);
  }
  const onLists: Combine = (a, b) => {
    const first = rebuild(a);
    const results = leavesLike('associativeScan', first, combine(first, rebuild(b)));
    results.forEach((y, i) => {
      requireSameType(a[i] as Tensor, y);
    });
    return results;
  };
  const turn = (list: readonly Tensor[]) => (reverse ? list.map((x) => flip(x, 0)) : list);
  return rebuild(turn(partials(onLists, turn(lists))));
}

function requireSameType(a: Tensor, b: Tensor): void {
  if (a.dtype === b.dtype && sameShape(a.shape, b.shape)) return;
  const [wanted, got] = [a, b].map(({ shape, dtype }) => `${dtype}${formatShape(shape)}`);
  throw new ShapeError(`associativeScan: combine must give what it gets, ${wanted}, got ${got}`);
}

type Combine = (a: readonly Tensor[], b: readonly Tensor[]) => readonly Tensor[];

/** The pairs' partial combinations are every other result; one more entry on each gives those between. */
function partials(combine: Combine, lists: readonly Tensor[]): readonly Tensor[] {
  const length = lists[0]?.shape[0] as number;
  if (length < 2) return lists;
  const take = (list: readonly Tensor[], from: number, to?: number, step = 1) =>
    list.map((x) => slice(x, [[from, to, step]]));
  const odd = partials(combine, combine(take(lists, 0, length - 1, 2), take(lists, 1, length, 2)));
  const rest = take(lists, 2, length, 2);
  const between = rest[0]?.shape[0] === 0 ? rest : combine(take(odd, 0, Math.ceil(length / 2) - 1), rest);
  return lists.map((x, i) => interleaved(slice(x, [[0, 1]]), between[i] as Tensor, odd[i] as Tensor));
}

/** The first entry, and then by turns one of each of the lists, of which `odd` begins. */
function interleaved(first: Tensor, between: Tensor, odd: Tensor): Tensor {
  const even = concatenate([first, between]);
  const count = odd.shape[0] as number;
  const pairs = reshape(stack([slice(even, [[0, count]]), odd], 1), [2 * count, ...odd.shape.slice(1)]);
  return concatenate([pairs, slice(even, [[count, undefined]])]);
}
