import { ArgumentError, exp, onesLike, subtract } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { type ClosedFormPath, schedulePath } from './schedule-path.ts';

export interface VarianceExplodingOptions {
  /** The deviation left at t = 1; by default 0.01. */
  readonly sigmaMin?: number;
  /** The deviation at t = 0, large against the data; by default 50. */
  readonly sigmaMax?: number;
}

/**
 * The variance-exploding diffusion path: μ_t = x₁, with deviation σ_s at s = 1 − t, where
 * σ_s = σ_min·(σ_max/σ_min)^s is the geometric schedule.
 *
 * It starts from noise of deviation σ_max, not 1: ψ_0(x₀) = σ_max·x₀ + x₁. It is regular at all t, because
 * σ_min > 0.
 *
 * Source: the note, "Diffusion VE Path", with its sign corrected: u_t(x | x₁) = −σ′_{1−t}/σ_{1−t}·(x − x₁),
 * where σ′ is the derivative of s ↦ σ_s at s = 1 − t; Song et al. 2021 for the schedule.
 * @throws ArgumentError unless 0 < σ_min < σ_max.
 * @example const path = varianceExplodingPath({ sigmaMin: 0.01, sigmaMax: 50 });
 */
export function varianceExplodingPath(options: VarianceExplodingOptions = {}): ClosedFormPath {
  const { sigmaMin, sigmaMax } = completeOptions(
    'varianceExplodingPath',
    { sigmaMin: 0.01, sigmaMax: 50 },
    options,
  );
  if (!(sigmaMin > 0 && sigmaMax > sigmaMin && Number.isFinite(sigmaMax))) {
    throw new ArgumentError(
      `varianceExplodingPath: wanted 0 < sigmaMin < sigmaMax, got ${sigmaMin} and ${sigmaMax}`,
    );
  }
  const logRatio = Math.log(sigmaMax / sigmaMin);
  const path = schedulePath({
    name: 'VE',
    alpha: onesLike,
    sigma: (t) => exp(subtract(1, t).multiply(logRatio)).multiply(sigmaMin),
  });
  return {
    ...path,
    // σ′_s/σ_s is the same for every s: log(σ_max/σ_min)
    closedFormVelocity: (x, x1) => x.subtract(x1).multiply(-logRatio),
  };
}
