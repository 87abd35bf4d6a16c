/** Optimal transport for conditional models: the noise must not depend on the condition. */
import { type Tensor, toNDArray } from '../../autograd/index.ts';
import { ArgumentError, completeOptions, isFloating, ShapeError, wrap } from '../../lib/index.ts';
import { assignment } from '../assignment.ts';
import { batchSize, requireTensor } from '../checks.ts';
import { labelArray, type PointSet } from '../points.ts';
import { squaredDistances } from '../squared-distances.ts';
import { flatPoints, indexTensor, inOrder, type Pairs, sameBatches } from './pairs.ts';

export interface ConditionAwareOptions {
  /**
   * The cost of changing the condition. For labels, it is the cost of changing one for another; for vectors,
   * it is the factor of their squared distance. The default for labels is ∞: noise never changes its label.
   * The default for vectors follows from `candidateShare`.
   */
  readonly weight?: number;
  /**
   * Instead of a weight. Some pairs (noise i, data j) of different conditions are cheaper than noise i with
   * data i; this is the share of all pairs that may be so. Each batch then gets the smallest weight that
   * keeps the share. By default 0.01 for vectors; plain transport has about 0.5. With 0, noise moves between
   * equal conditions, and hardly between different ones.
   */
  readonly candidateShare?: number;
}

/**
 * Conditional optimal transport (C²OT). Noise i gets the condition of data i; this is random, since both
 * batches are drawn at random. Then noise i moves to data of a similar condition. The cost of a pair is
 * ‖x₀ − x₁‖² + weight·(distance of the conditions).
 *
 * Plain minibatch transport makes the noise depend on the condition, p(x₀ | c) ≠ p(x₀), but samples start
 * from p(x₀). With weight ∞ there is one transport per label, and p(x₀ | c) = p(x₀) again. Weight 0 is
 * `optimalTransportCoupling`.
 *
 * For vectors, the weight is the smallest one that leaves only `candidateShare` of all pairs cheaper than the
 * pair (i, i) of their row. Pairs of equal conditions do not count, because noise stays in its condition
 * there. So rows that share a condition do not hold back the others. With hundreds of rows, one-hot vectors
 * of ten classes give the coupling of their labels; of a hundred classes, about one row in a hundred changes
 * its class. The paper measures text embeddings by the cosine distance. For unit vectors that is half the
 * squared distance, and the weight makes up for the factor.
 *
 * Source: Cheng and Schwing, "The Curse of Conditions: Analyzing and Improving Optimal Transport for
 * Conditional Flow-Based Generation" (2025), which finds the weight by bisection and has the share 0.01.
 * Their code also counts the pairs (i, i), which adds 1/n, and the pairs of equal conditions. It stops at a
 * weight of 10⁸.
 * @param x0 noise [batch, ...event]
 * @param x1 data [batch, ...event]
 * @param conditions of the data: labels, int32 [batch], or vectors, floating [batch, ...]
 * @throws ShapeError for batches that differ. ArgumentError for a negative weight, a share outside [0, 1],
 * both options together, an empty batch, or conditions that are not finite. DTypeError for labels that are no
 * integers.
 * @example
 * const pairs = conditionAwareCoupling(noise, images, labels);
 * const { x0, x1 } = takePairs(pairs, noise, { images, labels });
 * @example const pairs = conditionAwareCoupling(noise, images, angles); // angles [batch, 2]: cosines and sines
 */
export function conditionAwareCoupling(
  x0: Tensor,
  x1: Tensor,
  conditions: Tensor,
  options: ConditionAwareOptions = {},
): Pairs {
  const operation = 'conditionAwareCoupling';
  const given = weighingOf(operation, options);
  const count = sameBatches(operation, x0, x1);
  const [noise, data] = [flatPoints(operation, x0), flatPoints(operation, x1)];
  requireTensor(operation, 'conditions', conditions);
  const vectors = isFloating(conditions.dtype) ? conditionVectors(operation, conditions, count) : undefined;
  const labels = vectors ? firstEqualRows(vectors) : labelArray(operation, toNDArray(conditions), count);
  const isAutomatic =
    given.weight === undefined && (vectors !== undefined || given.candidateShare !== undefined);
  const { candidateShare = 0.01, weight = isAutomatic ? undefined : Number.POSITIVE_INFINITY } = given;
  const perLabel = () => ({ x0: inOrder(count), x1: indexTensor(transportPerLabel(noise, data, labels)) });
  if (weight === Number.POSITIVE_INFINITY) return perLabel();
  const costs = squaredDistances(noise, data);
  const distances = vectors ? squaredDistances(vectors, vectors) : labelMismatches(labels);
  const factor = weight ?? smallestWeight(costs, distances, candidateShare);
  if (factor === Number.POSITIVE_INFINITY) return perLabel();
  const total = costs.map((cost, k) => cost + factor * (distances[k] as number));
  return { x0: inOrder(count), x1: indexTensor(assignment(wrap(total, [count, count]))) };
}

