/**
 * Sampling by a stochastic differential equation whose marginals are those of the flow, for any amount of
 * noise on the way.
 */
import { ArgumentError, broadcastTo, type random, type Tensor } from '../../autograd/index.ts';
import { completeOptions, required } from '../../lib/index.ts';
import { requireShape } from '../checks.ts';
import { type Score, scoreFrom } from '../conversions/index.ts';
import type { AffinePath } from '../paths/index.ts';
import {
  type DiffusionCoefficient,
  type SdeSolution,
  type SdeTrajectory,
  sdeSolve,
} from '../solvers/index.ts';
import { diffusionAt } from '../solvers/sde-solve.ts';
import {
  endTimes,
  fieldOf,
  requireFromNoise,
  type TimeConvention,
  timeShape,
  type Velocity,
  withTime,
} from '../time.ts';

/** How much noise to add on the way, and how to step. */
export interface SampleStochasticOptions {
  /** Equal steps from noise to data, each one evaluation of velocity and score; by default 100. */
  readonly steps?: number;
  /** The times of the steps instead, from the noise's to the data's. */
  readonly times?: readonly number[];
  /**
   * g(t) ≥ 0, free: 0 is the flow itself; a larger one forgets errors made on the way, and wants shorter
   * steps.
   */
  readonly diffusion: DiffusionCoefficient;
  readonly key: random.Key;
  /** Whether to keep the states on the way. */
  readonly trajectory?: boolean;
}

/**
 * Samples by dx = [v(x, t) + g²/2·∇log p_t(x)] dt + g dW (in the direction from noise to data), by Euler and
 * Maruyama. For every g it has the marginals p_t of dx = v dt, since the continuity equations agree:
 * ∇·(p·∇log p) = Δp.
 *
 * The score follows from the velocity on the path that this was trained on, without another evaluation; or
 * give a score, one that was learned, or a `marginalField`'s. It is not asked for at the last of the times,
 * where it may be infinite.
 *
 * Source: Song et al. 2021, "Score-Based Generative Modeling through SDEs", appendix D; Albergo, Boffi &
 * Vanden-Eijnden 2023, "Stochastic Interpolants".
 * @throws ArgumentError for steps or a diffusion coefficient that make no sense, or times that run from data
 * to noise; OdeError where the velocity is not finite.
 * @example const { x } = sampleStochastic(velocity, optimalTransportPath(), noise, { steps: 200, diffusion: (t) => 1 - t, key });
 * @example const { x } = sampleStochastic(field.velocity, score('noiseToData', field.score), noise, { diffusion: 0.5, key });
 */
export function sampleStochastic<C extends TimeConvention>(
  velocity: Velocity<C>,
  scores: AffinePath | NoInfer<Score<C>>,
  noise: Tensor,
  options: SampleStochasticOptions & { readonly trajectory: true },
): SdeTrajectory;
export function sampleStochastic<C extends TimeConvention>(
  velocity: Velocity<C>,
  scores: AffinePath | NoInfer<Score<C>>,
  noise: Tensor,
  options: SampleStochasticOptions,
): SdeSolution;
export function sampleStochastic<C extends TimeConvention>(
  velocity: Velocity<C>,
  scores: AffinePath | NoInfer<Score<C>>,
  noise: Tensor,
  options: SampleStochasticOptions,
): SdeSolution {
  const { steps, times, diffusion, ...rest } = completeOptions(
    'sampleStochastic',
    { steps: undefined, times: undefined, diffusion: required, key: required, trajectory: false },
    options,
  );
  const ends = endTimes('sampleStochastic', velocity);
  const field = fieldOf('sampleStochastic', velocity, noise);
  const shape = timeShape('sampleStochastic', 'noise', noise);
  const scoreAt = scoreOf(velocity, scores);
  const direction = Math.sign(ends.data - ends.noise);
  const drift = (x: Tensor, t: Tensor) => {
    const g = diffusionAt('sampleStochastic', diffusion, t.item());
    const v = field(x, t);
    if (g === 0) return v;
    const towardsData = requireShape(
      'sampleStochastic',
      'a score',
      scoreAt(x, broadcastTo(t, shape), v),
      x.shape,
    );
    return v.add(towardsData.multiply((direction * g * g) / 2));
  };
  const when =
    times === undefined
      ? { from: ends.noise, to: ends.data, steps: steps ?? 100 }
      : { times: requireFromNoise('sampleStochastic', times, ends) };
  return sdeSolve(drift, noise, {
    ...when,
    ...(times && steps !== undefined && { steps }),
    diffusion,
    ...rest,
  });
}

/** The score at (x, t), where the velocity is v. */
function scoreOf<C extends TimeConvention>(velocity: Velocity<C>, scores: AffinePath | Score<C>) {
  if (typeof scores === 'object') {
    return (x: Tensor, t: Tensor, v: Tensor) =>
      scoreFrom(
        scores,
        withTime(() => v, velocity.time),
      )(x, t);
  }
  if (scores.predicts === 'score' && scores.time === velocity.time)
    return (x: Tensor, t: Tensor) => scores(x, t);
  throw new ArgumentError(
    `sampleStochastic: wanted a path, or a score with time '${velocity.time}', got one with time '${scores.time}' ` +
      `that predicts '${scores.predicts}'; declare it with score(time, fn), or convert it with reversePredictionTime`,
  );
}
