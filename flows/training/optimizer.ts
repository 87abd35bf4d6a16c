/**
 * What an optimiser is, and the plumbing that turns a rule for one array into one for a whole parameter tree.
 */
import {
  cast,
  flattenTree,
  full,
  mapTree,
  Tensor,
  type TensorLike,
  type TensorTree,
  zerosLike,
} from '../../autograd/index.ts';
import { ArgumentError } from '../../lib/index.ts';
import { requireShape } from '../checks.ts';

/** An optimiser as a pair of pure functions, from a state to the next. */
export interface Optimizer {
  readonly name: string;
  /** The state before the first step. */
  initialise<P>(parameters: P): OptimizerState<P>;
  /**
   * One step: the new parameters and the new state. Pure; what went in is left as it was. All of it is
   * operations, so that a step can be traced, once for all steps and learning rates.
   *
   * @param gradients a tree like the parameters
   * @param learningRate the step size, which a `Schedule` may give; in a traced step a scalar tensor, float64
   * if no digit is to be lost
   * @throws ArgumentError for a learning rate that is not finite (where there is a value to look at) or is no
   * scalar
   */
  update<P>(
    gradients: TensorTree<P>,
    state: OptimizerState<P>,
    parameters: P,
    learningRate: TensorLike,
  ): [parameters: P, state: OptimizerState<P>];
}

/** What an optimiser remembers from step to step. A tree of tensors. */
export interface OptimizerState<P> {
  /**
   * How many steps were made: a float64 scalar, so that β^step has the digits that JavaScript's numbers have.
   */
  readonly step: Tensor;
  /** Running averages, each a tree like the parameters; how many and which, the optimiser says. */
  readonly moments: readonly TensorTree<P>[];
}

/** An optimiser's rule for one array of parameters. */
export interface UpdateRule {
  /** How many moments it keeps of each array; they begin as zeros. */
  readonly moments: number;
  /**
   * The update of any one array in a given step. What all arrays share, such as a bias correction, is
   * computed once.
   */
  update(at: StepScalars): (gradient: Tensor, moments: readonly Tensor[], parameter: Tensor) => UpdatedArray;
}

/**
 * What a step's update depends on besides the arrays: float64 scalars, to be cast to the parameter's dtype
 * where they meet it.
 */
export interface StepScalars {
  /** The number of this step, from 1. */
  readonly step: Tensor;
  readonly learningRate: Tensor;
}

/** An array of parameters after a step, and its moments. */
export interface UpdatedArray {
  readonly parameter: Tensor;
  readonly moments: readonly Tensor[];
}

/** An optimiser from its rule for one array. */
export function optimizer(name: string, rule: UpdateRule): Optimizer {
  return {
    name,
    initialise(parameters) {
      const { leaves, rebuild } = flattenTree(parameters);
      const zeros = rebuild(leaves.map((leaf) => zerosLike(leaf as Tensor)));
      return { step: countOf(0), moments: Array.from({ length: rule.moments }, () => zeros) };
    },
    update(gradients, state, parameters, learningRate) {
      const { leaves, rebuild } = flattenTree(parameters);
      const gradientLeaves = leavesLike(name, 'gradient', parameters, gradients);
      const momentLeaves = state.moments.map((moment) => leavesLike(name, 'moment', parameters, moment));
      const step = state.step.add(1);
      const update = rule.update({ step, learningRate: rateOf(name, learningRate) });
      const updated = leaves.map((leaf, i) =>
        update(
          gradientLeaves[i] as Tensor,
          momentLeaves.map((moment) => moment[i] as Tensor),
          leaf as Tensor,
        ),
      );
      const moments = state.moments.map((_, m) => rebuild(updated.map((leaf) => leaf.moments[m])));
      return [rebuild(updated.map((leaf) => leaf.parameter)) as typeof parameters, { step, moments }];
    },
  };
}

/** How many steps an optimiser or an average has made, as their states hold it. */
export function countOf(steps: number): Tensor {
  return full([], steps, { dtype: 'float64' });
}

function rateOf(name: string, learningRate: TensorLike): Tensor {
  if (learningRate instanceof Tensor) requireShape(name, 'a learning rate', learningRate, []);
  const known = learningRate instanceof Tensor && learningRate.hasValues ? learningRate.item() : learningRate;
  if (typeof known === 'number' && !Number.isFinite(known)) {
    throw new ArgumentError(`${name}: wanted a finite learning rate, got ${known}`);
  }
  return learningRate instanceof Tensor
    ? cast(learningRate, 'float64')
    : full([], learningRate, { dtype: 'float64' });
}

/** The leaves of a tree in the order of the parameters', which need not be its own: keys have none. */
function leavesLike(name: string, what: string, parameters: unknown, tree: unknown): readonly Tensor[] {
  const leaves: Tensor[] = [];
  mapTree(
    (parameter, leaf) => {
      leaves.push(requireShape(name, `a ${what}`, leaf as Tensor, parameter.shape));
      return parameter;
    },
    parameters,
    tree,
  );
  return leaves;
}
