/**
 * Samples by a stochastic differential equation. Its marginals are those of the flow, for any amount of added
 * noise.
 */
import { ArgumentError, broadcastTo, type random, type Tensor } from '../../autograd/index.ts';
import { completeOptions, required } from '../../lib/index.ts';
import { requireShape } from '../checks.ts';
import { type Score, scoreFrom } from '../conversions/index.ts';
import type { AffinePath } from '../paths/index.ts';
import { requireSchedule } from '../paths/schedule-path.ts';
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

/** How much noise to add, and how to step. */
export interface SampleStochasticOptions {
  /** The number of equal steps, one evaluation of velocity and score each; by default 100. */
  readonly steps?: number;
  /** Instead of `steps`: the times of the steps, from that of the noise to that of the data. */
  readonly times?: readonly number[];
  /**
   * Any g(t) ≥ 0. With 0 this is the flow itself. A larger g corrects errors of earlier steps, and needs
   * shorter steps.
   */
  readonly diffusion: DiffusionCoefficient;
  readonly key: random.Key;
  /** Whether to keep the states on the way. */
  readonly trajectory?: boolean;
}

/**
 * Samples by dx = [v(x, t) + g²/2·∇log p_t(x)] dt + g dW (in the direction from noise to data), with
 * Euler–Maruyama steps. For every g the marginals are the p_t of dx = v dt, because ∇·(p·∇log p) = Δp: the
 * added drift and the noise cancel in the continuity equation.
 *
 * Give the path that the velocity was trained on: then the score follows from the velocity, without another
 * evaluation. Or give a score, a learned one or that of a `marginalField`. The last time, where the score may
 * be infinite, is not evaluated.
 *
 * Source: Song et al. 2021, "Score-Based Generative Modeling through SDEs", appendix D; Albergo, Boffi &
 * Vanden-Eijnden 2023, "Stochastic Interpolants".
 * @throws ArgumentError for invalid steps or diffusion coefficient, times that run from data to noise, or a
 * score of the other convention; ShapeError if velocity or score is not like x; OdeError where the velocity
 * is not finite.
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

/** The score as a function of (x, t) and the velocity v there. */
function scoreOf<C extends TimeConvention>(velocity: Velocity<C>, scores: AffinePath | Score<C>) {
  if (typeof scores !== 'function') {
    requireSchedule('sampleStochastic', scores);
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
