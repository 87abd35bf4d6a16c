/** The options of the ODE solvers. */
import { ArgumentError } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import type { ErrorNorm, Tolerances } from './step-control.ts';
import { type AdaptiveMethod, embeddedTableaus, type OdeMethod, tableaus } from './tableaus.ts';

/** The first and the last time. */
export interface TimeSpan {
  /** The time of the given x. */
  readonly from: number;
  /** The time to reach; earlier than `from` to go backwards. */
  readonly to: number;
}

/** Steps of equal length. */
export interface EqualSteps {
  /** How many. */
  readonly steps: number;
  /** By default 'rungeKutta4'. */
  readonly method?: OdeMethod;
}

/** Steps between given times, which rise or fall, as from `uniformTimes` or `shiftedTimes`. */
export interface GivenTimes {
  /** At least two: the time of the given x, those in between, and the time to reach. */
  readonly times: readonly number[];
  /** By default 'rungeKutta4'. */
  readonly method?: OdeMethod;
}

/**
 * Steps as long as the tolerances allow: the error of each step is at most absolute + relative·|x|, in the
 * root mean square over the elements of each row of a batch (see `errorNorm`).
 */
export interface AdaptiveSteps {
  /** By default 'tsitouras54'. */
  readonly method?: AdaptiveMethod;
  /** By default 1e-5. */
  readonly relativeTolerance?: number;
  /** By default 1e-6. */
  readonly absoluteTolerance?: number;
  /** The most steps to try, rejected ones included; by default 10,000. */
  readonly maxSteps?: number;
  /** Length of the first step. By default the solver estimates it, with one evaluation. */
  readonly firstStep?: number;
  /**
   * Whose error meets the tolerances: that of each row of a batch, or only the root mean square of the whole
   * state, in which a hard row among n easy ones counts √n times less. By default 'rows' if all tensors of
   * the state have the same first axis and one of them a second one; else 'whole'. Samplers and likelihoods,
   * which know their batch, take 'rows'.
   */
  readonly errorNorm?: ErrorNorm;
}

/** How to step, for callers that know the first and last time. */
export type Stepping = EqualSteps | AdaptiveSteps;

export type OdeOptions = ((TimeSpan & Stepping) | GivenTimes) & {
  /** Whether to keep the states on the way. */
  readonly trajectory?: boolean;
  /**
   * Whether the steps are one `scan`, for steps that are equal or given: then the field is called once, with
   * a time that it cannot look at, and a graph or a file of many steps is as long as that of one.
   */
  readonly scan?: boolean;
};

const adaptiveDefaults = {
  relativeTolerance: undefined,
  absoluteTolerance: undefined,
  maxSteps: undefined,
  firstStep: undefined,
  errorNorm: undefined,
} as const;

type AdaptiveValues = Readonly<
  Record<Exclude<keyof typeof adaptiveDefaults, 'errorNorm'>, number | undefined> & {
    errorNorm: ErrorNorm | undefined;
  }
>;

/** The options in `Stepping`. Their defaults depend on the options given; `planOde` sets them. */
export const steppingDefaults = { steps: undefined, method: undefined, ...adaptiveDefaults } as const;

/** Whether the options ask for adaptive steps, by the method or by an option of adaptive steps alone. */
export function wantsAdaptive({
  method,
  ...rest
}: AdaptiveValues & { readonly method: OdeMethod | undefined }): boolean {
  const { relativeTolerance, absoluteTolerance, maxSteps, firstStep, errorNorm } = rest;
  const given = [relativeTolerance, absoluteTolerance, maxSteps, firstStep, errorNorm];
  if (given.some((value) => value !== undefined)) return true;
  return method !== undefined && isAdaptive(method);
}

/** Options, checked and completed. */
export type OdePlan = {
  readonly trajectory: boolean;
  readonly scan: boolean;
  readonly method: OdeMethod;
} & (
  | { readonly times: readonly number[] }
  | (TimeSpan & {
      readonly method: AdaptiveMethod;
      readonly tolerances: Tolerances;
      readonly maxSteps: number;
      readonly firstStep: number | undefined;
      readonly errorNorm: ErrorNorm | undefined;
    })
);

type LooseOptions = Partial<TimeSpan & EqualSteps & GivenTimes & Omit<AdaptiveSteps, 'method'>> & {
  readonly trajectory?: boolean;
  readonly scan?: boolean;
};

const spanDefaults = { from: undefined, to: undefined, times: undefined } as const;

