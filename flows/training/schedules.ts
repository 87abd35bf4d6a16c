/** Learning rates that change with the step. */
import { ArgumentError, completeOptions, required, requireFunction } from '../../lib/index.ts';
import { requireList, requireMethods } from '../checks.ts';
import { requireCounts, requireNonNegative } from './ranges.ts';

/** A function from the number of a step, counted from 0, to its learning rate. */
export type Schedule = (step: number) => number;

export interface DecayOptions {
  /** The rate at step 0. */
  readonly from: number;
  /** The rate at step `steps`, and ever after. Default 0. */
  readonly to?: number;
  /** How many steps the decay takes. */
  readonly steps: number;
}

export interface ExponentialOptions {
  /** The rate at step 0. */
  readonly from: number;
  /** By what `steps` steps multiply the rate. */
  readonly factor: number;
  /** After how many steps the rate has been multiplied by the factor. */
  readonly steps: number;
  /** Whether the rate changes only every `steps` steps, and not in each. Default false. */
  readonly inStairs?: boolean;
}

export interface SchedulePart {
  /** It counts its own steps from 0. */
  readonly schedule: Schedule;
  /** How many steps it lasts; the last part needs none. */
  readonly steps?: number;
}

export interface OneCycleOptions {
  /** The highest rate. */
  readonly highest: number;
  /** How many steps the cycle takes. */
  readonly steps: number;
  /** The share of the steps in which the rate rises. Default 0.3. */
  readonly rise?: number;
  /** The first rate is `highest` divided by this. Default 25. */
  readonly startDivisor?: number;
  /** The last rate is the first one divided by this. Default 10⁴. */
  readonly endDivisor?: number;
}

export interface WarmUpOptions {
  /** How many steps the climb takes. The other schedule begins at step `steps`. */
  readonly steps: number;
  /** The schedule after the climb. It counts its own steps from 0. */
  readonly followedBy: Schedule;
}

/**
 * The same rate at every step.
 * @throws ArgumentError unless the rate is finite and ≥ 0
 * @example const schedule = constantSchedule(1e-3);
 */
export function constantSchedule(rate: number): Schedule {
  requireNonNegative('constantSchedule', { rate });
  return () => rate;
}

/**
 * Goes from one rate to another on a straight line, and stays there.
 * @throws ArgumentError unless both rates are finite and ≥ 0, and `steps` is a whole number ≥ 1
 * @example const schedule = linearSchedule({ from: 1e-3, steps: 1000 });
 */
export function linearSchedule(options: DecayOptions): Schedule {
  return decay('linearSchedule', options, (progress) => 1 - progress);
}

/**
 * Goes from one rate to another on half a cosine wave (slowly, then fast, then slowly), and stays there.
 *
 * Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2017), equation 5.
 *
 * @throws ArgumentError unless both rates are finite and ≥ 0, and `steps` is a whole number ≥ 1
 * @example const schedule = cosineSchedule({ from: 1e-3, steps: 1000 });
 */
export function cosineSchedule(options: DecayOptions): Schedule {
  return decay('cosineSchedule', options, (progress) => (1 + Math.cos(Math.PI * progress)) / 2);
}

/**
 * Multiplies the rate by `factor` every `steps` steps: rate·factor^(step/steps), smoothly; with `inStairs`,
 * by ⌊step/steps⌋ in place of step/steps.
 * @throws ArgumentError unless the rate and the factor are finite and ≥ 0, and `steps` is a whole number ≥ 1
 * @example const schedule = exponentialSchedule({ from: 1e-3, factor: 0.5, steps: 1000 });
 */
export function exponentialSchedule(options: ExponentialOptions): Schedule {
  const defaults = { from: required, factor: required, steps: required, inStairs: false } as const;
  const { from, factor, steps, inStairs } = completeOptions('exponentialSchedule', defaults, options);
  requireNonNegative('exponentialSchedule', { from, factor });
  requireCounts('exponentialSchedule', { steps });
  return (step) => from * factor ** (inStairs ? Math.floor(step / steps) : step / steps);
}

