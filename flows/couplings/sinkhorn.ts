/**
 * Entropic optimal transport by Sinkhorn's iterations. They run in the log domain, so that small
 * regularisation cannot underflow.
 */
import { fromNDArray, random, type Tensor, toNDArray } from '../../autograd/index.ts';
import {
  ArgumentError,
  cast,
  completeOptions,
  flat,
  formatShape,
  required,
  ShapeError,
  wrap,
} from '../../lib/index.ts';
import { squaredDistances } from '../squared-distances.ts';
import { flatPoints, inOrder, type Pairs, sameBatches } from './pairs.ts';

export interface SinkhornOptions {
  /**
   * ε > 0, in units of the cost: the plan minimises ⟨plan, cost⟩ − ε·entropy. A small ε gives nearly the
   * exact plan, a large one nearly the independent plan.
   */
  readonly regularization: number;
  /** The iterations stop when the mass of each column is right to this share; by default 1e-6. */
  readonly tolerance?: number;
  /** The most iterations; by default 1,000. */
  readonly iterations?: number;
}

export interface SinkhornPlan {
  /**
   * The probability of each pair, float64 [n, m]. Rows sum to 1/n, up to rounding, and columns to 1/m, up to
   * `error`.
   */
  readonly plan: Tensor;
  /**
   * The largest error of a column's mass, as a share of 1/m. It is above the tolerance if the iterations ran
   * out.
   */
  readonly error: number;
  /** The number of iterations made. */
  readonly iterations: number;
}

/**
 * The entropic optimal-transport plan between two uniform distributions, for any costs.
 *
 * The plan is exp((fᵢ + gⱼ − cᵢⱼ)/ε)/(n·m). Each iteration chooses g to make the masses of the columns right,
 * then f for the rows. ε falls geometrically from the size of the costs to its given value. For a small ε,
 * this saves most of the iterations.
 *
 * Source: Cuturi, "Sinkhorn Distances" (2013); Peyré and Cuturi, "Computational Optimal Transport" (2019),
 * section 4.4.
 * @param costs [n, m], any floating dtype
 * @throws ShapeError unless the costs are a matrix, ArgumentError for costs that are not finite, or ε ≤ 0.
 * @example const { plan, error } = sinkhornPlan(tensor([[0, 1], [1, 0]]), { regularization: 0.1 });
 */
export function sinkhornPlan(costs: Tensor, options: SinkhornOptions): SinkhornPlan {
  const { regularization, tolerance, iterations } = completeOptions(
    'sinkhornPlan',
    { regularization: required, tolerance: 1e-6, iterations: 1000 },
    options,
  );
  if (!(regularization > 0 && Number.isFinite(regularization))) {
    throw new ArgumentError(`sinkhornPlan: wanted a regularization > 0, got ${regularization}`);
  }
  const [rows, columns] = costs.shape;
  if (costs.rank !== 2 || !rows || !columns) {
    throw new ShapeError(`sinkhornPlan: wanted costs of shape [n, m], got ${formatShape(costs.shape)}`);
  }
  const values = flat(cast(toNDArray(costs), 'float64')) as Float64Array;
  if (!values.every(Number.isFinite)) throw new ArgumentError('sinkhornPlan: wanted finite costs');

  const f = new Float64Array(rows);
  const g = new Float64Array(columns);
  let epsilon = Math.max(
    regularization,
    values.reduce((most, cost) => Math.max(most, Math.abs(cost)), 0),
  );
  for (let iteration = 1; ; iteration++) {
    softMinimum(values, [columns, 1], f, g, epsilon);
    softMinimum(values, [1, columns], g, f, epsilon);
    if (epsilon === regularization) {
      const error = columnError(values, f, g, epsilon);
      if (error <= tolerance || iteration >= iterations) {
        const plan = values.map((cost, k) => mass(cost, f, g, Math.floor(k / columns), k % columns, epsilon));
        return { plan: fromNDArray(wrap(plan, [rows, columns])), error, iterations: iteration };
      }
    }
    epsilon = Math.max(regularization, epsilon * 0.7);
  }
}

