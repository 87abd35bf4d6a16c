import { add, divide, mapTree, random, slice, type Tensor } from '../../autograd/index.ts';
import { ArgumentError } from '../../lib/index.ts';
import { requireCounts } from './ranges.ts';

/**
 * Gradient accumulation: the function, of parameters, a batch and a key, on `count` equal parts of the batch
 * in turn, and the mean of its results. If it gives means over the batch (a loss, its gradient), then so does
 * this, for a fraction of the memory. Each part has a key of its own, unless there is but one part.
 *
 * @param fn with a tree of tensors as its value, such as a `valueAndGrad`
 * @throws ArgumentError unless the parts are equal: `count` must divide the length of each of the batch's
 * tensors
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
