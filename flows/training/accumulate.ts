import { add, divide, mapTree, random, slice, type Tensor } from '../../autograd/index.ts';
import { ArgumentError } from '../../lib/index.ts';
import { requireCounts } from './ranges.ts';

/**
 * Gradient accumulation. The returned function cuts the batch along its first axis into `count` equal parts,
 * calls `fn` on one part after the other, and returns the mean of the results. If `fn` returns means over its
 * batch (a loss and its gradient), the result is the mean over the whole batch. It takes less memory, because
 * only one part is in work at a time.
 *
 * Part i gets the key `random.foldIn(key, i)`. If `count` is 1, the returned function is `fn` itself.
 *
 * @param fn returns a tree of tensors, as `valueAndGrad` does
 * @param count how many parts; a whole number ≥ 1
 * @returns a function whose result has the tree and the shapes of `fn`'s
 * @throws ArgumentError unless `count` is a whole number ≥ 1 and, when called, divides the length of each of
 * the batch's tensors
 * @example const [loss, gradients] = accumulate(valueAndGrad(loss), 4)(parameters, batch, key);
 */
export function accumulate<P, B, R>(
  fn: (parameters: P, batch: B, key: random.Key) => R,
  count: number,
): (parameters: P, batch: B, key: random.Key) => R {
  requireCounts('accumulate', { count });
  if (count === 1) return fn;
  return (parameters, batch, key) => {
    let total: unknown;
    for (let part = 0; part < count; part++) {
      const result = fn(parameters, partOf(batch, part, count), random.foldIn(key, part));
      total = part === 0 ? result : mapTree(add, total, result);
    }
    return mapTree((sum) => divide(sum, count), total) as R;
  };
}

function partOf<B>(batch: B, part: number, count: number): B {
  return mapTree((examples: Tensor) => {
    const length = (examples.shape[0] ?? 0) / count;
    if (Number.isInteger(length) && length > 0)
      return slice(examples, [[part * length, (part + 1) * length]]);
    throw new ArgumentError(
      `accumulate: cannot cut a batch of ${examples.shape[0]} examples into ${count} equal parts`,
    );
  }, batch) as B;
}
