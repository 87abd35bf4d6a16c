/** The options of the likelihoods. */
import { ArgumentError, full, type random, type Tensor } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { eventAxes, normalLogDensity } from '../paths/gaussian-path.ts';
import {
  type AdaptiveSteps,
  type EqualSteps,
  type Stepping,
  steppingDefaults,
} from '../solvers/ode-options.ts';
import { endTimes, type TimeConvention, type Velocity } from '../time.ts';
import {
  exactDivergence,
  hutchinsonDivergence,
  hutchinsonProbe,
  type ProbeDistribution,
  type VectorField,
  type WithDivergence,
} from './divergence.ts';

/**
 * The exact divergence (default), or Hutchinson's estimate. The estimate draws one ε from the key, for all
 * steps.
 */
export type DivergenceOptions =
  | { readonly divergence?: 'exact' }
  | { readonly divergence: ProbeDistribution; readonly key: random.Key };

/** How to step; by default adaptively by 'tsitouras54', with its default tolerances. */
export type LikelihoodOptions = DivergenceOptions &
  Stepping & {
    /**
     * log p of the noise, [batch, ...event] → [batch]; by default standard normal. The noise of a
     * variance-exploding path is N(0, σ_max² I), and without this option its likelihood is far off. Give
     * `(z) => path.logDensity(z, zerosLike(z), 0)` for it.
     */
    readonly noiseLogDensity?: (noise: Tensor) => Tensor;
    /** The time of the noise; by default 0 or 1, by the velocity's convention. */
    readonly noiseTime?: number;
    /**
     * The time of the data; by default 1 or 0. Give one a little inside if the velocity is singular there.
     */
    readonly dataTime?: number;
  };

/** Options, checked and completed. */
export interface LikelihoodPlan {
  readonly noiseTime: number;
  readonly dataTime: number;
  readonly stepping: Stepping;
  readonly noiseLogDensity: (noise: Tensor) => Tensor;
  readonly withDivergence: (field: VectorField, x: Tensor) => WithDivergence;
}

/** The options of all variants together. */
type LooseOptions = Omit<LikelihoodOptions, 'method'> &
  Partial<EqualSteps & Omit<AdaptiveSteps, 'method'>> & {
    readonly divergence?: 'exact' | ProbeDistribution;
    readonly key?: random.Key;
  };

const likelihoodDefaults = {
  divergence: 'exact',
  key: undefined,
  noiseLogDensity: standardNormalLogDensity,
  noiseTime: undefined,
  dataTime: undefined,
  ...steppingDefaults,
} as const;

export function planLikelihood(
  operation: string,
  velocity: Velocity<TimeConvention>,
  x: Tensor,
  options: LikelihoodOptions,
): LikelihoodPlan {
  const { divergence, key, noiseLogDensity, noiseTime, dataTime, ...stepping } = completeOptions(
    operation,
    likelihoodDefaults,
    options as LooseOptions,
  );
  const ends = endTimes(operation, velocity);
  const norm = stepping.steps === undefined && { errorNorm: stepping.errorNorm ?? 'rows' };
  return {
    noiseTime: noiseTime ?? ends.noise,
    dataTime: dataTime ?? ends.data,
    stepping: { ...stepping, ...norm } as Stepping,
    noiseLogDensity,
    withDivergence: divergenceOf(operation, x, divergence, key),
  };
}

/** log N(x | 0, I), [batch]. */
function standardNormalLogDensity(x: Tensor): Tensor {
  const scalar = (value: number) => full([], value, { dtype: x.dtype });
  return normalLogDensity(x, scalar(0), scalar(1), eventAxes(x));
}

function divergenceOf(
  operation: string,
  x: Tensor,
  divergence: DivergenceOptions['divergence'],
  key: random.Key | undefined,
): LikelihoodPlan['withDivergence'] {
  if (divergence === 'exact') {
    if (key !== undefined)
      throw new ArgumentError(`${operation}: the exact divergence draws nothing, but got a key`);
    return exactDivergence;
  }
  if (divergence !== 'rademacher' && divergence !== 'gaussian') {
    throw new ArgumentError(
      `${operation}: wanted divergence 'exact', 'rademacher' or 'gaussian', got '${String(divergence)}'`,
    );
  }
  if (key === undefined)
    throw new ArgumentError(`${operation}: divergence '${divergence}' draws ε: give it a key`);
  const probe = hutchinsonProbe(key, x, divergence);
  return (field, state) => hutchinsonDivergence(field, state, probe);
}
