/**
 * Gaussian conditional paths: μ and σ determine everything about p_t(x | x₁) = N(x | μ_t(x₁), σ_t(x₁)² I).
 */
import { broadcastTo, jvp, log, type Tensor, type TensorLike } from '../../autograd/index.ts';
import { completeOptions, required } from '../../lib/index.ts';
import { requireMethods } from '../checks.ts';
import { alignTime } from '../time.ts';

/** μ or σ as a function of the data x₁, [batch, ...event], and the time t, which broadcasts against x₁. */
export type PathFunction = (x1: Tensor, t: Tensor) => Tensor;

/** μ and σ of a Gaussian path; they determine all else. */
export interface GaussianPathOptions {
  readonly name?: string;
  /** μ_t(x₁): 0 at t = 0 (or, as on the VE path, lost in the noise), x₁ at t = 1. */
  readonly mean: PathFunction;
  /** σ_t(x₁): positive; one number per sample, or one per coordinate. */
  readonly deviation: PathFunction;
}

/**
 * A conditional probability path, in Lipman et al.'s convention: noise at t = 0, data at t = 1.
 * x, x₀, x₁ have shape [batch, ...event]; t is a number, a scalar or of shape [batch, 1].
 */
export interface GaussianPath {
  readonly name: string;
  readonly time: 'noiseToData';
  /** μ_t(x₁). */
  mean(x1: Tensor, t: TensorLike): Tensor;
  /** σ_t(x₁), of any shape that broadcasts against x₁. */
  deviation(x1: Tensor, t: TensorLike): Tensor;
  /** The conditional flow ψ_t(x₀) = σ_t(x₁)·x₀ + μ_t(x₁), which takes standard normal x₀ to p_t(x | x₁). */
  flow(x0: Tensor, x1: Tensor, t: TensorLike): Tensor;
  /** u_t(x | x₁) = σ_t′/σ_t·(x − μ_t) + μ_t′. Not finite where σ_t is zero. */
  conditionalVelocity(x: Tensor, x1: Tensor, t: TensorLike): Tensor;
  /** log p_t(x | x₁), [batch]. */
  logDensity(x: Tensor, x1: Tensor, t: TensorLike): Tensor;
}

/** Throws an ArgumentError unless `path` is a path. The usual mistake is the function that makes one. */
export function requirePath(operation: string, path: GaussianPath): void {
  requireMethods(operation, 'a path, such as optimalTransportPath()', path, pathFunctions);
}

const pathFunctions = ['mean', 'deviation', 'flow', 'conditionalVelocity', 'logDensity'];

/**
 * The Gaussian path of any differentiable μ and σ. `jvp` gives μ′ and σ′, so the velocity needs no formula.
 *
 * Source: the note, "条件向量场计算公式"; Lipman et al. 2023, theorem 3.
 * @throws ArgumentError for a missing or unknown option. The path's functions throw a ShapeError for a time
 * of a shape that does not fit.
 * @example const path = gaussianPath({ mean: (x1, t) => x1.multiply(t), deviation: (_, t) => subtract(1, t) });
 */
export function gaussianPath(options: GaussianPathOptions): GaussianPath {
  const { name } = completeOptions(
    'gaussianPath',
    { name: 'Gaussian', mean: required, deviation: required },
    options,
  );
  const mean = (x1: Tensor, t: TensorLike) => options.mean(x1, alignTime('GaussianPath.mean', t, x1));
  const deviation = (x1: Tensor, t: TensorLike) =>
    options.deviation(x1, alignTime('GaussianPath.deviation', t, x1));
  return {
    name,
    time: 'noiseToData',
    mean,
    deviation,
    flow: (x0, x1, t) => deviation(x1, t).multiply(x0).add(mean(x1, t)),
    conditionalVelocity(x, x1, t) {
      const moments = (time: Tensor) => ({ mu: options.mean(x1, time), sigma: options.deviation(x1, time) });
      const [at, rate] = jvp(moments, [alignTime('GaussianPath.conditionalVelocity', t, x1)], [1]);
      return rate.sigma.divide(at.sigma).multiply(x.subtract(at.mu)).add(rate.mu);
    },
    logDensity: (x, x1, t) => normalLogDensity(x, mean(x1, t), deviation(x1, t), eventAxes(x)),
  };
}

/**
 * log N(x | μ, σ² I), summed over the given axes of x, so of the shape of x's other axes. μ and σ broadcast
 * against x.
 * @example normalLogDensity(x, zerosLike(x), onesLike(x), [1]);
 */
export function normalLogDensity(
  x: Tensor,
  mean: Tensor,
  deviation: Tensor,
  axes: readonly number[],
): Tensor {
  const standardized = x.subtract(mean).divide(deviation);
  const logSigma = broadcastTo(log(deviation), standardized.shape);
  return standardized.square().multiply(-0.5).subtract(logSigma).subtract(halfLogTwoPi).sum({ axes });
}

const halfLogTwoPi = Math.log(2 * Math.PI) / 2;

/** All axes but the first. */
export function eventAxes(x: Tensor): readonly number[] {
  return x.shape.slice(1).map((_, i) => i + 1);
}
