/** Euler–Maruyama for dx = f(x, t) dt + g(t) dW: a flow with noise added in each step. */
import { ArgumentError, random, type Tensor } from '../../autograd/index.ts';
import { completeOptions, required, requireFunction } from '../../lib/index.ts';
import { requireTensor } from '../checks.ts';
import { type EqualSteps, type GivenTimes, type OdeOptions, planOde, type TimeSpan } from './ode-options.ts';
import { type OdeField, stateField } from './runge-kutta.ts';
import { requireFinite } from './step-loops.ts';
import { tableaus } from './tableaus.ts';

/** g ≥ 0: a number, or a function of time. */
export type DiffusionCoefficient = number | ((t: number) => number);

/** The times, the steps and the noise of a solve. */
export type SdeOptions = (Omit<GivenTimes, 'method'> | (TimeSpan & Omit<EqualSteps, 'method'>)) & {
  readonly diffusion: DiffusionCoefficient;
  /** All the noise comes from here: step i draws from `random.foldIn(key, i)`. */
  readonly key: random.Key;
  /** Whether to keep the states on the way. */
  readonly trajectory?: boolean;
};

/** The options of all variants together. */
type LooseSdeOptions = Pick<SdeOptions, 'diffusion' | 'key' | 'trajectory'> &
  Partial<TimeSpan & Omit<EqualSteps & GivenTimes, 'method'>>;

const sdeDefaults = {
  from: undefined,
  to: undefined,
  steps: undefined,
  times: undefined,
  diffusion: required,
  key: required,
  trajectory: false,
} as const;

export interface SdeSolution {
  /** The state at the time to reach, like the initial one. */
  readonly x: Tensor;
  /** The number of evaluations of the drift (NFE): one per step. */
  readonly evaluations: number;
}

export interface SdeTrajectory extends SdeSolution {
  /** The times of the steps, both ends included. */
  readonly times: readonly number[];
  /** The state at each time. */
  readonly states: readonly Tensor[];
}

/**
 * Solves dx = f(x, t) dt + g(t) dW step by step: x + f·h + g·√|h|·ξ, where each step draws a new standard
 * normal ξ. Time may run either way. The weak order is 1. The strong order is 1 too, because g does not
 * depend on x.
 *
 * x is a tensor of any shape. The result is differentiable, with the noise as a constant.
 *
 * Source: Maruyama 1955; Kloeden & Platen 1992, section 10.2.
 * @throws ArgumentError for invalid times, steps or diffusion coefficient; ShapeError if the drift is not
 * like x; OdeError if the state is no longer finite. Under vmap and tracing the solver sees no values: then
 * NaN goes on to the result.
 * @example const { x } = sdeSolve((x) => x.negate(), x0, { from: 0, to: 5, steps: 500, diffusion: Math.SQRT2, key: random.key(0) });
 */
export function sdeSolve(
  drift: OdeField,
  x: Tensor,
  options: SdeOptions & { readonly trajectory: true },
): SdeTrajectory;
export function sdeSolve(drift: OdeField, x: Tensor, options: SdeOptions): SdeSolution;
export function sdeSolve(drift: OdeField, x: Tensor, options: SdeOptions): SdeSolution | SdeTrajectory {
  const { diffusion, key, trajectory, ...when } = completeOptions(
    'sdeSolve',
    sdeDefaults,
    options as LooseSdeOptions,
  );
  const { times } = planOde('sdeSolve', { ...when, method: 'euler' } as OdeOptions) as {
    times: readonly number[];
  };
  requireTensor('sdeSolve', 'x', x);
  const { start, field } = stateField('sdeSolve', drift, x);
  const states = [start[0] as Tensor];
  let state = states[0] as Tensor;
  times.slice(1).forEach((next, i) => {
    const t = times[i] as number;
    const before = state;
    const slope = field([before], t)[0] as Tensor;
    const noiseScale = diffusionAt('sdeSolve', diffusion, t) * Math.sqrt(Math.abs(next - t));
    state = before.add(slope.multiply(next - t));
    // without noise the result equals Euler's method bit for bit
    if (noiseScale > 0) {
      const xi = random.normal(random.foldIn(key, i), state.shape, { dtype: state.dtype });
      state = state.add(xi.multiply(noiseScale));
    }
    requireFinite(
      'sdeSolve',
      'drift',
      { from: t, to: next, x: [before], end: [state], slopes: [[slope]] },
      times,
      tableaus.euler,
    );
    if (trajectory) states.push(state);
  });
  const solution = { x: state, evaluations: field.evaluations() };
  return trajectory ? { ...solution, times, states } : solution;
}

/** g(t). Throws an ArgumentError unless it is finite and ≥ 0. */
export function diffusionAt(operation: string, diffusion: DiffusionCoefficient, t: number): number {
  if (typeof diffusion !== 'number') requireFunction(operation, diffusion);
  const g = typeof diffusion === 'number' ? diffusion : diffusion(t);
  if (g >= 0 && Number.isFinite(g)) return g;
  throw new ArgumentError(`${operation}: wanted a diffusion coefficient ≥ 0, got ${g} at time ${t}`);
}
