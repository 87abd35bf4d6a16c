/** Optimal transport for conditional models: the transport must not carry information about the condition. */
import { type Tensor, toNDArray } from '../../autograd/index.ts';
import { ArgumentError, assignment, checkOptions, isFloating, wrap } from '../../lib/index.ts';
import { batchSize } from '../checks.ts';
import { labelArray, type PointSet } from '../metrics/points.ts';
import { squaredDistances } from './cost.ts';
import { flatPoints, indexTensor, inOrder, type Pairs, sameBatches } from './pairs.ts';

export interface ConditionAwareOptions {
  /**
   * What it costs to change the condition: for labels, the cost of changing one for another; for vectors, the factor of their squared
   * distance. By default ∞ for labels (noise never changes its label); vectors need a number.
   */
  readonly weight?: number;
}

/**
 * Conditional optimal transport (C²OT): noise i is given the condition of data i at random, as the batch happened to be drawn, and
 * then moves to data of a like condition. The cost of a pair is ‖x₀ − x₁‖² + weight·(distance of the conditions).
 *
 * Plain minibatch transport makes the noise depend on the condition, p(x₀ | c) ≠ p(x₀), while samples start from p(x₀). With
 * weight ∞ there is one transport per label, and p(x₀ | c) = p(x₀) again; weight 0 is `optimalTransportCoupling`.
 *
 * Source: Cheng and Schwing, "The Curse of Conditions: Analyzing and Improving Optimal Transport for Conditional Flow-Based
 * Generation" (2025).
 * @param x0 noise [batch, ...event]
 * @param x1 data [batch, ...event]
 * @param conditions of the data: labels, int32 [batch], or vectors, floating [batch, ...]
 * @throws ShapeError for batches that differ, ArgumentError for a negative weight, or vectors without a finite one.
 * @example
 * const pairs = conditionAwareCoupling(noise, images, labels);
 * const { x0, x1 } = takePairs(pairs, noise, { images, labels });
 */
export function conditionAwareCoupling(
  x0: Tensor,
  x1: Tensor,
  conditions: Tensor,
  options: ConditionAwareOptions = {},
): Pairs {
  const operation = 'conditionAwareCoupling';
  checkOptions(operation, options, ['weight']);
  const count = sameBatches(operation, x0, x1);
  const { weight = Number.POSITIVE_INFINITY } = options;
  if (!(weight >= 0)) throw new ArgumentError(`${operation}: wanted a weight ≥ 0, got ${weight}`);
  const [noise, data] = [flatPoints(operation, x0), flatPoints(operation, x1)];
  const labels = isFloating(conditions.dtype) ? undefined : labelArray(operation, toNDArray(conditions), count);
  if (labels && weight === Number.POSITIVE_INFINITY) {
    return { x0: inOrder(count), x1: indexTensor(transportPerLabel(noise, data, labels)) };
  }
  if (weight === Number.POSITIVE_INFINITY) {
    throw new ArgumentError(`${operation}: wanted a finite weight for conditions that are vectors, got ${weight}`);
  }
  const distances = labels ? labelMismatches(labels) : conditionDistances(operation, conditions, count);
  const costs = squaredDistances(noise, data).map((cost, k) => cost + weight * (distances[k] as number));
  return { x0: inOrder(count), x1: indexTensor(assignment(wrap(costs, [count, count]))) };
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

function conditionDistances(operation: string, conditions: Tensor, count: number): Float64Array {
  const size = batchSize(operation, 'conditions', conditions);
  if (size !== count) throw new ArgumentError(`${operation}: wanted ${count} conditions, got ${size}`);
  const points = flatPoints(operation, conditions);
  return squaredDistances(points, points);
}
