/** What an optimiser is, and `optimizer`, which applies a rule for one array to a whole parameter tree. */
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
import { requireMethods, requireShape } from '../checks.ts';

/** An optimiser: a pure function that makes the first state, and one that makes a step. */
export interface Optimizer {
  readonly name: string;
  /** The state before the first step. */
  initialise<P>(parameters: P): OptimizerState<P>;
  /**
   * Makes one step and returns the new parameters and the new state. It changes none of its arguments. It
   * computes with tensor operations only, so `makeGraph` can trace it once for all steps and learning rates.
   *
   * @param gradients a tree like the parameters, with the same shapes
   * @param learningRate the step size λ, such as a `Schedule` gives. A traced step takes a scalar tensor, [];
   * in float64 it loses no digit.
   * @returns parameters and moments with the shapes and dtypes that they had
   * @throws ArgumentError if the learning rate is not finite (unless a transform hides its value), or the
   * trees have different structures; ShapeError if the learning rate is no scalar, or a gradient or moment
   * has another shape than its parameter
   */
  update<P>(
    gradients: TensorTree<P>,
    state: OptimizerState<P>,
    parameters: P,
    learningRate: TensorLike,
  ): [parameters: P, state: OptimizerState<P>];
}

/** What an optimiser remembers from step to step: a tree of tensors. */
export interface OptimizerState<P> {
  /** How many steps were made, as a scalar []. It is float64, so that β^step is as exact as in JavaScript. */
  readonly step: Tensor;
  /** Running averages, each a tree like the parameters. Each optimiser has its own number of them. */
  readonly moments: readonly TensorTree<P>[];
}

/** An optimiser's rule for one array of parameters. */
export interface UpdateRule {
  /** How many moments the rule keeps of each array. They begin as zeros. */
  readonly moments: number;
  /**
   * Is called once in each step and returns the update of one array. So the rule computes only once what all
   * arrays share, such as a bias correction.
   */
  update(at: StepScalars): (gradient: Tensor, moments: readonly Tensor[], parameter: Tensor) => UpdatedArray;
}

/**
 * What a step's update depends on besides the arrays: scalars [] of float64. The rule casts them to the
 * parameter's dtype before it combines them with a parameter.
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

/**
 * Makes an optimiser from its rule for one array. The optimiser applies the rule to each leaf of the
 * parameter tree.
 *
 * @param name the operation that error messages name
 * @example
 * optimizer('signs', {
 *   moments: 0,
 *   update: ({ learningRate: rate }) => (gradient, _, parameter) => ({
 *     parameter: parameter.subtract(gradient.sign().multiply(cast(rate, parameter.dtype))),
 *     moments: [],
 *   }),
 * });
 */
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

/** Throws an ArgumentError unless `optimizer` is one. The usual mistake is the function that makes it. */
export function requireOptimizer(operation: string, optimizer: Optimizer): void {
  requireMethods(operation, 'an optimizer such as adam()', optimizer, ['initialise', 'update']);
}

/** A count of steps as the states of optimisers and averages hold it: a float64 scalar. */
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

/** The tree's leaves in the order of the parameters' leaves: two objects may list the same keys otherwise. */
export function leavesLike(
  name: string,
  what: string,
  parameters: unknown,
  tree: unknown,
): readonly Tensor[] {
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
