/** Takes many steps from one time to another: of given lengths, or of lengths that meet a tolerance. */
import { scan, type Tensor, tensor, toNDArray } from '../../autograd/index.ts';
import { FluxionError, flat } from '../../lib/index.ts';
import {
  rungeKuttaStep,
  type State,
  type StateField,
  type Step,
  scaledStep,
  timeDtype,
} from './runge-kutta.ts';
import {
  type ErrorNorm,
  errorNorm,
  firstStep,
  rejectionFactor,
  rowCount,
  stepFactor,
  type Tolerances,
} from './step-control.ts';
import type { EmbeddedTableau, Tableau } from './tableau.ts';

export interface Walk {
  readonly end: State;
  readonly rejected: number;
}

/** The error of a solver that cannot go on. */
export class OdeError extends FluxionError {
  static {
    OdeError.prototype.name = 'OdeError';
  }
}

/**
 * Steps between the given times. With `onStep` and a method that has dense output, it also computes the slope
 * at the end of each step, and the next step uses it.
 *
 * @throws OdeError where the state is no longer finite, unless vmap or tracing hides its values.
 */
export function fixedSteps(
  field: StateField,
  start: State,
  times: readonly number[],
  tableau: Tableau,
  onStep?: (step: Step) => void,
): Walk {
  let x = start;
  let slope: State | undefined;
  const dense = 'interpolant' in tableau;
  times.slice(1).forEach((to, i) => {
    const from = times[i] as number;
    const { end, slopes } = rungeKuttaStep(tableau, field, x, { t: from, h: to - from, slope });
    requireFinite('odeSolve', 'velocity', { from, to, x, end, slopes }, times, tableau);
    if (onStep && dense) slope = field(end, to);
    onStep?.({ from, to, x, end, slopes: slope ? [...slopes, slope] : slopes });
    x = end;
  });
  return { end: x, rejected: 0 };
}

/**
 * The same end, as one loop: `scan` over the steps, so that a graph of them has one step. The field gets its
 * time as a tensor without values.
 */
export function scannedSteps(
  field: StateField,
  start: State,
  times: readonly number[],
  tableau: Tableau,
): Walk {
  const { nodes, stages, weights } = tableau;
  const rows = times.slice(1).map((to, i) => {
    const from = times[i] as number;
    const scaled = [...stages, weights].flatMap((row) => row.map((weight) => weight * (to - from)));
    return [...nodes.map((node) => from + node * (to - from)), ...scaled];
  });
  const dtype = timeDtype(start);
  const step = (x: State, row: Tensor) => {
    const entries = rows[0]?.map((_, i) => row.slice([i])) ?? [];
    return [scaledStep(tableau, field, x, entries), []] as const;
  };
  const [end] = scan(step, start, tensor(rows, { dtype }));
  const last = times.at(-1) as number;
  const whole = { from: times[0] as number, to: last, x: start, end, slopes: [] };
  requireFinite('odeSolve', 'velocity', whole, times, tableau);
  return { end, rejected: 0 };
}

/** Throws an OdeError for a step that ends in NaN or ∞, unless vmap or tracing hides the values. */
export function requireFinite(
  operation: string,
  field: 'velocity' | 'drift',
  step: Step,
  times: readonly number[],
  tableau: Tableau,
): void {
  if (!allFinite(step.end)) throw notFinite(operation, field, step, times, tableau);
}

/** Whether all numbers are finite. Counts a tensor as finite if a transform hides its values. */
function allFinite(state: State): boolean {
  return state.every((leaf) => !leaf.hasValues || isFiniteArray(flat(toNDArray(leaf))));
}

/** A plain loop, because with a callback it takes as long as the rest of Euler's step. */
function isFiniteArray(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value - value !== 0) return false; // NaN − NaN and ∞ − ∞ are NaN
  }
  return true;
}

/**
 * The error for a step that ends in NaN or ∞. It names the evaluation that is not finite, and gives advice.
 */