/** A coupling accepts a plan if its columns' masses are right to this share. */
const largestError = 0.05;

/**
 * The Sinkhorn coupling: every noise once, with data drawn at random from its row of the entropic plan. A
 * point of the data may occur several times, or not at all. With ε = 2σ² the pairs are those of the
 * Schrödinger bridge of diffusion σ (`schrodingerBridgePath`).
 *
 * If the iterations run out, the coupling still uses the plan while the mass of each column is right to 5 %:
 * the random draw changes the masses much more. A worse plan would favour some of the data, and is an error.
 * Small ε needs many iterations. For 40 normal points in the plane, 1,000 are enough at ε = 0.01, but not at
 * 0.001. For the limit ε → 0 there is `optimalTransportCoupling`.
 *
 * Source: Tong et al., "Simulation-free Schrödinger bridges via score and flow matching" (2024).
 * @param x0 noise [batch, ...event]
 * @param x1 data [batch, ...event]
 * @throws ShapeError unless both have the same shape. ArgumentError for ε ≤ 0, for empty batches, or if the
 * iterations run out while a column is off by more than 5 % and by more than the tolerance.
 * @example const pairs = sinkhornCoupling(random.key(0), noise, data, { regularization: 2 * sigma ** 2 });
 */
export function sinkhornCoupling(key: random.Key, x0: Tensor, x1: Tensor, options: SinkhornOptions): Pairs {
  const operation = 'sinkhornCoupling';
  const count = sameBatches(operation, x0, x1);
  const costs = squaredDistances(flatPoints(operation, x0), flatPoints(operation, x1));
  const { plan, error, iterations } = sinkhornPlan(fromNDArray(wrap(costs, [count, count])), options);
  if (error > Math.max(largestError, options.tolerance ?? 0)) {
    throw new ArgumentError(
      `${operation}: after ${iterations} iterations the mass of a column of the plan is still off by ${Math.round(100 * error)} %; ` +
        `allow more iterations, or a larger regularization than ${options.regularization}`,
    );
  }
  return { x0: inOrder(count), x1: random.categorical(key, plan.log()) };
}

/**
 * target_j = −ε·log mean_i exp((source_i − c_ij)/ε), with c_ij = costs[i·strides[0] + j·strides[1]]: the
 * potential of one side from that of the other. It subtracts the largest exponent first, so that exp cannot
 * overflow.
 */
function softMinimum(
  costs: Float64Array,
  [outer, inner]: readonly [number, number],
  source: Float64Array,
  target: Float64Array,
  epsilon: number,
): void {
  for (let j = 0; j < target.length; j++) {
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < source.length; i++) {
      most = Math.max(most, (source[i] as number) - (costs[i * outer + j * inner] as number));
    }
    let sum = 0;
    for (let i = 0; i < source.length; i++) {
      sum += Math.exp(((source[i] as number) - (costs[i * outer + j * inner] as number) - most) / epsilon);
    }
    target[j] = -most - epsilon * Math.log(sum / source.length);
  }
}

/** The largest difference of a column's mass from 1/m, as a share of 1/m. */
function columnError(costs: Float64Array, f: Float64Array, g: Float64Array, epsilon: number): number {
  const [rows, columns] = [f.length, g.length];
  let worst = 0;
  for (let j = 0; j < columns; j++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += mass(costs[i * columns + j] as number, f, g, i, j, epsilon);
    worst = Math.max(worst, Math.abs(sum * columns - 1));
  }
  return worst;
}

function mass(cost: number, f: Float64Array, g: Float64Array, i: number, j: number, epsilon: number): number {
  return Math.exp(((f[i] as number) + (g[j] as number) - cost) / epsilon) / (f.length * g.length);
}
