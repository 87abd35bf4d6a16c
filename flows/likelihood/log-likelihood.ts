/**
 * The density of a flow's samples, by the instantaneous change of variables: d log p_t(x_t)/dt = −∇·v(x_t, t)
 * along a trajectory.
 */
import { type Tensor, type TensorTree, zeros } from '../../autograd/index.ts';
import { batchSize } from '../checks.ts';
import { odeSolve, odeSolveAdjoint } from '../solvers/index.ts';
import { fieldOf, type TimeConvention, type Velocity } from '../time.ts';
import { type LikelihoodOptions, type LikelihoodPlan, planLikelihood } from './options.ts';

export interface LogLikelihood {
  /** log p(x) in nats, [batch]. */
  readonly logDensity: Tensor;
  /** The noise that the flow takes to x, like x. */
  readonly latent: Tensor;
  /** How often the velocity (with its divergence) was evaluated. */
  readonly evaluations: number;
  /** How many steps were tried in vain. */
  readonly rejected: number;
}

/**
 * log p(x) of data x, [batch, ...event], under the flow of a velocity: x is taken back to noise z, and
 * log p(x) = log p_noise(z) + ∫ ∇·v(x_t, t) dt, from the data's time to the noise's.
 *
 * The noise is standard normal unless `noiseLogDensity` says otherwise, as it must on a variance-exploding
 * path, whose noise has the deviation σ_max; the velocity alone does not tell.
 *
 * Differentiable with respect to x and to whatever the velocity brings along, so that −mean(log p) trains a
 * continuous normalising flow by maximum likelihood; give `steps` then, or see `logLikelihoodAdjoint`.
 * Adaptive steps share their length over the batch. Hutchinson's estimate is unbiased, with noise of its own
 * for each sample: log p of one x is only as good as one draw.
 *
 * Source: Chen et al. 2018, "Neural Ordinary Differential Equations", theorem 1; Grathwohl et al. 2019,
 * "FFJORD", section 3.
 * @throws ArgumentError for options that make no sense, ShapeError if the velocity is not like x, OdeError
 * where it is not finite.
 * @example const { logDensity } = logLikelihood(velocity, data, { relativeTolerance: 1e-7 });
 * @example const { logDensity } = logLikelihood(velocity, images, { divergence: 'rademacher', key, steps: 50 });
 * @example
 * const path = varianceExplodingPath({ sigmaMax: 20 });
 * const { logDensity } = logLikelihood(velocity, data, { noiseLogDensity: (z) => path.logDensity(z, zerosLike(z), 0) });
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
 * Samples with their log-likelihood, in one solve from noise to data: log p(x) = log p_noise(z) − ∫ ∇·v(x_t,
 * t) dt.
 *
 * @throws ArgumentError for options that make no sense, ShapeError if the velocity is not like the noise,
 * OdeError where it is not finite.
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
 * log p(x) under the flow of velocityOf(θ), as `logLikelihood`, but with gradients by the adjoint method:
 * nothing of the steps is stored, however many there are. They are the gradients of the exact flow, up to the
 * solver's error; see `odeSolveAdjoint`.
 *
 * @throws as `logLikelihood`, and LevelError if the velocity brings along a tensor that is being
 * differentiated.
 * @example
 * const loss = (p: Parameters) =>
 *   mean(logLikelihoodAdjoint((q) => noiseToData((x, t) => network.apply(q, x, t, t)), p, data).logDensity).negate();
 */
export function logLikelihoodAdjoint<P>(
  velocityOf: (parameters: TensorTree<P>) => Velocity<TimeConvention>,
  parameters: P,
  x: Tensor,
  options: LikelihoodOptions = {},
): Pick<LogLikelihood, 'logDensity' | 'latent'> {
  const operation = 'logLikelihoodAdjoint';
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

/** x, and the integral of the divergence so far, [batch]. */
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