/**
 * One schedule after the other. Each counts its own steps from 0; the last one goes on for ever.
 * @param parts the schedules, and how many steps each of them lasts but the last
 * @throws ArgumentError for an empty list, or unless each part but the last has a whole number of steps ≥ 1
 * @example
 * const schedule = joinSchedules([
 *   { schedule: constantSchedule(1e-3), steps: 1000 },
 *   { schedule: constantSchedule(1e-4) },
 * ]);
 */
export function joinSchedules(parts: readonly SchedulePart[]): Schedule {
  requireList('joinSchedules', 'a list of schedules with their steps', parts);
  for (const part of parts) requireMethods('joinSchedules', 'parts { schedule, steps }', part, ['schedule']);
  if (parts.length === 0) throw new ArgumentError('joinSchedules: wanted at least one schedule, got none');
  for (const { steps } of parts.slice(0, -1)) requireCounts('joinSchedules', { steps: steps ?? Number.NaN });
  return (step) => {
    let rest = step;
    const current = parts.find(({ steps }, i) => {
      if (i === parts.length - 1 || rest < (steps as number)) return true;
      rest -= steps as number;
      return false;
    });
    return (current as SchedulePart).schedule(rest);
  };
}

/**
 * One cycle: half a cosine wave up to the highest rate, and another down to nearly 0. It begins at
 * highest/startDivisor and ends at highest/(startDivisor·endDivisor).
 *
 * Source: Smith and Topin, "Super-Convergence" (2018); with cosines, as optax and PyTorch have it.
 *
 * @throws ArgumentError unless the rate is finite and ≥ 0, `steps` a whole number ≥ 1, 0 < rise < 1 and the
 * divisors are finite and > 0
 * @example const schedule = oneCycleSchedule({ highest: 1e-2, steps: 1000 });
 */
export function oneCycleSchedule(options: OneCycleOptions): Schedule {
  const defaults = {
    highest: required,
    steps: required,
    rise: 0.3,
    startDivisor: 25,
    endDivisor: 1e4,
  } as const;
  const { highest, steps, rise, ...divisors } = completeOptions('oneCycleSchedule', defaults, options);
  requireNonNegative('oneCycleSchedule', { highest });
  requireCounts('oneCycleSchedule', { steps });
  for (const [name, value] of Object.entries({ ...divisors, rise })) {
    if (!(value > 0 && value < (name === 'rise' ? 1 : Infinity))) {
      const range = name === 'rise' ? '0 < rise < 1' : `a finite ${name} > 0`;
      throw new ArgumentError(`oneCycleSchedule: wanted ${range}, got ${value}`);
    }
  }
  const first = highest / divisors.startDivisor;
  const last = first / divisors.endDivisor;
  const wave = (from: number, to: number, progress: number) =>
    to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(progress, 1)))) / 2;
  // As in optax, the top stands at a whole step.
  const top = Math.floor(rise * steps);
  return (step) =>
    step < top ? wave(first, highest, step / top) : wave(highest, last, (step - top) / (steps - top));
}

/**
 * Climbs on a straight line to the first rate of the other schedule, then follows that schedule. The first
 * step has a rate above 0.
 * @throws ArgumentError unless `steps` is a whole number ≥ 1
 * @example const schedule = warmUp({ steps: 100, followedBy: cosineSchedule({ from: 1e-3, steps: 900 }) });
 */
export function warmUp(options: WarmUpOptions): Schedule {
  const { steps, followedBy } = completeOptions('warmUp', { steps: required, followedBy: required }, options);
  requireCounts('warmUp', { steps });
  requireFunction('warmUp', followedBy);
  return (step) => (step < steps ? (followedBy(0) * (step + 1)) / (steps + 1) : followedBy(step - steps));
}

/**
 * A schedule from `from` to `to`.
 * @param remaining which share of `from` − `to` is left, from 1 to 0, at a progress from 0 to 1
 */
function decay(operation: string, options: DecayOptions, remaining: (progress: number) => number): Schedule {
  const { from, to, steps } = completeOptions(operation, { from: required, to: 0, steps: required }, options);
  requireNonNegative(operation, { from, to });
  requireCounts(operation, { steps });
  return (step) => to + (from - to) * remaining(Math.min(step / steps, 1));
}
