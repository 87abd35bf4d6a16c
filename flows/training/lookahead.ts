import { add, equal, floor, mapTree, multiply, subtract, type Tensor, where } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { type Optimizer, type OptimizerState, requireOptimizer } from './optimizer.ts';
import { requireCounts, requireNonNegative } from './ranges.ts';

export interface LookaheadOptions {
  /** k: the slow parameters move after each k steps of the fast optimiser. Default 5. */
  readonly period?: number;
  /** α: how much of the way to the fast parameters they move. Default 0.5. */
  readonly slowRate?: number;
}

/**
 * Lookahead: after k steps of another optimiser, slow ← slow + α·(p − slow) and p ← slow. The slow parameters
 * are the state's first moment.
 *
 * Source: Zhang, Lucas, Hinton and Ba, "Lookahead Optimizer: k steps forward, 1 step back" (2019),
 * algorithm 1.
 *
 * @throws ArgumentError unless period is a whole number ≥ 1 and slowRate ≥ 0
 * @example const optimizer = lookahead(adam(), { period: 6 });
 */
export function lookahead(fast: Optimizer, options: LookaheadOptions = {}): Optimizer {
  const { period, slowRate } = completeOptions('lookahead', { period: 5, slowRate: 0.5 }, options);
  requireOptimizer('lookahead', fast);
  requireCounts('lookahead', { period });
  requireNonNegative('lookahead', { slowRate });
  return {
    name: `lookahead(${fast.name})`,
    initialise<P>(parameters: P): OptimizerState<P> {
      const { step, moments } = fast.initialise(parameters);
      const slow = mapTree((p) => p, parameters) as OptimizerState<P>['moments'][number];
      return { step, moments: [slow, ...moments] };
    },
    update(gradients, { step, moments: [slow, ...moments] }, parameters, learningRate) {
      const [moved, next] = fast.update(gradients, { step, moments }, parameters, learningRate);
      const isTurn = equal(multiply(floor(next.step.divide(period)), period), next.step);
      const nextSlow = mapTree(
        (s: Tensor, p?: Tensor) => where(isTurn, add(s, multiply(subtract(p as Tensor, s), slowRate)), s),
        slow,
        moved,
      ) as typeof slow & object;
      const nextFast = mapTree((p: Tensor, s?: Tensor) => where(isTurn, s as Tensor, p), moved, nextSlow);
      return [nextFast as typeof parameters, { step: next.step, moments: [nextSlow, ...next.moments] }];
    },
  };
}
