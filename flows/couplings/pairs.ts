/**
 * A coupling says which noise goes with which data. It returns indices, never points. The same index then
 * takes a point and whatever belongs to it (its label, a condition), so that the two stay together.
 */
import {
  fromNDArray,
  gather,
  mapTree,
  random,
  reshape,
  type Tensor,
  type TensorTree,
} from '../../autograd/index.ts';
import { ArgumentError, arange, formatShape, ShapeError, wrap } from '../../lib/index.ts';
import { batchSize, requireTensors } from '../checks.ts';
import { type PointSet, pointSet } from '../points.ts';

/** Indices into two batches, int32 [batch] each: pair k is noise number `x0[k]` with data number `x1[k]`. */
export interface Pairs {
  readonly x0: Tensor;
  readonly x1: Tensor;
}

/**
 * The independent coupling: every noise once, in order, with the data in random order.
 *
 * Source: Lipman et al. 2023 (the note's q(x₁)·p(x₀)); "I-CFM" in Tong et al. 2024.
 * @param x0 noise [batch, ...event]
 * @param x1 data [batch, ...event]
 * @throws ShapeError unless both have the same shape, ArgumentError for empty batches.
 * @example const pairs = independentCoupling(random.key(0), noise, images);
 */
export function independentCoupling(key: random.Key, x0: Tensor, x1: Tensor): Pairs {
  const count = sameBatches('independentCoupling', x0, x1);
  return { x0: inOrder(count), x1: random.permutation(key, count) };
}

/**
 * Gathers each tensor of two trees along its first axis, by the pairs. `x0` is the noise or a tree of it;
 * `x1` is the data or a tree with what belongs to them.
 *
 * @throws ArgumentError if an index is beyond the rows of a tensor.
 * @example
 * const { x0, x1 } = takePairs(optimalTransportCoupling(noise, images), noise, { images, labels });
 * // x0[k] goes with x1.images[k], whose label is x1.labels[k]
 */
export function takePairs<S, T>(
  pairs: Pairs,
  x0: S,
  x1: T,
): { readonly x0: TensorTree<S>; readonly x1: TensorTree<T> } {
  requireTensors('takePairs', ['x0', 'x1'], pairs);
  return {
    x0: mapTree((leaf) => gather(leaf, pairs.x0), x0),
    x1: mapTree((leaf) => gather(leaf, pairs.x1), x1),
  };
}

/** 0 … count − 1, int32. */
export function inOrder(count: number): Tensor {
  return fromNDArray(arange(0, count, 1, 'int32'));
}

/** Column indices as a tensor. */
export function indexTensor(indices: Int32Array): Tensor {
  return fromNDArray(wrap(indices, [indices.length]));
}

/**
 * The size of two batches. Throws a ShapeError unless they have one shape, an ArgumentError if they are
 * empty.
 */
export function sameBatches(operation: string, x0: Tensor, x1: Tensor): number {
  const count = batchSize(operation, 'x0', x0);
  batchSize(operation, 'x1', x1);
  if (count === 0) throw new ArgumentError(`${operation}: wanted at least one point, got none`);
  if (formatShape(x0.shape) === formatShape(x1.shape)) return count;
  throw new ShapeError(
    `${operation}: wanted two batches of one shape, got x0 ${formatShape(x0.shape)} and x1 ${formatShape(x1.shape)}`,
  );
}

/** The points of a batch with their events flattened. */
export function flatPoints(operation: string, x: Tensor): PointSet {
  const count = batchSize(operation, 'a batch', x);
  return pointSet(operation, reshape(x, [count, x.size / count]));
}
