/** Learning rates that change with the step. */
import { completeOptions, required } from '../../lib/index.ts';
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
 * Climbs on a straight line to the first rate of the other schedule, then follows that schedule. The first
 * step has a rate above 0.
 * @throws ArgumentError unless `steps` is a whole number ≥ 1
 * @example const schedule = warmUp({ steps: 100, followedBy: cosineSchedule({ from: 1e-3, steps: 900 }) });
 */
export function warmUp(options: WarmUpOptions): Schedule {
  const { steps, followedBy } = completeOptions('warmUp', { steps: required, followedBy: required }, options);
  requireCounts('warmUp', { steps });
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
