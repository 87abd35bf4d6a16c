import { gather, mapTree, random, slice, type Tensor, type TensorTree } from '../../autograd/index.ts';
import { ArgumentError, completeOptions, required } from '../../lib/index.ts';
import { commonLength } from './batches.ts';

/** How to split a data set into two. */
export interface SplitOptions {
  /** Which share of the examples the validation gets, above 0 and below 1: at least one, and not all. */
  readonly share: number;
  /** Decides which: the same key gives the same split. */
  readonly key: random.Key;
}

/** Two parts of a data set that have no example in common. */
export interface Split<D> {
  readonly training: TensorTree<D>;
  readonly validation: TensorTree<D>;
}

/**
 * Splits a data set at random into examples to train on and examples to validate on.
 *
 * @param data a tree of tensors [n, …] with the n ≥ 2 examples along the first axis
 * @throws ArgumentError if the tensors have different lengths, there are fewer than 2 examples, or the share
 * is not between 0 and 1
 * @example const { training, validation } = splitExamples(images, { share: 0.1, key: random.key(0) });
 */
export function splitExamples<D>(data: D, options: SplitOptions): Split<D> {
  const { share, key } = completeOptions('splitExamples', { share: required, key: required }, options);
  const count = commonLength('splitExamples', data);
  if (!(share > 0 && share < 1) || count < 2) {
    throw new ArgumentError(
      `splitExamples: wanted a share between 0 and 1 of at least 2 examples, got ${share} of ${count}`,
    );
  }
  const cut = validationCount(count, share);
  const order = random.permutation(key, count);
  const part = (from: number, to: number) => {
    const chosen = slice(order, [[from, to]]);
    return mapTree((examples: Tensor) => gather(examples, chosen), data) as TensorTree<D>;
  };
  return { training: part(cut, count), validation: part(0, cut) };
}

/** How many of the examples the validation gets. */
export function validationCount(count: number, share: number): number {
  return Math.min(Math.max(Math.round(share * count), 1), count - 1);
}
