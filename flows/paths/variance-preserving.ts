import { ArgumentError, exp, expm1, sqrt, subtract, type Tensor } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { alignTime } from '../time.ts';
import { type ClosedFormPath, schedulePath } from './schedule-path.ts';

/** How fast a diffusion adds noise. Its own time s runs from data (s = 0) to noise (s = 1). */
export interface NoiseSchedule {
  /** β(s) > 0. */
  rate(s: Tensor): Tensor;
  /** T(s) = ∫₀ˢ β. */
  integral(s: Tensor): Tensor;
}

/** The noise schedule of the VP path. */
export interface VariancePreservingOptions {
  /** β(s) rises linearly from `betaMin` (by default 0.1) to `betaMax` (by default 20). */
  readonly betaMin?: number;
  readonly betaMax?: number;
  /** Any other schedule, instead of the linear one. */
  readonly schedule?: NoiseSchedule;
}

/**
 * The variance-preserving diffusion path: μ_t = α_{1−t}·x₁ and σ_t² = 1 − α²_{1−t}, where
 * α_s = exp(−T(s)/2) and T(s) = ∫₀ˢ β.
 *
 * Near t = 1 σ_t falls to 0 like √(1 − t). So at t = 1 its rate is infinite, and so are the velocity and both
 * flow-matching losses. Keep t ≤ 1 − ε, and compare results only at the same ε. At t = 0 the path still
 * contains α_1·x₁ of the data, by default 0.0066·x₁.
 *
 * Source: the note, "Diffusion VP Path", its second form corrected: the exponents are −T(1−t) and −T(1−t)/2.
 * @throws ArgumentError unless 0 ≤ betaMin and 0 < betaMax, both finite.
 * @example const path = variancePreservingPath({ betaMin: 0.1, betaMax: 20 });
 */
export function variancePreservingPath(options: VariancePreservingOptions = {}): ClosedFormPath {
  const {
    betaMin,
    betaMax,
    schedule = linearSchedule(betaMin, betaMax),
  } = completeOptions('variancePreservingPath', { betaMin: 0.1, betaMax: 20, schedule: undefined }, options);
  const integral = (t: Tensor) => schedule.integral(subtract(1, t));
  const path = schedulePath({
    name: 'VP',
    alpha: (t) => exp(integral(t).multiply(-0.5)),
    // 1 − e^{−T} without the cancellation near t = 1
    sigma: (t) => sqrt(expm1(integral(t).negate()).negate()),
  });
  return {
    ...path,
    // u_t(x | x₁) = −T′(1−t)/2 · (e^{−T(1−t)}·x − e^{−T(1−t)/2}·x₁) / (1 − e^{−T(1−t)})
    closedFormVelocity(x, x1, t) {
      const time = alignTime('variancePreservingPath', t, x1);
      const T = integral(time);
      const difference = exp(T.negate())
        .multiply(x)
        .subtract(exp(T.multiply(-0.5)).multiply(x1));
      const rate = schedule.rate(subtract(1, time));
      return rate.multiply(-0.5).multiply(difference).divide(expm1(T.negate()).negate());
    },
  };
}

function linearSchedule(betaMin: number, betaMax: number): NoiseSchedule {
  if (!(betaMin >= 0 && betaMax > 0 && Number.isFinite(betaMin + betaMax))) {
    throw new ArgumentError(
      `variancePreservingPath: wanted 0 ≤ betaMin and 0 < betaMax, got ${betaMin} and ${betaMax}`,
    );
  }
  return {
    rate: (s) => s.multiply(betaMax - betaMin).add(betaMin),
    integral: (s) => s.multiply(s.multiply((betaMax - betaMin) / 2).add(betaMin)),
  };
}