/**
 * The smallest weight that leaves at most a share of all pairs cheaper than the diagonal pair of their row.
 * Pair (i, j) of different conditions is cheaper while the weight is below
 * (cost of (i, i) − cost of (i, j)) / distance. So the result is one of these bounds.
 */
function smallestWeight(costs: Float64Array, distances: Float64Array, share: number): number {
  const count = Math.sqrt(costs.length);
  const bounds = costs.map((cost, k) => {
    const saved = (costs[Math.floor(k / count) * (count + 1)] as number) - cost;
    if (saved <= 0 || distances[k] === 0) return 0;
    return saved / (distances[k] as number);
  });
  const allowed = Math.min(Math.floor(share * costs.length), costs.length - 1);
  return bounds.sort()[costs.length - 1 - allowed] as number;
}

/** The optimal assignment within each label's own rows. */
function transportPerLabel(noise: PointSet, data: PointSet, labels: Int32Array): Int32Array {
  const columnOf = new Int32Array(labels.length);
  for (const label of new Set(labels)) {
    const rows = [...labels.keys()].filter((i) => labels[i] === label);
    const costs = squaredDistances(rowsOf(noise, rows), rowsOf(data, rows));
    assignment(wrap(costs, [rows.length, rows.length])).forEach((column, k) => {
      columnOf[rows[k] as number] = rows[column] as number;
    });
  }
  return columnOf;
}

function rowsOf({ data, dimension }: PointSet, rows: readonly number[]): PointSet {
  const chosen = new Float64Array(rows.length * dimension);
  rows.forEach((row, k) => {
    chosen.set(data.subarray(row * dimension, (row + 1) * dimension), k * dimension);
  });
  return { data: chosen, count: rows.length, dimension };
}

/** 1 where two labels differ, row-major. */
function labelMismatches(labels: Int32Array): Float64Array {
  const count = labels.length;
  return Float64Array.from({ length: count * count }, (_, k) =>
    labels[Math.floor(k / count)] === labels[k % count] ? 0 : 1,
  );
}

function conditionVectors(operation: string, conditions: Tensor, count: number): PointSet {
  const size = batchSize(operation, 'conditions', conditions);
  if (size !== count) throw new ShapeError(`${operation}: wanted ${count} conditions, got ${size}`);
  const vectors = flatPoints(operation, conditions);
  if (vectors.data.every(Number.isFinite)) return vectors;
  throw new ArgumentError(`${operation}: wanted finite conditions`);
}

/** For each vector, the first row that equals it, as a label: equal vectors are one class. */
function firstEqualRows({ data, count, dimension }: PointSet): Int32Array {
  const first = new Map<string, number>();
  return Int32Array.from({ length: count }, (_, row) => {
    const name = data.subarray(row * dimension, (row + 1) * dimension).join();
    if (!first.has(name)) first.set(name, row);
    return first.get(name) as number;
  });
}

function weighingOf(operation: string, options: ConditionAwareOptions) {
  const given = completeOptions(operation, { weight: undefined, candidateShare: undefined }, options);
  const { weight = 0, candidateShare = 0 } = given;
  if (!(weight >= 0)) throw new ArgumentError(`${operation}: wanted a weight ≥ 0, got ${weight}`);
  if (!(candidateShare >= 0 && candidateShare <= 1)) {
    throw new ArgumentError(`${operation}: wanted 0 ≤ candidateShare ≤ 1, got ${candidateShare}`);
  }
  if (given.weight !== undefined && given.candidateShare !== undefined) {
    throw new ArgumentError(`${operation}: wanted a weight or a candidateShare, got both`);
  }
  return given;
}
