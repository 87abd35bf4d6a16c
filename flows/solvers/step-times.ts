/**
 * Lists of times for the steps of `odeSolve`, `sdeSolve` and the samplers. Each function applies an
 * increasing map of [0, 1] to equal steps. `from` and `to` say where 0 and 1 lie, so the times may also fall.
 * All throw an ArgumentError for steps that are no whole number, or times and parameters that are not valid.
 */
import { ArgumentError } from '../../autograd/index.ts';
import { completeOptions, describe, required } from '../../lib/index.ts';

export interface TimesOptions {
  /** The first time; by default 0. */
  readonly from?: number;
  /** The last time; by default 1. */
  readonly to?: number;
}

const spanDefaults = { from: 0, to: 1 } as const;

/** Equal steps: steps + 1 times. @example uniformTimes(4); // [0, 0.25, 0.5, 0.75, 1] */
export function uniformTimes(steps: number, options: TimesOptions = {}): readonly number[] {
  return warpedTimes(
    'uniformTimes',
    steps,
    completeOptions('uniformTimes', spanDefaults, options),
    (progress) => progress,
  );
}

export interface ShiftedTimesOptions extends TimesOptions {
  /** s > 0: above 1 the steps are shorter at `from`, below 1 at `to`; 1 gives equal steps. */
  readonly shift: number;
}

/**
 * Times for noise at `from`. They map the noise level n = 1 − progress, which falls from 1 to 0, by
 * n ↦ s·n/(1 + (s − 1)·n). Large images need s > 1, because high noise levels decide their structure.
 *
 * Source: Esser et al. 2024, "Scaling Rectified Flow Transformers", equation 23.
 * @example odeSolve(velocity, noise, { times: shiftedTimes(20, { shift: 3 }) });
 */
export function shiftedTimes(steps: number, options: ShiftedTimesOptions): readonly number[] {
  const { shift, ...span } = completeOptions('shiftedTimes', { ...spanDefaults, shift: required }, options);
  requirePositive('shiftedTimes', { shift });
  return warpedTimes(
    'shiftedTimes',
    steps,
    span,
    (progress) => 1 - (shift * (1 - progress)) / (shift - (shift - 1) * progress),
  );
}

export interface LogitTimesOptions extends TimesOptions {
  /** The logits run from −range to range; by default 3. */
  readonly range?: number;
}

/**
 * Equal steps in the logit of time. They are short at both ends, where the velocity changes fastest.
 * @example logitTimes(4); // [0, 0.149, 0.5, 0.851, 1]
 */
export function logitTimes(steps: number, options: LogitTimesOptions = {}): readonly number[] {
  const { range, ...span } = completeOptions('logitTimes', { ...spanDefaults, range: 3 }, options);
  requirePositive('logitTimes', { range });
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const [low, high] = [sigmoid(-range), sigmoid(range)];
  return warpedTimes(
    'logitTimes',
    steps,
    span,
    (progress) => (sigmoid((2 * progress - 1) * range) - low) / (high - low),
  );
}

export interface PowerTimesOptions extends TimesOptions {
  /** Positive: above 1 the steps are shorter at `from`, below 1 at `to`. */
  readonly exponent: number;
}

/** progress ↦ progress^exponent. @example powerTimes(2, { exponent: 2 }); // [0, 0.25, 1] */
export function powerTimes(steps: number, options: PowerTimesOptions): readonly number[] {
  const { exponent, ...span } = completeOptions(
    'powerTimes',
    { ...spanDefaults, exponent: required },
    options,
  );
  requirePositive('powerTimes', { exponent });
  return warpedTimes('powerTimes', steps, span, (progress) => progress ** exponent);
}

function warpedTimes(
  operation: string,
  steps: number,
  { from, to }: Required<TimesOptions>,
  warp: (progress: number) => number,
) {
  // A longer list has no place in JavaScript.
  if (!Number.isInteger(steps) || steps < 1 || steps > 2 ** 32 - 2) {
    throw new ArgumentError(
      `${operation}: wanted a whole number of steps, at least 1, got ${describe(steps)}`,
    );
  }
  if (!Number.isFinite(from) || !Number.isFinite(to) || from === to) {
    throw new ArgumentError(`${operation}: wanted two different finite times, got from ${from} to ${to}`);
  }
  return Array.from({ length: steps + 1 }, (_, i) =>
    i === steps ? to : from + (to - from) * warp(i / steps),
  );
}

function requirePositive(operation: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value > 0 && Number.isFinite(value)) continue;
    throw new ArgumentError(`${operation}: wanted a positive ${name}, got ${value}`);
  }
}
