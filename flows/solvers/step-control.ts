/**
 * Chooses the length of the next step from the error of the last one. It computes with plain numbers, so that
 * no derivative sees it: a gradient is that of the accepted steps, with their lengths as constants.
 */
import { ArgumentError, LevelError, type Tensor, toNDArray } from '../../autograd/index.ts';
import { flat } from '../../lib/index.ts';
import type { State, StateField, Step } from './runge-kutta.ts';
import type { EmbeddedTableau } from './tableau.ts';

export interface Tolerances {
  readonly relative: number;
  readonly absolute: number;
}

/** Over which elements of the state the error is a root mean square: each row of a batch, or all. */
export type ErrorNorm = 'rows' | 'whole';

/** Tolerances, and into how many rows the leaves are cut, each of which must meet them. */
export interface RowTolerances extends Tolerances {
  readonly rows: number;
}

/**
 * How many rows a state has, each of which must meet the tolerances: as many as its batch, or 1, the whole
 * state. Throws an ArgumentError if the user asks for the rows of leaves with different first axes.
 */
export function rowCount(state: State, norm: ErrorNorm | undefined): number {
  const [first = 1] = state[0]?.shape ?? [];
  const isShared = state.every(({ shape }) => shape.length > 0 && shape[0] === first);
  if (norm === 'rows' && !isShared) {
    const shapes = state.map(({ shape }) => `[${shape}]`).join(', ');
    throw new ArgumentError(
      `odeSolve: wanted tensors of one first axis for errorNorm 'rows', got shapes ${shapes}; give 'whole'`,
    );
  }
  return norm === 'rows' || (norm !== 'whole' && isShared && state.some(({ rank }) => rank > 1)) ? first : 1;
}

/**
 * The root mean square, over the elements of a row in all leaves, of
 * error / (absolute + relative·max(|x|, |end|)), where the error is h·Σ errorWeights·slopes: the largest of
 * the rows. A step is accepted if this is at most 1.
 *
 * Source: Hairer, Nørsett & Wanner 1993, "Solving Ordinary Differential Equations I", equations
 * II.4.10 and II.4.11.
 */
export function errorNorm(
  { from, to, x, end, slopes }: Step,
  weights: EmbeddedTableau['errorWeights'],
  tolerances: RowTolerances,
): number {
  const used = weights.flatMap((weight, stage) =>
    weight === 0 ? [] : [{ factor: (to - from) * weight, stage }],
  );
  return largestRootMeanSquare(x, tolerances.rows, (i) => {
    const terms = used.map(({ factor, stage }) => ({
      factor,
      values: valuesOf(slopes[stage]?.[i] as Tensor),
    }));
    const scale = scaleOf(x[i] as Tensor, tolerances, end[i]);
    return (k) => {
      let error = 0;
      for (const { factor, values } of terms) error += factor * (values[k] as number);
      return relativeTo(scale(k), error);
    };
  });
}

/**
 * The next step's length divided by the last one's, by a PI controller: it uses this error (proportional) and
 * the one before (integral). Where stability limits the step, and not accuracy, the error before keeps the
 * length from oscillating.
 *
 * Source: Gustafsson 1991; Hairer & Wanner 1996, "Solving Ordinary Differential Equations II", section IV.2,
 * with the exponents of their DOPRI5.
 */
export function stepFactor(
  error: number,
  before: number,
  { order }: EmbeddedTableau,
  mayGrow: boolean,
): number {
  const memory = 0.04;
  const exponent = 1 / order - 0.75 * memory;
  const wanted = safety * error ** -exponent * Math.max(before, 1e-4) ** memory;
  return clamp(wanted, 0.2, mayGrow ? 10 : 1);
}

/** The factor after a rejected step. A step into NaN or infinity is rejected too. */
export function rejectionFactor(error: number, { order }: EmbeddedTableau): number {
  return Number.isFinite(error) ? Math.max(safety * error ** (-1 / order), 0.2) : 0.1;
}

const safety = 0.9;

/**
 * Estimates a first step with an error near a hundredth of the tolerance, from the sizes of x, x′ and x″. It
 * takes one evaluation.
 *
 * Source: Hairer, Nørsett & Wanner 1993, section II.4, "Starting step size".
 */
export function firstStep(
  field: StateField,
  {
    x,
    slope,
    t,
    span,
  }: { readonly x: State; readonly slope: State; readonly t: number; readonly span: number },
  { order }: EmbeddedTableau,
  tolerances: RowTolerances,
): number {
  const size = (v: State, w?: State) =>
    largestRootMeanSquare(x, tolerances.rows, (i) => {
      const [values, others] = [valuesOf(v[i] as Tensor), w && valuesOf(w[i] as Tensor)];
      const scale = scaleOf(x[i] as Tensor, tolerances);
      return (k) => relativeTo(scale(k), (values[k] as number) - (others?.[k] ?? 0));
    });
  const [d0, d1] = [size(x), size(slope)];
  const [direction, limit] = [Math.sign(span), Math.abs(span)];
  const [least, most] = [1e-6 * limit, limit];
  // ∞ / ∞, where squares overflow, is no ratio to start from.
  const isUsable = d0 >= 1e-5 && d1 >= 1e-5 && Number.isFinite(d0);
  const tried = isUsable ? clamp(0.01 * (d0 / d1), least, most) : least;
  const moved = x.map((leaf, i) => leaf.add((slope[i] as Tensor).multiply(direction * tried)));
  const d2 = size(field(moved, t + direction * tried), slope) / tried;
  const steepest = Math.max(d1, d2);
  const wanted = steepest <= 1e-15 ? 1e-3 * tried : (0.01 / steepest) ** (1 / order);
  return direction * clamp(wanted, least, Math.min(100 * tried, most));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** value / scale, where 0 / 0 is 0: an element that is zero and stays zero asks for no accuracy. */
function relativeTo(scale: number, value: number): number {
  return value === 0 ? 0 : value / scale;
}

/** Of each row of the leaves together; 0 if there is nothing. */
function largestRootMeanSquare(
  x: State,
  rows: number,
  elementsOf: (leaf: number) => (k: number) => number,
): number {
  const totals = new Float64Array(rows);
  const count = x.reduce((sum, { size }) => sum + size, 0) / rows;
  x.forEach(({ size }, i) => {
    const element = elementsOf(i);
    const width = size / rows;
    for (let row = 0, k = 0; row < rows; row++) {
      let total = totals[row] as number;
      for (const end = k + width; k < end; k++) total += element(k) ** 2;
      totals[row] = total;
    }
  });
  return count > 0 ? Math.sqrt(totals.reduce((most, total) => Math.max(most, total), 0) / count) : 0;
}

/** absolute + relative·max(|x|, |end|), element by element. */
function scaleOf(x: Tensor, { relative, absolute }: Tolerances, end?: Tensor): (k: number) => number {
  const values = valuesOf(x);
  const others = end ? valuesOf(end) : values;
  return (k) => absolute + relative * Math.max(Math.abs(values[k] as number), Math.abs(others[k] as number));
}

function valuesOf(x: Tensor) {
  try {
    return flat(toNDArray(x));
  } catch (error) {
    if (!(error instanceof LevelError)) throw error;
    throw new LevelError(
      `odeSolve: adaptive steps look at values, which vmap and tracing do not show; give steps or times (${error.message})`,
      { cause: error },
    );
  }
}
