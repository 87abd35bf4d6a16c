/** Samples: takes noise to data, by the flow of a velocity or by the steps of an average velocity. */
import { ArgumentError, broadcastTo, full, scan, type Tensor, tensor } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { requireShape } from '../checks.ts';
import {
  type AdaptiveSteps,
  type EqualSteps,
  type GivenTimes,
  type OdeOptions,
  type OdeSolution,
  type OdeTrajectory,
  odeSolve,
} from '../solvers/index.ts';
import { steppingDefaults, wantsAdaptive } from '../solvers/ode-options.ts';
import { requireFinite } from '../solvers/step-loops.ts';
import { tableaus } from '../solvers/tableaus.ts';
import {
  type AverageVelocity,
  type ConditionalAverageVelocity,
  type DeclaredVelocity,
  endTimes,
  fieldOf,
  requireAverageVelocity,
  requireFromNoise,
  type TimeConvention,
  timeShape,
  type Velocity,
} from '../time.ts';

/**
 * How to step from noise to data: equal steps, by default 20 of 'rungeKutta4'; or given times, from that of
 * the noise to that of the data; or adaptive steps, with a tolerance or an adaptive method, and no `steps`.
 */
export type SampleFlowOptions = (Partial<EqualSteps> | GivenTimes | AdaptiveSteps) & {
  /** Whether to keep the states on the way. */
  readonly trajectory?: boolean;
  /** Whether the steps are one `scan`, as for `odeSolve`. */
  readonly scan?: boolean;
};

/** The options of all variants together. */
type LooseSampleFlowOptions = Partial<EqualSteps & GivenTimes & Omit<AdaptiveSteps, 'method'>> & {
  readonly trajectory?: boolean;
  readonly scan?: boolean;
};

export interface Samples {
  /** Samples, like the noise. */
  readonly x: Tensor;
  /** The number of evaluations of the model (NFE). */
  readonly evaluations: number;
}

export interface MeanFlowTrajectory extends Samples {
  /** The times of the steps, both ends included. */
  readonly times: readonly number[];
  /** The state at each time, from the noise to x. */
  readonly states: readonly Tensor[];
}

/**
 * Samples by solving dx/dt = v(x, t) from noise to data, for a velocity of either time convention. The noise
 * is [batch, ...event]. The velocity gets times of shape [batch, 1] ([batch] for noise of that shape), as in
 * training. `evaluations` counts its calls; a call of a `guidedVelocityField` evaluates two networks.
 *
 * By default the solver evaluates the velocity at both ends, where some velocities are not finite. A velocity
 * from a prediction of the data is not finite at the last time: use 'euler' or 'midpoint', which do not
 * evaluate it, or times that stop before it. One from a prediction of the noise is not finite at the first
 * time: start after it.
 *
 * @throws ArgumentError for invalid steps, or times that run from data to noise; ShapeError if the velocity
 * is not like x; OdeError where it is not finite.
 * @example const { x } = sampleFlow(noiseToData(network), random.normal(key, [16, 2]), { steps: 10 });
 * @example const { x, evaluations } = sampleFlow(velocity, noise, { relativeTolerance: 1e-4 });
 */
export function sampleFlow<V extends (x: Tensor, t: Tensor) => Tensor>(
  velocity: DeclaredVelocity<V>,
  noise: Tensor,
  options: SampleFlowOptions & { readonly trajectory: true },
): OdeTrajectory;
export function sampleFlow<V extends (x: Tensor, t: Tensor) => Tensor>(
  velocity: DeclaredVelocity<V>,
  noise: Tensor,
  options?: SampleFlowOptions,
): OdeSolution;
export function sampleFlow(
  velocity: Velocity<TimeConvention>,
  noise: Tensor,
  options: SampleFlowOptions = {},
): OdeSolution {
  const { times, ...how } = completeOptions(
    'sampleFlow',
    { times: undefined, trajectory: false, scan: false, ...steppingDefaults },
    options as LooseSampleFlowOptions,
  );
  const ends = endTimes('sampleFlow', velocity);
  const field = fieldOf('sampleFlow', velocity, noise);
  const isAdaptive = times === undefined && how.steps === undefined && wantsAdaptive(how);
  const when =
    times === undefined
      ? { from: ends.noise, to: ends.data, steps: how.steps ?? (isAdaptive ? undefined : 20) }
      : { times: requireFromNoise('sampleFlow', times, ends) };
  const norm = isAdaptive && { errorNorm: how.errorNorm ?? 'rows' };
  return odeSolve(field, noise, { ...how, ...when, ...norm } as OdeOptions);
}

export interface SampleMeanFlowOptions {
  /** The number of equal steps, one evaluation each; by default 1. */
  readonly steps?: number;
  /** Instead of `steps`: the times of the steps, which fall from 1 (noise) to 0 (data). */
  readonly times?: readonly number[];
  /** Whether to keep the states on the way. */
  readonly trajectory?: boolean;
  /** Whether the steps are one `scan`, as for `odeSolve`. */
  readonly scan?: boolean;
}

export interface LabelledSampleMeanFlowOptions extends SampleMeanFlowOptions {
  /** The classes to sample, int32 [batch]. u gets them as its fourth argument. */
  readonly labels: Tensor;
}

