/**
 * The exact marginal path of a finite data set or a Gaussian mixture. A learned velocity approximates u_t(x).
 * This file computes u_t(x) itself, as a softmax-weighted mean over the data. `verify` uses it to check the
 * note's theorems.
 */
import {
  ArgumentError,
  jvp,
  log,
  logSumExp,
  ones,
  reshape,
  softmax,
  type Tensor,
  type TensorLike,
} from '../../autograd/index.ts';
import { completeOptions, required } from '../../lib/index.ts';
import { batchSize, checkValues, requireObject, requireShape } from '../checks.ts';
import { alignTime, noiseToData, type Velocity } from '../time.ts';
import { type GaussianPath, gaussianPath, normalLogDensity, requirePath } from './gaussian-path.ts';

/**
 * q is the finite distribution on `points`, [n, ...event], with probabilities proportional to `weights`, [n]
 * (by default equal).
 */
export interface DataPoints {
  readonly points: Tensor;
  readonly weights?: Tensor;
}

/**
 * q is the mixture of N(m_k, s_k² I): `means` [k, ...event], `deviations` [k] (0 allowed), `weights` [k] (by
 * default equal).
 */
export interface GaussianMixture {
  readonly means: Tensor;
  readonly deviations: Tensor;
  readonly weights?: Tensor;
}

/**
 * p_t(x) = ∫ p_t(x | x₁) q(x₁) dx₁ with its velocity and score, for x of shape [m, ...event] and t a number,
 * a scalar or [m, 1]. All functions are differentiable in x and in t.
 */
export interface MarginalField {
  /** u_t(x) = E[u_t(x | x₁) | x], like x. */
  readonly velocity: Velocity<'noiseToData'>;
  /** log p_t(x), [m]. */
  logDensity(x: Tensor, t: TensorLike): Tensor;
  /** ∇ₓ log p_t(x), like x. */
  score(x: Tensor, t: TensorLike): Tensor;
  /** The probability of each data point (or component) given x, [m, n]. */
  posterior(x: Tensor, t: TensorLike): Tensor;
}

/**
 * The marginal field of a path over a finite data set or a Gaussian mixture.
 *
 * A mixture needs a path that is affine in the data: μ_t(x₁) = a_t·x₁ + b_t, with σ_t independent of x₁. OT,
 * VP and VE are such paths. The k-th component is then, at time t, N(μ_t(m_k), (a_t·s_k)² + σ_t²). That is a
 * Gaussian path too, so its velocity is known.
 *
 * Sums over components are log-sum-exps, so that x far from the data lose no accuracy. The path gets
 * flattened events, [1, n, d]. Memory: m·n·(size of an event) numbers.
 *
 * Source: the note, "无条件向量场得到条件概率路径": u_t(x) = ∫ u_t(x | x₁) p_t(x | x₁) q(x₁) dx₁ / p_t(x).
 * @throws ShapeError for shapes that do not fit; ArgumentError for a path that a mixture cannot use, no data,
 * or weights that are negative or all zero.
 * @example const { velocity, logDensity } = marginalField(optimalTransportPath(), { points });
 */
