/** Dense output: the state inside a step, from the slopes that the step has already computed. */
import { ArgumentError } from '../../autograd/index.ts';
import { advance, type State, type Step } from './runge-kutta.ts';
import type { EmbeddedTableau, Tableau } from './tableau.ts';

/** The state at time t, somewhere along the steps from `start`. */
export function interpolate(
  start: { readonly x: State; readonly from: number },
  steps: readonly Step[],
  tableau: Tableau | EmbeddedTableau,
  t: number,
): State {
  if (!('interpolant' in tableau)) {
    throw new ArgumentError("odeSolve: only 'dormandPrince54' and 'tsitouras54' have dense output");
  }
  // A span of no length has no step to look into, or steps of no length.
  if (t === start.from) return start.x;
  const step = stepAt(start.from, steps, t);
  const h = step.to - step.from;
  return advance(step.x, step.slopes, weightsAt(tableau.interpolant, (t - step.from) / h), h);
}

/** The values at θ of polynomials without a constant term. */
function weightsAt(interpolant: readonly (readonly number[])[], theta: number): readonly number[] {
  return interpolant.map((coefficients) => coefficients.reduceRight((sum, c) => (sum + c) * theta, 0));
}

/** The step that contains the time, or that starts there, by bisection. */
function stepAt(from: number, steps: readonly Step[], t: number): Step {
  const to = steps.at(-1)?.to ?? from;
  if (!(t >= Math.min(from, to) && t <= Math.max(from, to))) {
    throw new ArgumentError(`odeSolve: wanted a time between ${from} and ${to}, got ${t}`);
  }
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    const end = (steps[middle] as Step).to;
    if (Math.abs(t - from) < Math.abs(end - from)) high = middle;
    else low = middle + 1;
  }
  return steps[low] as Step;
}