/**
 * Samples by z_r = z_t − (t − r)·u(z_t, r, t), from t = 1 (noise) down to r = 0 (data). Each step takes one
 * evaluation. With an exact u, any number of steps gives exact samples. u has its guidance from training, so
 * there is no guidance here.
 *
 * u has Geng et al.'s time and gets r and t of shape [batch, 1] ([batch] for noise of that shape), as in
 * training.
 *
 * Source: the note, "Sampling"; Geng et al. 2025, equation 12 and algorithm 2.
 * @throws ArgumentError for times that do not fall, steps and times together, or the velocity of an instant;
 * ShapeError if u's value is not like the noise, or the labels are not [batch]; OdeError if the noise or a
 * value of u is not finite, unless vmap or tracing hides it.
 * @example const { x } = sampleMeanFlow(u, random.normal(key, [16, 64]), { steps: 2 });
 * @example const { states, times } = sampleMeanFlow(u, noise, { steps: 4, trajectory: true });
 */
export function sampleMeanFlow(
  u: ConditionalAverageVelocity,
  noise: Tensor,
  options: LabelledSampleMeanFlowOptions & { readonly trajectory: true },
): MeanFlowTrajectory;
export function sampleMeanFlow(
  u: AverageVelocity,
  noise: Tensor,
  options: SampleMeanFlowOptions & { readonly trajectory: true },
): MeanFlowTrajectory;
export function sampleMeanFlow(
  u: ConditionalAverageVelocity,
  noise: Tensor,
  options: LabelledSampleMeanFlowOptions,
): Samples;
export function sampleMeanFlow(u: AverageVelocity, noise: Tensor, options?: SampleMeanFlowOptions): Samples;
export function sampleMeanFlow(
  u: ConditionalAverageVelocity,
  noise: Tensor,
  options: SampleMeanFlowOptions & { readonly labels?: Tensor } = {},
): Samples | MeanFlowTrajectory {
  const {
    labels,
    trajectory,
    scan: scanned,
    ...when
  } = completeOptions(
    'sampleMeanFlow',
    { steps: undefined, times: undefined, labels: undefined, trajectory: false, scan: false },
    options,
  );
  requireAverageVelocity('sampleMeanFlow', u);
  const times = stepTimes(when.steps, when.times);
  const shape = timeShape('sampleMeanFlow', 'noise', noise);
  if (labels) requireShape('sampleMeanFlow', 'labels', labels, shape.slice(0, 1));
  const timeOf = (t: number) => full(shape, t, { dtype: noise.dtype });
  if (scanned && trajectory)
    throw new ArgumentError('sampleMeanFlow: wanted either scan or a trajectory, got both');
  if (scanned) return scannedMeanFlow(u, noise, times, labels);
  let z = noise;
  const states = [z];
  times.slice(1).forEach((r, i) => {
    const t = times[i] as number;
    const before = z;
    const average = u(z, timeOf(r), timeOf(t), labels as Tensor);
    z = z.subtract(requireShape('sampleMeanFlow', 'an average velocity', average, z.shape).multiply(t - r));
    const step = { from: t, to: r, x: [before], end: [z], slopes: [[average]] };
    requireFinite('sampleMeanFlow', 'velocity', step, times, tableaus.euler);
    if (trajectory) states.push(z);
  });
  const samples = { x: z, evaluations: times.length - 1 };
  return trajectory ? { ...samples, times, states } : samples;
}

/** The same steps as one loop. */
function scannedMeanFlow(
  u: ConditionalAverageVelocity,
  noise: Tensor,
  times: readonly number[],
  labels: Tensor | undefined,
): Samples {
  const shape = timeShape('sampleMeanFlow', 'noise', noise);
  const rows = times.slice(1).map((r, i) => [r, times[i] as number, (times[i] as number) - r]);
  const step = (z: Tensor, row: Tensor) => {
    const [r, t, length] = [0, 1, 2].map((i) => row.slice([i])) as [Tensor, Tensor, Tensor];
    const average = u(z, broadcastTo(r, shape), broadcastTo(t, shape), labels as Tensor);
    const checked = requireShape('sampleMeanFlow', 'an average velocity', average, z.shape);
    return [z.subtract(checked.multiply(length)), []] as const;
  };
  const [x] = scan(step, noise, tensor(rows, { dtype: noise.dtype }));
  const whole = { from: times[0] as number, to: times.at(-1) as number, x: [noise], end: [x], slopes: [] };
  requireFinite('sampleMeanFlow', 'velocity', whole, times, tableaus.euler);
  return { x, evaluations: rows.length };
}

function stepTimes(steps: number | undefined, times: readonly number[] | undefined): readonly number[] {
  if (times === undefined) {
    const count = steps ?? 1;
    if (!Number.isInteger(count) || count < 1) {
      throw new ArgumentError(`sampleMeanFlow: wanted a whole number of steps, at least 1, got ${count}`);
    }
    return Array.from({ length: count + 1 }, (_, i) => 1 - i / count);
  }
  if (steps !== undefined) throw new ArgumentError('sampleMeanFlow: wanted either steps or times, got both');
  const falling = times.every((t, i) => i === 0 || t < (times[i - 1] as number));
  if (times.length < 2 || !falling || (times[0] as number) > 1 || (times.at(-1) as number) < 0) {
    throw new ArgumentError(
      `sampleMeanFlow: wanted times that fall from 1 (noise) to 0 (data), got [${times.join(', ')}]`,
    );
  }
  return times;
}
