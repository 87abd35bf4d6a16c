/**
 * Paths between the two points of a pair: a line with Gaussian noise around it, whose deviation may change
 * with time.
 */
import { jvp, logicalAnd, type Tensor, type TensorLike, where } from '../../autograd/index.ts';
import { requireShape } from '../checks.ts';
import { interpolate } from '../interpolate.ts';
import { alignTime } from '../time.ts';
import { eventAxes, normalLogDensity } from './gaussian-path.ts';

/**
 * p_t(x | x₀, x₁) = N((1 − t)·x₀ + t·x₁, σ_t²·I): a path from x₀ to x₁, which may come from any two data
 * sets. A `GaussianPath` goes from noise to x₁. All points are [batch, ...event], t is a number, a scalar or
 * [batch, 1].
 */
export interface PairedPath {
  readonly name: string;
  readonly time: 'noiseToData';
  /** (1 − t)·x₀ + t·x₁. */
  mean(x0: Tensor, x1: Tensor, t: TensorLike): Tensor;
  /** σ_t, of a shape that broadcasts against x₁. */
  deviation(x1: Tensor, t: TensorLike): Tensor;
  /** The mean plus the deviation times `noise`, standard normal and like x₁: a sample of p_t(x | x₀, x₁). */
  flow(noise: Tensor, x0: Tensor, x1: Tensor, t: TensorLike): Tensor;
  /** u_t(x | x₀, x₁) = σ_t′/σ_t·(x − μ_t) + x₁ − x₀, for x like x₁. It is x₁ − x₀ where σ_t = σ_t′ = 0. */
  conditionalVelocity(x: Tensor, x0: Tensor, x1: Tensor, t: TensorLike): Tensor;
  /** ∇ₓ log p_t(x | x₀, x₁) = (μ_t − x)/σ_t². Not finite where σ_t is zero. */
  conditionalScore(x: Tensor, x0: Tensor, x1: Tensor, t: TensorLike): Tensor;
  /** log p_t(x | x₀, x₁), [batch]. Not finite where σ_t is zero. */
  logDensity(x: Tensor, x0: Tensor, x1: Tensor, t: TensorLike): Tensor;
}

/**
 * The path around a pair for a given σ_t. `jvp` of the mean and the deviation gives its velocity.
 * @example const bridge = pairedPath('schrodingerBridgePath', 'Schrödinger bridge', (t) => sqrt(multiply(t, subtract(1, t))));
 */
export function pairedPath(operation: string, name: string, deviationAt: (t: Tensor) => Tensor): PairedPath {
  const align = (x1: Tensor, t: TensorLike) => alignTime(operation, t, x1);
  const meanAt = (x0: Tensor, x1: Tensor, t: Tensor) => {
    requireShape(operation, 'x0 (like x1)', x0, x1.shape);
    return interpolate(x0, x1, t);
  };
  const mean = (x0: Tensor, x1: Tensor, t: TensorLike) => meanAt(x0, x1, align(x1, t));
  const deviation = (x1: Tensor, t: TensorLike) => deviationAt(align(x1, t));
  return {
    name,
    time: 'noiseToData',
    mean,
    deviation,
    flow: (noise, x0, x1, t) => mean(x0, x1, t).add(deviation(x1, t).multiply(noise)),
    conditionalVelocity(x, x0, x1, t) {
      requireShape(operation, 'x (like x1)', x, x1.shape);
      const moments = (time: Tensor) => ({ mu: meanAt(x0, x1, time), sigma: deviationAt(time) });
      const [at, rate] = jvp(moments, [align(x1, t)], [1]);
      const isLine = logicalAnd(at.sigma.equal(0), rate.sigma.equal(0));
      return rate.sigma
        .divide(where(isLine, 1, at.sigma))
        .multiply(x.subtract(at.mu))
        .add(rate.mu);
    },
    conditionalScore: (x, x0, x1, t) => mean(x0, x1, t).subtract(x).divide(deviation(x1, t).square()),
    logDensity: (x, x0, x1, t) => normalLogDensity(x, mean(x0, x1, t), deviation(x1, t), eventAxes(x)),
  };
}
