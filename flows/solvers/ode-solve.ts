/**
 * Solves dx/dt = v(x, t): the flow of a velocity field. It is differentiable, because it consists of
 * operations.
 */
import type { Tensor, TensorTree } from '../../autograd/index.ts';
import { interpolate } from './dense-output.ts';
import { type OdeOptions, planOde } from './ode-options.ts';
import { type OdeField, type Step, stateField } from './runge-kutta.ts';
import { adaptiveSteps, fixedSteps, scannedSteps } from './step-loops.ts';
import { embeddedTableaus, tableaus } from './tableaus.ts';

export interface OdeSolution<S = Tensor> {
  /** The state at the time to reach, like the initial one. */
  readonly x: TensorTree<S>;
  /**
   * The number of evaluations of the field (NFE). One evaluation of a `guidedVelocityField` counts once,
   * though it evaluates two velocities.
   */
  readonly evaluations: number;
  /** The number of rejected steps; 0 unless the steps are adaptive. */
  readonly rejected: number;
}

export interface OdeTrajectory<S = Tensor> extends OdeSolution<S> {
  /** The times of the steps, both ends included. */
  readonly times: readonly number[];
  /** The state at each time. */
  readonly states: readonly TensorTree<S>[];
  /**
   * Dense output: the state at any time between the ends, of order 4. It needs no evaluation.
   * @throws ArgumentError for a time outside, or for a method other than 'dormandPrince54' and 'tsitouras54'.
   */
  at(t: number): TensorTree<S>;
}

/**
 * Solves the flow's ODE dφ_t/dt = v_t(φ_t), φ_from = x, forwards or backwards in time.
 *
 * x is a tensor of any shape, or a tree of tensors; the solver computes in its dtype. It takes `steps` equal
 * steps, or the steps between the given `times`. With neither, it takes adaptive steps that meet the
 * tolerances, by 'tsitouras54':
 *
 * | method | order | evaluations per step | adaptive |
 * |---|---|---|---|
 * | 'euler' | 1 | 1 | |
 * | 'midpoint', 'heun' | 2 | 2 | |
 * | 'rungeKutta4' | 4 | 4 | |
 * | 'dormandPrince54', 'tsitouras54' | 5 | 6 | yes, with error estimate of order 4 |
 *
 * Adaptive steps read values. So all samples of a batch share the steps, and vmap and tracing throw a
 * LevelError. The error of each row of a batch meets the tolerances, so the hardest row decides (see
 * `errorNorm`). Derivatives are those of the accepted steps, with their lengths as constants.
 *
 * The field gets its time in the state's dtype. A float32 time has 7 digits: around 10⁶ it jumps by 1/16. If
 * the field depends on times of that size, take a float64 state, or count time from a nearer origin.
 *
 * Source: the note, "向量场和流的关系" (the printed dφ/dx is a slip for dφ/dt).
 * @throws ArgumentError for invalid times or steps; ShapeError if the field is not like x; OdeError if the
 * state is not finite, or adaptive steps run out. Under vmap and tracing the solver sees no values:
 * then NaN goes on to the result.
 * @example const { x: sample } = odeSolve(velocity, noise, { from: 0, to: 1, steps: 20 });
 * @example const { x, evaluations } = odeSolve(velocity, noise, { from: 0, to: 1, relativeTolerance: 1e-8 });
 */
export function odeSolve<S>(
  field: OdeField<S>,
  x: S,
  options: OdeOptions & { readonly trajectory: true },
): OdeTrajectory<S>;
export function odeSolve<S>(field: OdeField<S>, x: S, options: OdeOptions): OdeSolution<S>;
export function odeSolve<S>(
  field: OdeField<S>,
  x: S,
  options: OdeOptions,
): OdeSolution<S> | OdeTrajectory<S> {
  const plan = planOde('odeSolve', options);
  const { start, rebuild, field: leafField } = stateField('odeSolve', field, x);
  if (plan.scan && 'times' in plan) {
    const { end } = scannedSteps(leafField, start, plan.times, tableaus[plan.method]);
    const evaluations = (plan.times.length - 1) * tableaus[plan.method].nodes.length;
    return { x: rebuild(end), evaluations, rejected: 0 };
  }
  const taken: Step[] = [];
  const onStep = plan.trajectory ? (step: Step) => taken.push(step) : undefined;
  const { end, rejected } =
    'times' in plan
      ? fixedSteps(leafField, start, plan.times, tableaus[plan.method], onStep)
      : adaptiveSteps(leafField, start, plan, embeddedTableaus[plan.method], onStep);
  const solution = { x: rebuild(end), evaluations: leafField.evaluations(), rejected };
  if (!plan.trajectory) return solution;
  const first = 'times' in plan ? (plan.times[0] as number) : plan.from;
  return {
    ...solution,
    times: [first, ...taken.map((step) => step.to)],
    states: [start, ...taken.map((step) => step.end)].map((state) => rebuild(state)),
    at: (t) => rebuild(interpolate({ x: start, from: first }, taken, tableaus[plan.method], t)),
  };
}
