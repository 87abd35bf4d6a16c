/** Paths between a pair of points: a Brownian bridge, with the straight line as its limit without noise. */
import { ArgumentError, jvp, sqrt, type Tensor, type TensorLike } from '../../autograd/index.ts';
import { checkOptions } from '../../lib/index.ts';
import { requireShape } from '../checks.ts';
import { alignTime } from '../time.ts';
import { eventAxes, normalLogDensity } from './gaussian-path.ts';

export interface SchrodingerBridgeOptions {
  /** σ > 0, the diffusion of the reference Brownian motion; by default 1. */
  readonly sigma?: number;
}

/**
 * p_t(x | x₀, x₁) = N((1 − t)·x₀ + t·x₁, σ²t(1 − t)·I): a path around a pair, not from noise to a point. It begins at x₀ and ends at x₁,
 * which may be any two data sets. All points are [batch, ...event], t is a number, a scalar or [batch, 1].
 */
export interface BridgePath {
  readonly name: string;
  readonly time: 'noiseToData';
  /** (1 − t)·x₀ + t·x₁. */
  mean(x0: Tensor, x1: Tensor, t: TensorLike): Tensor;
  /** σ√(t(1 − t)), of a shape that broadcasts against x₁. */
  deviation(x1: Tensor, t: TensorLike): Tensor;
  /** The mean plus the deviation times `noise`, standard normal and like x₁: a sample of p_t(x | x₀, x₁). */
  flow(noise: Tensor, x0: Tensor, x1: Tensor, t: TensorLike): Tensor;
  /** u_t(x | x₀, x₁) = σ_t′/σ_t·(x − μ_t) + μ_t′ = (1 − 2t)/(2t(1 − t))·(x − μ_t) + x₁ − x₀. Not finite at t = 0 and t = 1. */
  conditionalVelocity(x: Tensor, x0: Tensor, x1: Tensor, t: TensorLike): Tensor;
  /** ∇ₓ log p_t(x | x₀, x₁) = (μ_t − x)/σ_t². Not finite at t = 0 and t = 1. */
  conditionalScore(x: Tensor, x0: Tensor, x1: Tensor, t: TensorLike): Tensor;
  /** log p_t(x | x₀, x₁), [batch]. */
  logDensity(x: Tensor, x0: Tensor, x1: Tensor, t: TensorLike): Tensor;
}

/**
 * The Schrödinger bridge's path: the bridge of a Brownian motion of diffusion σ. With pairs from an entropic optimal-transport coupling
 * (`sinkhornCoupling`) of regularisation 2σ², the mixture over the pairs is the Schrödinger bridge, and the
 * velocity learned by regression on `conditionalVelocity` is its probability flow.
 *
 * Velocity and score come from `jvp` of the mean and the deviation. They are singular at both ends: draw t from [ε, 1 − ε].
 *
 * Source: Tong et al., "Simulation-free Schrödinger bridges via score and flow matching" (2024), the Brownian bridge between paired points.
 * @throws ArgumentError unless σ > 0, ShapeError if the points of a pair differ in shape.
 * @example
 * const bridge = schrodingerBridgePath({ sigma: 0.5 });
 * const x = bridge.flow(noise, x0, x1, t);
 * const loss = flowMatchingLoss(v, noiseToData((x, t) => bridge.conditionalVelocity(x, x0, x1, t)), { x, t });
 */
export function schrodingerBridgePath(options: SchrodingerBridgeOptions = {}): BridgePath {
  checkOptions('schrodingerBridgePath', options, ['sigma']);
  const { sigma = 1 } = options;
  if (!(sigma > 0 && Number.isFinite(sigma))) {
    throw new ArgumentError(`schrodingerBridgePath: wanted sigma > 0, got ${sigma}`);
  }
  const align = (x1: Tensor, t: TensorLike) => alignTime('schrodingerBridgePath', t, x1);
  const meanAt = (x0: Tensor, x1: Tensor, time: Tensor) => {
    requireShape('schrodingerBridgePath', 'x0 (like x1)', x0, x1.shape);
    return time.negate().add(1).multiply(x0).add(time.multiply(x1));
  };
  const deviationAt = (time: Tensor) => sqrt(time.multiply(time.negate().add(1))).multiply(sigma);
  const mean = (x0: Tensor, x1: Tensor, t: TensorLike) => meanAt(x0, x1, align(x1, t));
  const deviation = (x1: Tensor, t: TensorLike) => deviationAt(align(x1, t));
  return {
    name: 'Schrödinger bridge',
    time: 'noiseToData',
    mean,
    deviation,
    flow: (noise, x0, x1, t) => mean(x0, x1, t).add(deviation(x1, t).multiply(noise)),
    conditionalVelocity(x, x0, x1, t) {
      const moments = (time: Tensor) => ({ mu: meanAt(x0, x1, time), sigma: deviationAt(time) });
      const [at, rate] = jvp(moments, [align(x1, t)], [1]);
      return rate.sigma.divide(at.sigma).multiply(x.subtract(at.mu)).add(rate.mu);
    },
    conditionalScore: (x, x0, x1, t) => mean(x0, x1, t).subtract(x).divide(deviation(x1, t).square()),
    logDensity: (x, x0, x1, t) => normalLogDensity(x, mean(x0, x1, t), deviation(x1, t), eventAxes(x)),
  };
}