export function planOde(operation: string, options: OdeOptions): OdePlan {
  const {
    from,
    to,
    steps,
    times,
    trajectory,
    scan,
    method: chosen,
    ...rest
  } = completeOptions(
    operation,
    { ...spanDefaults, trajectory: false, scan: false, ...steppingDefaults },
    options as LooseOptions,
  );
  const method = chosen ?? (steps === undefined && times === undefined ? 'tsitouras54' : 'rungeKutta4');
  if (!Object.hasOwn(tableaus, method)) {
    throw new ArgumentError(
      `${operation}: wanted a method of ${Object.keys(tableaus).join(', ')}, got '${String(method)}'`,
    );
  }
  const isGiven = steps !== undefined || times !== undefined;
  if (scan && (trajectory || !isGiven))
    throw new ArgumentError(
      `${operation}: wanted steps or times for scan, and no trajectory, got ${trajectory ? 'a trajectory' : 'neither'}`,
    );
  if (times !== undefined) {
    requireNone(operation, 'times', { from, to, steps, ...rest });
    return { trajectory, scan, method, times: requireMonotonic(operation, times) };
  }
  if (!Number.isFinite(from) || !Number.isFinite(to)) {
    throw new ArgumentError(`${operation}: wanted finite times, got from ${from} to ${to}`);
  }
  if (!Number.isFinite((to as number) - (from as number))) {
    throw new ArgumentError(`${operation}: the span from ${from} to ${to} is larger than the largest number`);
  }
  const span = { from: from as number, to: to as number };
  if (steps === undefined && isAdaptive(method))
    return { trajectory, scan, ...span, method, ...planSteps(operation, rest) };
  if (steps === undefined || !Number.isInteger(steps) || steps < 1) {
    throw new ArgumentError(
      `${operation}: wanted a whole number of steps, at least 1, got ${steps}` +
        (steps === undefined ? `; only ${Object.keys(embeddedTableaus).join(' and ')} choose their own` : ''),
    );
  }
  requireNone(operation, 'steps', rest);
  const equal = Array.from({ length: steps + 1 }, (_, i) =>
    i === steps ? span.to : timeAt(span, i / steps),
  );
  return { trajectory, scan, method, times: equal };
}

function planSteps(operation: string, options: AdaptiveValues) {
  const {
    relativeTolerance: relative = 1e-5,
    absoluteTolerance: absolute = 1e-6,
    maxSteps = 10_000,
    firstStep,
    errorNorm,
  } = options;
  if (!(relative >= 0 && absolute >= 0 && relative + absolute > 0 && Number.isFinite(relative + absolute))) {
    throw new ArgumentError(
      `${operation}: wanted tolerances ≥ 0, one of them positive, got relative ${relative} and absolute ${absolute}`,
    );
  }
  if (!Number.isInteger(maxSteps) || maxSteps < 1) {
    throw new ArgumentError(`${operation}: wanted a whole number maxSteps, at least 1, got ${maxSteps}`);
  }
  if (firstStep !== undefined && !(firstStep > 0 && Number.isFinite(firstStep))) {
    throw new ArgumentError(
      `${operation}: wanted a positive firstStep (in either direction of time), got ${firstStep}`,
    );
  }
  if (errorNorm !== undefined && errorNorm !== 'rows' && errorNorm !== 'whole') {
    throw new ArgumentError(`${operation}: wanted errorNorm 'rows' or 'whole', got '${String(errorNorm)}'`);
  }
  return { tolerances: { relative, absolute }, maxSteps, firstStep, errorNorm };
}

/** Returns the times if they are finite and keep rising or keep falling; throws an ArgumentError if not. */
export function requireMonotonic(operation: string, times: readonly number[]): readonly number[] {
  const gaps = times.slice(1).map((t, i) => t - (times[i] as number));
  const direction = Math.sign(gaps[0] ?? 0);
  if (direction !== 0 && gaps.every((gap) => Number.isFinite(gap) && Math.sign(gap) === direction))
    return times;
  throw new ArgumentError(
    `${operation}: wanted at least two finite times that keep rising or keep falling, got [${times.join(', ')}]`,
  );
}

function isAdaptive(method: OdeMethod): method is AdaptiveMethod {
  return Object.hasOwn(embeddedTableaus, method);
}

function requireNone(operation: string, given: string, others: object): void {
  const extra = Object.entries(others).find(([, value]) => value !== undefined);
  if (extra)
    throw new ArgumentError(`${operation}: with ${given}, ${extra[0]} has no meaning, got ${extra[1]}`);
}

function timeAt({ from, to }: TimeSpan, progress: number): number {
  return from + (to - from) * progress;
}
