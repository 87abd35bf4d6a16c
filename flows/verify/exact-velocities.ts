/**
 * Average velocities that are known exactly, in MeanFlow's time: t = 1 is noise, t = 0 is data,
 * z_t = (1 − t)·x + t·e.
 */
import {
  fromNDArray,
  subtract,
  type Tensor,
  type TensorLike,
  toNDArray,
  where,
} from '../../autograd/index.ts';
import { erfc } from '../../lib/index.ts';
import { optimalTransportPath } from '../paths/index.ts';
import { marginalField } from '../paths/marginal-field.ts';
import { type AverageVelocity, dataToNoise, reverseTime, type Velocity } from '../time.ts';
import type { FiniteData } from './examples.ts';
import { float64 } from './numerics.ts';

/**
 * The marginal velocity v(z_t, t) of the straight path: flow matching's for OT with σ_min = 0, reversed in
 * time.
 */
export function marginalVelocity(data: FiniteData): Velocity<'dataToNoise'> {
  return reverseTime(marginalField(optimalTransportPath(), data).velocity);
}

/** σ_t for Gaussian data of deviation s: σ_t² = (1 − t)²s² + t². */
export function gaussianDeviation(s: number, t: Tensor): Tensor {
  return subtract(1, t).multiply(s).square().add(t.square()).sqrt();
}

/** v(z, t) = (σ_t′/σ_t)·z, for x ~ N(0, s²I). */
export function gaussianVelocity(s: number): Velocity<'dataToNoise'> {
  return dataToNoise((z, t) => {
    const slope = t.multiply(1 + s * s).subtract(s * s);
    return z.multiply(slope.divide(gaussianDeviation(s, t).square()));
  });
}

/**
 * u(z, r, t) = z·(1 − σ_r/σ_t)/(t − r), for x ~ N(0, s²I). The code cancels t − r, a factor of σ_t² − σ_r²,
 * so that it also holds at r = t.
 */
export function gaussianAverageVelocity(s: number): AverageVelocity {
  return (z, r, t) => {
    const [sigmaR, sigmaT] = [gaussianDeviation(s, r), gaussianDeviation(s, t)];
    const factor = r
      .add(t)
      .multiply(1 + s * s)
      .subtract(2 * s * s);
    return z.multiply(factor).divide(sigmaT.multiply(sigmaT.add(sigmaR)));
  };
}

/**
 * u(z, r, t) by definition: the mean of v along the trajectory from z_t back to z_r. Runge–Kutta steps follow
 * the trajectory. The times are tensors, so that u can be differentiated in r and t as well. At r = t it is v
 * itself.
 */
export function averageVelocityOf(v: Velocity<'dataToNoise'>, steps = 40): AverageVelocity {
  return (z, r, t) => {
    const h = r.subtract(t).divide(steps);
    const at = (position: Tensor, elapsed: number) => v(position, t.add(h.multiply(elapsed)));
    let total = z.multiply(0);
    for (let i = 0; i < steps; i++) {
      const position = z.add(h.multiply(total));
      const k1 = at(position, i);
      const k2 = at(position.add(h.multiply(k1).multiply(0.5)), i + 0.5);
      const k3 = at(position.add(h.multiply(k2).multiply(0.5)), i + 0.5);
      const k4 = at(position.add(h.multiply(k3)), i + 1);
      total = total.add(k1.add(k4).add(k2.add(k3).multiply(2)).divide(6));
    }
    return total.divide(steps);
  };
}

/**
 * Where the flow takes z_t at time r, for data from a mixture of N(m_k, s_k²) in one dimension. Bisection
 * solves F_r(z_r) = F_t(z_t), so no ODE is needed.
 */
export function quantileTransport(mixture: GaussianMixture1d, z: Tensor, from: number, to: number): Tensor {
  const goal = mixtureDistribution(mixture, z, from);
  let [low, high] = [z.multiply(0).subtract(20), z.multiply(0).add(20)];
  for (let i = 0; i < 60; i++) {
    const middle = low.add(high).divide(2);
    const below = mixtureDistribution(mixture, middle, to).less(goal);
    [low, high] = [where(below, middle, low), where(below, high, middle)];
  }
  return low.add(high).divide(2);
}

export interface GaussianMixture1d {
  readonly means: Tensor;
  readonly deviations: Tensor;
  readonly weights: Tensor;
}

/** F_t(z) = P(z_t ≤ z), where z_t = (1 − t)·x + t·e; z and the result are [m, 1]. */
function mixtureDistribution(
  { means, deviations, weights }: GaussianMixture1d,
  z: Tensor,
  t: number,
): Tensor {
  const sigma = deviations
    .multiply(1 - t)
    .square()
    .add(t * t)
    .sqrt();
  const standardized = z.subtract(means.reshape([-1]).multiply(1 - t)).divide(sigma);
  const phi = fromNDArray(erfc(toNDArray(standardized.divide(-Math.SQRT2)))).divide(2);
  return phi.multiply(weights).sum({ axes: 1, keepDims: true });
}

/** The time t for each row of z, [m, 1]. */
export function timesLike(z: Tensor, t: TensorLike): Tensor {
  return float64(0)
    .add(t)
    .broadcastTo([z.shape[0] as number, 1]);
}
