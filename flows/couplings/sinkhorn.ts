/**
 * Entropic optimal transport by Sinkhorn's iterations. They begin in the log domain, and return to it when
 * numbers become too large or too small, so that small regularisation cannot underflow.
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
import { requireTensor } from '../checks.ts';
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
  requireTensor('sinkhornPlan', 'costs', costs);
  const [rows, columns] = costs.shape;
  if (costs.rank !== 2 || !rows || !columns) {
    throw new ShapeError(`sinkhornPlan: wanted costs of shape [n, m], got ${formatShape(costs.shape)}`);
  }
  const values = flat(cast(toNDArray(costs), 'float64')) as Float64Array;
  if (!values.every(Number.isFinite)) throw new ArgumentError('sinkhornPlan: wanted finite costs');

  const potentials = { f: new Float64Array(rows), g: new Float64Array(columns) };
  const largest = values.reduce((most, cost) => Math.max(most, Math.abs(cost)), 0);
  let epsilon = Math.max(regularization, largest);
  let made = 1;
  for (; ; made++) {
    updateInLogarithms(values, potentials, epsilon);
    if (epsilon === regularization) break;
    epsilon = Math.max(regularization, epsilon * 0.7);
  }
  const scaled = new ScaledPlan(values, potentials, epsilon);
  for (; scaled.error > tolerance && made < iterations; made++) scaled.update();
  return { plan: fromNDArray(wrap(scaled.plan(), [rows, columns])), error: scaled.error, iterations: made };
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

/** One iteration: g from f, then f from g. */
function updateInLogarithms(costs: Float64Array, { f, g }: Potentials, epsilon: number): void {
  softMinimum(costs, [g.length, 1], f, g, epsilon);
  softMinimum(costs, [1, g.length], g, f, epsilon);
}

interface Potentials {
  /** One number for each row. */
  readonly f: Float64Array;
  /** One number for each column. */
  readonly g: Float64Array;
}

/** Scales beyond e^±largestLogarithm go into the potentials, long before they overflow. */
const largestLogarithm = 50;

/**
 * The plan uᵢ·kᵢⱼ·vⱼ/(n·m), with kᵢⱼ = exp((fᵢ + gⱼ − cᵢⱼ)/ε) computed once: an iteration then takes two
 * products of a matrix and a vector, and no exponential. When u or v becomes too large or too small,
 * ε·log u and ε·log v are added to f and g (absorption: Schmitzer,
 * "Stabilized sparse scaling algorithms for entropy regularized transport problems", 2019).
 */
class ScaledPlan {
  /** The largest difference of a column's mass from 1/m, as a share of 1/m. */
  error = Infinity;
  readonly #costs: Float64Array;
  readonly #potentials: Potentials;
  readonly #epsilon: number;
  readonly #kernel: Float64Array;
  readonly #u: Float64Array;
  readonly #v: Float64Array;
  /** Σᵢ uᵢ·kᵢⱼ for each column j. */
  readonly #columnSums: Float64Array;

  constructor(costs: Float64Array, potentials: Potentials, epsilon: number) {
    this.#costs = costs;
    this.#potentials = potentials;
    this.#epsilon = epsilon;
    this.#kernel = new Float64Array(costs.length);
    this.#u = new Float64Array(potentials.f.length);
    this.#v = new Float64Array(potentials.g.length);
    this.#columnSums = new Float64Array(potentials.g.length);
    this.#restart();
  }

  /** One iteration: v from u, then u from v. */
  update(): void {
    const [u, v, sums] = [this.#u, this.#v, this.#columnSums];
    for (let j = 0; j < v.length; j++) v[j] = u.length / (sums[j] as number);
    for (let i = 0; i < u.length; i++) u[i] = v.length / dotRow(this.#kernel, i * v.length, v);
    if (u.every(isModerate) && v.every(isModerate)) this.#measure();
    else this.#absorb();
  }

  plan(): Float64Array {
    const [u, v] = [this.#u, this.#v];
    const plan = new Float64Array(this.#kernel.length);
    for (let i = 0, k = 0; i < u.length; i++) {
      const share = (u[i] as number) / plan.length;
      for (let j = 0; j < v.length; j++, k++)
        plan[k] = share * (this.#kernel[k] as number) * (v[j] as number);
    }
    return plan;
  }

  /**
   * Moves the scales into the potentials. Where one has overflown, an iteration in logarithms makes it right.
   */
  #absorb(): void {
    const [{ f, g }, u, v] = [this.#potentials, this.#u, this.#v];
    for (let j = 0; j < g.length; j++) g[j] = (g[j] as number) + this.#epsilon * finiteLog(v[j] as number);
    for (let i = 0; i < f.length; i++) f[i] = (f[i] as number) + this.#epsilon * finiteLog(u[i] as number);
    const hasLogarithm = (scale: number) => Number.isFinite(Math.log(scale));
    if (!u.every(hasLogarithm) || !v.every(hasLogarithm))
      updateInLogarithms(this.#costs, this.#potentials, this.#epsilon);
    this.#restart();
  }

  #restart(): void {
    const { f, g } = this.#potentials;
    for (let i = 0, k = 0; i < f.length; i++) {
      for (let j = 0; j < g.length; j++, k++) {
        const exponent = (f[i] as number) + (g[j] as number) - (this.#costs[k] as number);
        // Numbers below e⁻⁷⁰⁰ add nothing, and processors are slow with those that have fewer digits.
        this.#kernel[k] = exponent < -700 * this.#epsilon ? 0 : Math.exp(exponent / this.#epsilon);
      }
    }
    this.#u.fill(1);
    this.#v.fill(1);
    this.#measure();
  }

  #measure(): void {
    const [u, v, sums] = [this.#u, this.#v, this.#columnSums];
    sums.fill(0);
    for (let i = 0; i < u.length; i++) addRow(sums, this.#kernel, i * v.length, u[i] as number);
    this.error = 0;
    for (let j = 0; j < v.length; j++) {
      this.error = Math.max(this.error, Math.abs(((sums[j] as number) * (v[j] as number)) / u.length - 1));
    }
  }
}

function isModerate(scale: number): boolean {
  return Math.abs(Math.log(scale)) < largestLogarithm;
}

/** The logarithm; 0 where the scale has overflown. */
function finiteLog(scale: number): number {
  const logarithm = Math.log(scale);
  return Number.isFinite(logarithm) ? logarithm : 0;
}

/** Σⱼ matrix[start + j]·v[j]; four sums at once, so that an addition need not wait for the one before it. */
function dotRow(matrix: Float64Array, start: number, v: Float64Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let j = 0;
  for (let k = start; j + 3 < v.length; j += 4, k += 4) {
    s0 += (matrix[k] as number) * (v[j] as number);
    s1 += (matrix[k + 1] as number) * (v[j + 1] as number);
    s2 += (matrix[k + 2] as number) * (v[j + 2] as number);
    s3 += (matrix[k + 3] as number) * (v[j + 3] as number);
  }
  for (; j < v.length; j++) s0 += (matrix[start + j] as number) * (v[j] as number);
  return s0 + s1 + (s2 + s3);
}

/** Adds `scale` times a row of the matrix to the sums. */
function addRow(sums: Float64Array, matrix: Float64Array, start: number, scale: number): void {
  for (let j = 0, k = start; j < sums.length; j++, k++) {
    sums[j] = (sums[j] as number) + scale * (matrix[k] as number);
  }
}