function notFinite(
  operation: string,
  field: string,
  { from, to, x, slopes }: Step,
  times: readonly number[],
  { nodes }: Tableau,
): OdeError {
  if (!allFinite(x)) return startNotFinite(operation, from);
  const stage = slopes.findIndex((slope) => !allFinite(slope));
  if (stage < 0)
    return new OdeError(`${operation}: the state is no longer finite at time ${to}; take more steps`);
  const when = from + (nodes[stage] as number) * (to - from);
  const advice =
    when === times.at(-1)
      ? "; 'euler' and 'midpoint' do not evaluate the last time; or give times that stop a little before it"
      : when === times[0]
        ? '; give times that start a little after it'
        : '; take more steps, unless it is singular there';
  return new OdeError(
    `${operation}: the ${field} is not finite at time ${when}, in the step from ${from} to ${to}${advice}`,
  );
}

function startNotFinite(operation: string, from: number): OdeError {
  return new OdeError(`${operation}: the state that it starts from, at time ${from}, is not finite`);
}

export interface AdaptiveControl {
  readonly from: number;
  readonly to: number;
  readonly tolerances: Tolerances;
  readonly maxSteps: number;
  /** Length of the first step tried; by default an estimate. */
  readonly firstStep?: number | undefined;
  readonly errorNorm?: ErrorNorm | undefined;
}

/**
 * Steps whose error, by the embedded method, is within the tolerances. It retries a rejected step with a
 * shorter one.
 *
 * @throws OdeError if the start or its slope is not finite, the steps run out, or they become shorter than
 * the digits of the time resolve.
 */
export function adaptiveSteps(
  field: StateField,
  start: State,
  control: AdaptiveControl,
  tableau: EmbeddedTableau,
  onStep?: (step: Step) => void,
): Walk {
  const { from, to } = control;
  const tolerances = { ...control.tolerances, rows: rowCount(start, control.errorNorm) };
  if (!allFinite(start)) throw startNotFinite('odeSolve', from);
  if (from === to) return { end: start, rejected: 0 };
  let [x, t, slope] = [start, from, field(start, from)];
  if (!allFinite(slope)) {
    throw notFinite('odeSolve', 'velocity', { from, to, x, end: x, slopes: [slope] }, [from, to], tableau);
  }
  let h =
    control.firstStep === undefined
      ? firstStep(field, { x, slope, t, span: to - from }, tableau, tolerances)
      : Math.sign(to - from) * control.firstStep;
  let [accepted, rejected, before, mayGrow] = [0, 0, 1, true];
  while (t !== to) {
    requireProgress(control, t, h, accepted, rejected);
    const isLast = Math.abs(to - t) <= Math.abs(h) * (1 + 1e-10);
    const step = isLast ? to - t : h;
    const { end, slopes } = rungeKuttaStep(tableau, field, x, { t, h: step, slope });
    const next = isLast ? to : t + step;
    const endSlope = field(end, next);
    const taken = { from: t, to: next, x, end, slopes: [...slopes, endSlope] };
    const error = errorNorm(taken, tableau.errorWeights, tolerances);
    if (error <= 1) {
      accepted++;
      onStep?.(taken);
      h = step * stepFactor(error, before, tableau, mayGrow);
      [x, t, slope, before, mayGrow] = [end, next, endSlope, error, true];
    } else {
      rejected++;
      h = step * rejectionFactor(error, tableau);
      mayGrow = false;
    }
  }
  return { end: x, rejected };
}

function requireProgress(
  control: AdaptiveControl,
  t: number,
  h: number,
  accepted: number,
  rejected: number,
): void {
  const { from, to, maxSteps } = control;
  const where = `at time ${t}, on the way from ${from} to ${to}, after ${accepted} steps and ${rejected} rejected ones`;
  if (accepted + rejected >= maxSteps) {
    throw new OdeError(
      `odeSolve: maxSteps = ${maxSteps} are used up ${where}; allow more, or loosen the tolerances`,
    );
  }
  if (!(Math.abs(h) > 4 * Number.EPSILON * Math.max(Math.abs(t), Math.abs(to - from)))) {
    throw new OdeError(
      `odeSolve: the step shrank to ${h} ${where}; the velocity is not finite or not smooth there, ` +
        'or the tolerances ask for more digits than the dtype has',
    );
  }
}
