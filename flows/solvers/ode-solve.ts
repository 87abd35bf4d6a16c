/** Fixed-step solvers for dx/dt = v(x, t): the flow of a velocity field. Differentiable, since they are made of operations. */
import { ArgumentError, full, type Tensor } from '../../autograd/index.ts';
import { checkOptions } from '../../lib/index.ts';
import { requireShape } from '../checks.ts';
import { type OdeMethod, type Tableau, tableaus } from './tableaus.ts';

/** The right-hand side of an ODE: x of any shape, t a scalar tensor; the result is like x. A `Velocity` is one. */
export type OdeField = (x: Tensor, t: Tensor) => Tensor;

export interface OdeOptions {
  /** The time of the given x. */
  readonly from: number;
  /** The time to reach; earlier than `from` to go backwards. */
  readonly to: number;
  /** How many steps of equal length. */
  readonly steps: number;
  /** By default 'rungeKutta4'. */
  readonly method?: OdeMethod;
  /** Whether to keep every state on the way. */
  readonly trajectory?: boolean;
}

export interface OdeSolution {
  /** The state at time `to`, like the initial one. */
  readonly x: Tensor;
  /** How often the field was evaluated (the NFE). */
  readonly evaluations: number;
}

export interface OdeTrajectory extends OdeSolution {
  /** steps + 1 times, from `from` to `to`. */
  readonly times: readonly number[];
  /** The state at each time. */
  readonly states: readonly Tensor[];
}

/**
 * Solves the flow's ODE dφ_t/dt = v_t(φ_t), φ_from = x, with a fixed number of equal steps, forwards or backwards.
 *
 * x may have any shape; the work is done in its dtype. 'euler' has order 1 and one evaluation a step, 'midpoint' and 'heun' 2 and 2,
 * 'rungeKutta4' 4 and 4.
 *
 * Source: the note, "向量场和流的关系" (the printed dφ/dx is a slip for dφ/dt).
 * @throws ArgumentError for times or steps that make no sense, ShapeError if the field is not shaped like x.
 * @example const { x: sample } = odeSolve(velocity, noise, { from: 0, to: 1, steps: 20 });
 */
export function odeSolve(
  field: OdeField,
  x: Tensor,
  options: OdeOptions & { readonly trajectory: true },
): OdeTrajectory;
export function odeSolve(field: OdeField, x: Tensor, options: OdeOptions): OdeSolution;
export function odeSolve(field: OdeField, x: Tensor, options: OdeOptions): OdeSolution | OdeTrajectory {
  const { from, to, steps, tableau, trajectory } = checkOdeOptions(options);
  const times = Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps);
  const states = [x];
  let state = x;
  for (let i = 0; i < steps; i++) {
    state = explicitStep(tableau, field, state, times[i] as number, (to - from) / steps);
    if (trajectory) states.push(state);
  }
  const solution = { x: state, evaluations: steps * tableau.nodes.length };
  return trajectory ? { ...solution, times, states } : solution;
}

/** One step: x(t + h) from x(t). */
function explicitStep({ nodes, stages, weights }: Tableau, field: OdeField, x: Tensor, t: number, h: number): Tensor {
  const slopes: Tensor[] = [];
  nodes.forEach((node, i) => {
    const point = advance(x, slopes, stages[i] as readonly number[], h);
    const slope = field(point, full([], t + node * h, { dtype: x.dtype }));
    slopes.push(requireShape('odeSolve', 'a velocity', slope, x.shape));
  });
  return advance(x, slopes, weights, h);
}

/** x + h·Σ weights·slopes. */
function advance(x: Tensor, slopes: readonly Tensor[], weights: readonly number[], h: number): Tensor {
  return weights.reduce((point, weight, i) => {
    return weight === 0 ? point : point.add((slopes[i] as Tensor).multiply(h * weight));
  }, x);
}

function checkOdeOptions(options: OdeOptions) {
  checkOptions('odeSolve', options, ['from', 'to', 'steps', 'method', 'trajectory']);
  const { from, to, steps, method = 'rungeKutta4', trajectory = false } = options;
  if (!Number.isFinite(from) || !Number.isFinite(to)) {
    throw new ArgumentError(`odeSolve: wanted finite times, got from ${from} to ${to}`);
  }
  if (!Number.isInteger(steps) || steps < 1) {
    throw new ArgumentError(`odeSolve: wanted a whole number of steps, at least 1, got ${steps}`);
  }
  if (!Object.hasOwn(tableaus, method)) {
    throw new ArgumentError(
      `odeSolve: wanted a method of ${Object.keys(tableaus).join(', ')}, got '${String(method)}'`,
    );
  }
  return { from, to, steps, tableau: tableaus[method], trajectory };
}
