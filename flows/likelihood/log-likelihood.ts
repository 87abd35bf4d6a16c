/**
 * The density of a flow's samples, by the instantaneous change of variables. Along a trajectory,
 * d log p_t(x_t)/dt = −∇·v(x_t, t).
 */
import { type Tensor, type TensorTree, zeros } from '../../autograd/index.ts';
import { requireFunction } from '../../lib/index.ts';
import { batchSize } from '../checks.ts';
import { odeSolve, odeSolveAdjoint } from '../solvers/index.ts';
import { fieldOf, type TimeConvention, type Velocity } from '../time.ts';
import { type LikelihoodOptions, type LikelihoodPlan, planLikelihood } from './options.ts';

export interface LogLikelihood {
  /** log p(x) in nats, [batch]. */
  readonly logDensity: Tensor;
  /** The noise that the flow takes to x, like x. */
  readonly latent: Tensor;
  /** The number of evaluations of the velocity with its divergence (NFE). */
  readonly evaluations: number;
  /** The number of rejected steps. */
  readonly rejected: number;
}

/**
 * log p(x) of data x, [batch, ...event], under the flow of a velocity. The flow takes x back to noise z, and
 * log p(x) = log p_noise(z) + ∫ ∇·v(x_t, t) dt, from the time of the data to that of the noise.
 *
 * The noise is standard normal, unless you give `noiseLogDensity`. On a variance-exploding path you must give
 * it, because the noise has the deviation σ_max there, which the velocity does not show.
 *
 * The result is differentiable with respect to x and to all tensors that the velocity closes over. So
 * −mean(log p) trains a continuous normalising flow by maximum likelihood; give `steps` for that, or use
 * `logLikelihoodAdjoint`. Adaptive steps are the same for the whole batch. Hutchinson's estimate is unbiased,
 * with one draw for each sample: log p of a single x has the error of that draw.
 *
 * Source: Chen et al. 2018, "Neural Ordinary Differential Equations", theorem 1; Grathwohl et al. 2019,
 * "FFJORD", section 3.
 * @throws ArgumentError for invalid options, ShapeError if the velocity is not like x, OdeError where it is
 * not finite.
 * @example const { logDensity } = logLikelihood(velocity, data, { relativeTolerance: 1e-7 });
 * @example const { logDensity } = logLikelihood(velocity, images, { divergence: 'rademacher', key, steps: 50 });
 * @example
 * const path = varianceExplodingPath({ sigmaMax: 20 });
 * const noiseLogDensity = (z: Tensor) => path.logDensity(z, zerosLike(z), 0);
 * const { logDensity } = logLikelihood(velocity, data, { noiseLogDensity });
 */
export function logLikelihood(
  velocity: Velocity<TimeConvention>,
  x: Tensor,
  options: LikelihoodOptions = {},
): LogLikelihood {
  const plan = planLikelihood('logLikelihood', velocity, x, options);
  const { state, ...counts } = solveWithDivergence('logLikelihood', velocity, x, plan, 'toNoise');
  return { logDensity: plan.noiseLogDensity(state.x).add(state.integral), latent: state.x, ...counts };
}

/** Samples, each with its log-likelihood. */
export interface LikelySamples {
  /** Samples, like the noise. */
  readonly x: Tensor;
  /** log p(x) in nats, [batch]. */
  readonly logDensity: Tensor;
  readonly evaluations: number;
  readonly rejected: number;
}

/**
 * Samples with their log-likelihood, in one solve from noise z, [batch, ...event], to data:
 * log p(x) = log p_noise(z) − ∫ ∇·v(x_t, t) dt.
 *
 * @throws ArgumentError for invalid options, ShapeError if the velocity is not like the noise, OdeError where
 * it is not finite.
 * @example const { x, logDensity } = sampleWithLogLikelihood(velocity, random.normal(key, [16, 2]), { steps: 50 });
 */
export function sampleWithLogLikelihood(
  velocity: Velocity<TimeConvention>,
  noise: Tensor,
  options: LikelihoodOptions = {},
): LikelySamples {
  const plan = planLikelihood('sampleWithLogLikelihood', velocity, noise, options);
  const { state, ...counts } = solveWithDivergence(
    'sampleWithLogLikelihood',
    velocity,
    noise,
    plan,
    'toData',
  );
  return { x: state.x, logDensity: plan.noiseLogDensity(noise).subtract(state.integral), ...counts };
}

/**
 * log p(x) under the flow of velocityOf(θ), as `logLikelihood`, but with gradients by the adjoint method. It
 * stores none of the steps. The gradients are those of the exact flow, up to the solver's error; see
 * `odeSolveAdjoint`.
 *
 * @throws as `logLikelihood`; LevelError if the velocity closes over a tensor that is being differentiated.
 * @example
 * const loss = (p: Parameters) =>
 *   mean(
 *     logLikelihoodAdjoint((q) => noiseToData((x, t) => network.apply(q, x, t, t)), p, data).logDensity,
 *   ).negate();
 */
export function logLikelihoodAdjoint<P>(
  velocityOf: (parameters: TensorTree<P>) => Velocity<TimeConvention>,
  parameters: P,
  x: Tensor,
  options: LikelihoodOptions = {},
): Pick<LogLikelihood, 'logDensity' | 'latent'> {
  const operation = 'logLikelihoodAdjoint';
  requireFunction(operation, velocityOf);
  const plan = planLikelihood(operation, velocityOf(parameters as TensorTree<P>), x, options);
  const { noiseTime, dataTime, stepping, withDivergence } = plan;
  const field = (p: TensorTree<P>, state: Augmented, t: Tensor) =>
    augmentedField(operation, velocityOf(p), x, withDivergence)(state, t);
  const when = { from: dataTime, to: noiseTime, ...stepping };
  const end = odeSolveAdjoint<P, Augmented>(field, parameters, augment(operation, x), when);
  return { logDensity: plan.noiseLogDensity(end.x).add(end.integral), latent: end.x };
}

/** x_t and ∫ ∇·v(x_t, t) dt, from one end to the other. */
function solveWithDivergence(
  operation: string,
  velocity: Velocity<TimeConvention>,
  start: Tensor,
  { noiseTime, dataTime, stepping, withDivergence }: LikelihoodPlan,
  direction: 'toNoise' | 'toData',
) {
  const field = augmentedField(operation, velocity, start, withDivergence);
  const [from, to] = direction === 'toNoise' ? [dataTime, noiseTime] : [noiseTime, dataTime];
  const { x, ...counts } = odeSolve(field, augment(operation, start), { from, to, ...stepping });
  return { state: x, ...counts };
}

/** x, and the integral of the divergence up to now, [batch]. */
interface Augmented {
  readonly x: Tensor;
  readonly integral: Tensor;
}

function augment(operation: string, x: Tensor): Augmented {
  return { x, integral: zeros([batchSize(operation, 'x', x)], { dtype: x.dtype }) };
}

function augmentedField(
  operation: string,
  velocity: Velocity<TimeConvention>,
  like: Tensor,
  withDivergence: LikelihoodPlan['withDivergence'],
) {
  const field = fieldOf(operation, velocity, like);
  return ({ x }: Augmented, t: Tensor) => {
    const [v, divergence] = withDivergence((y) => field(y, t), x);
    return { x: v, integral: divergence };
  };
}
