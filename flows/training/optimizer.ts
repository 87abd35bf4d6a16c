/** What an optimiser is, and the plumbing that turns a rule for one array into one for a whole parameter tree. */
import { flattenTree, mapTree, type Tensor, type TensorTree, zerosLike } from '../../autograd/index.ts';
import { ArgumentError } from '../../lib/index.ts';
import { requireShape } from '../checks.ts';

/** An optimiser as a pair of pure functions, from a state to the next. */
export interface Optimizer {
  readonly name: string;
  /** The state before the first step. */
  initialise<P>(parameters: P): OptimizerState<P>;
  /**
   * One step: the new parameters and the new state. Pure; what went in is left as it was.
   *
   * @param gradients a tree like the parameters
   * @param learningRate the step size, which a `Schedule` may give
   */
  update<P>(
    gradients: TensorTree<P>,
    state: OptimizerState<P>,
    parameters: P,
    learningRate: number,
  ): [parameters: P, state: OptimizerState<P>];
}

/** What an optimiser remembers from step to step. A tree. */
export interface OptimizerState<P> {
  /** How many steps were made. */
  readonly step: number;
  /** Running averages, each a tree like the parameters; how many and which, the optimiser says. */
  readonly moments: readonly TensorTree<P>[];
}

/** An optimiser's rule for one array of parameters. */
export interface UpdateRule {
  /** How many moments it keeps of each array; they begin as zeros. */
  readonly moments: number;
  /** @param step the number of this step, from 1 */
  update(
    gradient: Tensor,
    moments: readonly Tensor[],
    parameter: Tensor,
    at: { readonly step: number; readonly learningRate: number },
  ): { readonly parameter: Tensor; readonly moments: readonly Tensor[] };
}

/** An optimiser from its rule for one array. */
export function optimizer(name: string, rule: UpdateRule): Optimizer {
  return {
    name,
    initialise(parameters) {
      const { leaves, rebuild } = flattenTree(parameters);
      const zeros = rebuild(leaves.map((leaf) => zerosLike(leaf as Tensor)));
      return { step: 0, moments: Array.from({ length: rule.moments }, () => zeros) };
    },
    update(gradients, state, parameters, learningRate) {
      if (!Number.isFinite(learningRate)) {
        throw new ArgumentError(`${name}: wanted a finite learning rate, got ${learningRate}`);
      }
      const { leaves, rebuild } = flattenTree(parameters);
      const gradientLeaves = leavesLike(name, 'gradient', parameters, gradients);
      const momentLeaves = state.moments.map((moment) => leavesLike(name, 'moment', parameters, moment));
      const at = { step: state.step + 1, learningRate };
      const updated = leaves.map((leaf, i) =>
        rule.update(
          gradientLeaves[i] as Tensor,
          momentLeaves.map((moment) => moment[i] as Tensor),
          leaf as Tensor,
          at,
        ),
      );
      const moments = state.moments.map((_, m) => rebuild(updated.map((leaf) => leaf.moments[m])));
      return [rebuild(updated.map((leaf) => leaf.parameter)) as typeof parameters, { step: at.step, moments }];
    },
  };
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
