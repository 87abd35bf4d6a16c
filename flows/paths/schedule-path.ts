/** Affine paths: two functions of time, α and σ, determine them. */
import { jvp, type Tensor, type TensorLike } from '../../autograd/index.ts';
import { completeOptions, required } from '../../lib/index.ts';
import { requireMethods } from '../checks.ts';
import { type GaussianPath, gaussianPath } from './gaussian-path.ts';

/** α and σ as functions of time alone; each returns a tensor like t. Noise is at t = 0, data at t = 1. */
export interface PathSchedule {
  /** α_t, the share of the data. It rises, usually from 0 to 1. */
  alpha(t: Tensor): Tensor;
  /** σ_t, the share of the noise. It falls, usually from 1 to 0. */
  sigma(t: Tensor): Tensor;
}

/**
 * A path with μ_t(x₁) = α_t·x₁ and σ_t(x₁) = σ_t, so that x_t = α_t·x₁ + σ_t·x₀. On such a path a velocity, a
 * prediction of the data or of the noise, and a score convert to each other (see `velocityFrom`).
 * `convertSchedule` converts one schedule to another.
 */
export interface AffinePath extends GaussianPath, PathSchedule {}

/** A path whose conditional velocity the note gives in closed form. */
export interface ClosedFormPath extends AffinePath {
  /** u_t(x | x₁) by the note's formula, as the errata correct it. Compare it with `conditionalVelocity`. */
  closedFormVelocity(x: Tensor, x1: Tensor, t: TensorLike): Tensor;
}

/** The two functions of time that make an affine path. */
export interface SchedulePathOptions extends PathSchedule {
  readonly name?: string;
}

/**
 * The affine path of any differentiable α and σ; `jvp` gives their rates.
 *
 * Source: Albergo, Boffi and Vanden-Eijnden, "Stochastic Interpolants: A Unifying Framework" (2023),
 * one-sided linear interpolants; Lipman et al., "Flow Matching Guide and Code" (2024), section 4.8.
 * @throws ArgumentError for an unknown option.
 * @example const path = schedulePath({ alpha: (t) => t, sigma: (t) => subtract(1, t) }); // the OT path
 */
export function schedulePath(options: SchedulePathOptions): AffinePath {
  const { name, alpha, sigma } = completeOptions(
    'schedulePath',
    { name: 'schedule', alpha: required, sigma: required },
    options,
  );
  const path = gaussianPath({ name, mean: (x1, t) => alpha(t).multiply(x1), deviation: (_, t) => sigma(t) });
  return { ...path, alpha, sigma };
}

/** α, σ and their rates α′, σ′ at a time; each like t. */
export interface ScheduleRates {
  readonly alpha: Tensor;
  readonly sigma: Tensor;
  readonly alphaRate: Tensor;
  readonly sigmaRate: Tensor;
}

/**
 * A schedule and its rates at t, by one jvp.
 *
 * @throws ArgumentError for an object without α and σ.
 * @example const { alpha, alphaRate } = scheduleRates(path, t);
 */
export function scheduleRates(path: PathSchedule, t: Tensor): ScheduleRates {
  requireSchedule('scheduleRates', path);
  const { alpha, sigma } = path;
  const [at, rate] = jvp((s: Tensor) => ({ alpha: alpha(s), sigma: sigma(s) }), [t], [1]);
  return { ...at, alphaRate: rate.alpha, sigmaRate: rate.sigma };
}

/** Throws an ArgumentError unless `path` has α and σ. */
export function requireSchedule(operation: string, path: PathSchedule): void {
  requireMethods(operation, 'a path with alpha and sigma, such as cosinePath()', path, ['alpha', 'sigma']);
}
