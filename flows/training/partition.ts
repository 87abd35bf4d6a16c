import {
  flattenTree,
  type Tensor,
  type TensorLike,
  type TensorTree,
  treePaths,
  zerosLike,
} from '../../autograd/index.ts';
import { ArgumentError, requireFunction } from '../../lib/index.ts';
import { requireObject } from '../checks.ts';
import { countOf, leavesLike, type Optimizer, type OptimizerState, requireOptimizer } from './optimizer.ts';

/**
 * Another optimiser for each group of parameters. So weights decay and biases do not, or a part of a network
 * stays as it is, by `frozen()`.
 *
 * @param groupOf the name of the group of a parameter, by its path in the tree, such as 'layers.0.bias'
 * @param optimizers the optimiser of each group
 * @throws ArgumentError if there is no optimiser; when used, if there is none by the name that `groupOf` gave
 * @example
 * const optimizer = partition((path) => (path.endsWith('bias') ? 'plain' : 'decayed'), {
 *   plain: adam(),
 *   decayed: adamW({ weightDecay: 0.1 }),
 * });
 */
export function partition<Name extends string>(
  groupOf: (path: string) => Name,
  optimizers: Readonly<Record<Name, Optimizer>>,
): Optimizer {
  requireFunction('partition', groupOf);
  requireObject('partition', 'an optimiser for each group, by name', optimizers);
  for (const one of Object.values<Optimizer>(optimizers)) requireOptimizer('partition', one);
  const groups = Object.entries<Optimizer>(optimizers).map(([name, optimizer]) => ({
    name,
    optimizer,
    momentCount: optimizer.initialise([]).moments.length,
  }));
  if (groups.length === 0) throw new ArgumentError('partition: wanted an optimiser for each group, got none');
  const names = groups.map(({ name }) => name);

  /** The numbers of the leaves in each group. */
  const membersOf = (parameters: unknown) => {
    const groupOfLeaf = treePaths(parameters).map((path) => {
      const name: string = groupOf(path);
      if (names.includes(name)) return name;
      throw new ArgumentError(
        `partition: there is no optimiser '${name}' for the parameter '${path}', only ${names.join(', ')}`,
      );
    });
    return names.map((name) => groupOfLeaf.flatMap((group, i) => (group === name ? [i] : [])));
  };

  return {
    name: 'partition',
    initialise<P>(parameters: P): OptimizerState<P> {
      membersOf(parameters);
      const { leaves, rebuild } = flattenTree(parameters);
      const zeros = rebuild(leaves.map((leaf) => zerosLike(leaf as Tensor)));
      const most = Math.max(...groups.map(({ momentCount }) => momentCount));
      return { step: countOf(0), moments: Array.from({ length: most }, () => zeros) };
    },
    update<P>(gradients: TensorTree<P>, state: OptimizerState<P>, parameters: P, learningRate: TensorLike) {
      const { leaves, rebuild } = flattenTree(parameters);
      const gradientLeaves = leavesLike('partition', 'gradient', parameters, gradients);
      const next = [...leaves] as Tensor[];
      const moments = state.moments.map((moment) => [
        ...leavesLike('partition', 'moment', parameters, moment),
      ]);
      membersOf(parameters).forEach((members, group) => {
        const { optimizer, momentCount } = groups[group] as (typeof groups)[number];
        const mine = (list: readonly Tensor[]) => members.map((i) => list[i] as Tensor);
        const before = { step: state.step, moments: moments.slice(0, momentCount).map(mine) };
        const [updated, after] = optimizer.update(mine(gradientLeaves), before, mine(next), learningRate);
        members.forEach((leaf, i) => {
          next[leaf] = updated[i] as Tensor;
          after.moments.forEach((moment, m) => {
            (moments[m] as Tensor[])[leaf] = moment[i] as Tensor;
          });
        });
      });
      return [
        rebuild(next) as typeof parameters,
        { step: state.step.add(1), moments: moments.map((moment) => rebuild(moment)) },
      ];
    },
  };
}