export function marginalField(path: GaussianPath, data: DataPoints | GaussianMixture): MarginalField {
  requirePath('marginalField', path);
  requireObject('marginalField', 'points, or a mixture', data);
  const { centres, components } =
    'means' in data ? mixtureComponents(path, data) : pointComponents(path, data);
  const logWeights = logProbabilities(
    data.weights ?? ones([centres.shape[1] as number], { dtype: centres.dtype }),
    centres,
  );

  // The arguments of the path with an axis for the components: x is [m, 1, d], the centres are [1, n, d]
  const against = (x: Tensor, t: TensorLike) => {
    const m = batchSize('marginalField', 'x', x);
    requireShape('marginalField', 'x', x, [m, ...eventShape(data)]);
    const time = alignTime('marginalField', t, x);
    return {
      flat: reshape(x, [m, 1, centres.shape[2] as number]),
      time: time.rank === 0 ? time : reshape(time, [time.size, 1, 1]),
    };
  };
  // log q_k + log p_t(x | k), [m, n]
  const logJoint = (flat: Tensor, time: Tensor) =>
    normalLogDensity(flat, components.mean(centres, time), components.deviation(centres, time), [2]).add(
      logWeights,
    );
  // E[f | x] over the components, like x; f is [m, n, d]
  const average = (f: Tensor, flat: Tensor, time: Tensor, x: Tensor) => {
    const posterior = softmax(logJoint(flat, time));
    return reshape(posterior.expandDims(2).multiply(f).sum({ axes: 1 }), x.shape);
  };

  return {
    velocity: noiseToData((x, t) => {
      const { flat, time } = against(x, t);
      return average(components.conditionalVelocity(flat, centres, time), flat, time, x);
    }),
    logDensity(x, t) {
      const { flat, time } = against(x, t);
      return logSumExp(logJoint(flat, time), { axes: 1 });
    },
    score(x, t) {
      const { flat, time } = against(x, t);
      // ∇ log N(x | μ, σ²) = (μ − x)/σ²
      const towards = components.mean(centres, time).subtract(flat);
      return average(towards.divide(components.deviation(centres, time).square()), flat, time, x);
    },
    posterior(x, t) {
      const { flat, time } = against(x, t);
      return softmax(logJoint(flat, time));
    },
  };
}

/** The field averages over these: the centres, [1, n, d], and a Gaussian path around each. */
interface Components {
  readonly centres: Tensor;
  readonly components: GaussianPath;
}

function pointComponents(path: GaussianPath, data: DataPoints): Components {
  const { points } = completeOptions('marginalField', { points: required, weights: undefined }, data);
  return { centres: flattenEvents(points), components: path };
}

function mixtureComponents(path: GaussianPath, data: GaussianMixture): Components {
  const { means, deviations } = completeOptions(
    'marginalField',
    { means: required, deviations: required, weights: undefined },
    data,
  );
  const centres = flattenEvents(means);
  const count = centres.shape[1] as number;
  const column = reshape(requireShape('marginalField', 'deviations', deviations, [count]), [1, count, 1]);
  const directions = column.broadcastTo(centres.shape);
  checkValues([centres], (x1) => requireAffine(path, x1));
  return {
    centres,
    components: gaussianPath({
      name: path.name,
      mean: path.mean,
      deviation(m, t) {
        const [, scaled] = jvp((x1: Tensor) => path.mean(x1, t), [m], [directions]); // a_t·s_k
        return scaled.square().add(path.deviation(m, t).square()).sqrt();
      },
    }),
  };
}

/** Throws an ArgumentError unless at t = 0.5 μ_t is affine in x₁ and σ_t does not depend on it. */
function requireAffine(path: GaussianPath, centres: Tensor): void {
  const moments = (x1: Tensor) => ({ mean: path.mean(x1, 0.5), deviation: path.deviation(x1, 0.5) });
  const ratesAt = (x1: Tensor) => jvp(moments, [x1], [1])[1];
  const [here, there] = [ratesAt(centres), ratesAt(centres.add(1))];
  const bent = there.mean.subtract(here.mean).abs().max().item() > 1e-4 * here.mean.abs().max().item();
  if (!bent && here.deviation.abs().max().item() === 0) return;
  throw new ArgumentError(
    `marginalField: a mixture needs a path with μ affine in the data and σ independent of it, and '${path.name}' is not`,
  );
}

function flattenEvents(points: Tensor): Tensor {
  const count = batchSize('marginalField', 'the data', points);
  if (count === 0) throw new ArgumentError('marginalField: wanted at least one data point, got none');
  return reshape(points, [1, count, points.size / count]);
}

function eventShape(data: DataPoints | GaussianMixture): readonly number[] {
  return ('means' in data ? data.means : data.points).shape.slice(1);
}

function logProbabilities(weights: Tensor, centres: Tensor): Tensor {
  requireShape('marginalField', 'weights', weights, [centres.shape[1] as number]);
  checkValues([weights], (values) => {
    if (values.min().item() >= 0 && values.max().item() > 0) return;
    throw new ArgumentError(
      `marginalField: wanted weights that are not negative, nor all zero, got ${values}`,
    );
  });
  return log(weights.divide(weights.sum()));
}
