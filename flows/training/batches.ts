import {
  gather,
  mapTree,
  random,
  slice,
  type Tensor,
  type TensorTree,
  treeLeaves,
} from '../../autograd/index.ts';
import { ArgumentError, completeOptions, required } from '../../lib/index.ts';
import { requireCounts, requireWholeNumber } from './ranges.ts';

/** How to cut a data set into batches. */
export interface BatchOptions {
  /** How many examples a batch has. */
  readonly batchSize: number;
  /** Decides the order: the same key gives the same batches. */
  readonly key: random.Key;
  /**
   * How many batches to leave out at the beginning. A run that goes on after n steps skips n batches. The
   * skipped batches are not computed. Default 0.
   */
  readonly skip?: number;
}

/**
 * Shuffled batches of a data set, without end. Each pass through the data (an epoch) has an order of its own
 * and visits an example at most once. If `batchSize` does not divide the number of examples, the epoch leaves
 * out the last few examples of its order.
 *
 * @param data a tree of tensors [n, …] with the n examples along the first axis, such as `{ images, labels }`
 * @returns an iterable of trees like the data, of tensors [batchSize, …] with the same dtypes. Each new
 * iteration begins at the start.
 * @throws ArgumentError if the tensors have different lengths, a batch is larger than the data, `batchSize`
 * is no whole number ≥ 1 or `skip` no whole number ≥ 0
 * @example
 * for (const { images, labels } of shuffledBatches(digits, { batchSize: 256, key: random.key(0) })) { }
 */
export function shuffledBatches<D>(data: D, options: BatchOptions): Iterable<TensorTree<D>> {
  const { batchSize, key, skip } = completeOptions(
    'shuffledBatches',
    { batchSize: required, key: required, skip: 0 },
    options,
  );
  requireCounts('shuffledBatches', { batchSize });
  const count = commonLength('shuffledBatches', data);
  if (batchSize > count) {
    throw new ArgumentError(
      `shuffledBatches: wanted a batch of at most the ${count} examples, got ${batchSize}`,
    );
  }
  requireWholeNumber('shuffledBatches', 'skip', skip);
  const perEpoch = Math.floor(count / batchSize);
  return {
    *[Symbol.iterator]() {
      let place = skip % perEpoch;
      for (let epoch = Math.floor(skip / perEpoch); ; epoch++, place = 0) {
        const order = random.permutation(random.foldIn(key, epoch), count);
        for (; place < perEpoch; place++) {
          const chosen = slice(order, [[place * batchSize, (place + 1) * batchSize]]);
          yield mapTree((examples) => gather(examples, chosen), data);
        }
      }
    },
  };
}

/** The number of examples: the length of every tensor of the tree. Throws an ArgumentError if they differ. */
export function commonLength(operation: string, data: unknown): number {
  const lengths = new Set(treeLeaves(data).map((leaf) => (leaf as Tensor).shape?.[0]));
  const [count] = lengths;
  if (lengths.size === 1 && count !== undefined) return count;
  throw new ArgumentError(
    `${operation}: wanted tensors of one length, got lengths ${[...lengths].join(', ')}`,
  );
}
