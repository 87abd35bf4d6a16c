/** Learning rates that change with the step. */
import { completeOptions, required } from '../../lib/index.ts';
import { requireCounts, requireNonNegative } from './ranges.ts';

/** The learning rate of a step, counted from 0. */
export type Schedule = (step: number) => number;

export interface DecayOptions {
  /** The rate at step 0. */
  readonly from: number;
  /** The rate at step `steps`, and ever after. Default 0. */
  readonly to?: number;
  /** How many steps it takes. */
  readonly steps: number;
}

export interface WarmUpOptions {
  /** How many steps the climb takes; at step `steps` the other schedule has taken over. */
  readonly steps: number;
  /** What follows, counting its own steps from 0. */
  readonly followedBy: Schedule;
}

/** The same rate at every step. @example const schedule = constantSchedule(1e-3); */
export function constantSchedule(rate: number): Schedule {
  requireNonNegative('constantSchedule', { rate });
  return () => rate;
}

/**
 * From one rate to another on a straight line.
 * @example const schedule = linearSchedule({ from: 1e-3, steps: 1000 });
 */
export function linearSchedule(options: DecayOptions): Schedule {
  return decay('linearSchedule', options, (progress) => 1 - progress);
}

/**
 * From one rate to another on half a cosine wave: slow, fast, slow.
 *
 * Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2017), equation 5.
 *
 * @example const schedule = cosineSchedule({ from: 1e-3, steps: 1000 });
 */
export function cosineSchedule(options: DecayOptions): Schedule {
  return decay('cosineSchedule', options, (progress) => (1 + Math.cos(Math.PI * progress)) / 2);
}

/**
 * Climbs on a straight line to where the other schedule begins. The first step has a rate above 0.
 * @example const schedule = warmUp({ steps: 100, followedBy: cosineSchedule({ from: 1e-3, steps: 900 }) });
 */
export function warmUp(options: WarmUpOptions): Schedule {
  const { steps, followedBy } = completeOptions('warmUp', { steps: required, followedBy: required }, options);
  requireCounts('warmUp', { steps });
  return (step) => (step < steps ? (followedBy(0) * (step + 1)) / (steps + 1) : followedBy(step - steps));
}

/**
 * @param remaining what is left of the way from `to` back to `from`, from 1 to 0, by the progress from 0 to 1
 */
function decay(operation: string, options: DecayOptions, remaining: (progress: number) => number): Schedule {
  const { from, to, steps } = completeOptions(operation, { from: required, to: 0, steps: required }, options);
  requireNonNegative(operation, { from, to });
  requireCounts(operation, { steps });
  return (step) => to + (from - to) * remaining(Math.min(step / steps, 1));
}
