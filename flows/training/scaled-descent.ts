/** RMSprop and Adagrad: gradient descent with a step size of its own for each number. */
import { add, cast, divide, multiply, sqrt, square, subtract, type Tensor } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { type Optimizer, optimizer } from './optimizer.ts';
import { requireDecays, requireNonNegative } from './ranges.ts';

export interface RmsPropOptions {
  /** β, the decay of the squared gradient's average. Default 0.9. */
  readonly decay?: number;
  /** ε, which the step adds to the average below the root. Default 1e-8. */
  readonly epsilon?: number;
}

export interface AdagradOptions {
  /** What the sum of the squared gradients begins with. Default 0.1. */
  readonly initialSum?: number;
  /** ε, which the step adds to the sum below the root. Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * RMSprop: v ← βv + (1 − β)g², p ← p − λ·g/√(v + ε). As in optax, ε stands below the root.
 *
 * Source: Hinton, "Neural Networks for Machine Learning" (2012), lecture 6e.
 *
 * @throws ArgumentError unless 0 ≤ decay < 1 and ε ≥ 0
 * @example const optimizer = rmsProp({ decay: 0.99 });
 */
export function rmsProp(options: RmsPropOptions = {}): Optimizer {
  const { decay, epsilon } = completeOptions('rmsProp', { decay: 0.9, epsilon: 1e-8 }, options);
  requireDecays('rmsProp', { decay });
  requireNonNegative('rmsProp', { epsilon });
  return scaled('rmsProp', epsilon, (v, squares) => add(multiply(v, decay), multiply(squares, 1 - decay)));
}

/**
 * Adagrad: p ← p − λ·g/√(s + Σg² + ε), with the sum over all steps so far, and s what the sum began with.
 *
 * Source: Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic
 * Optimization" (2011).
 *
 * @throws ArgumentError unless initialSum ≥ 0 and ε ≥ 0
 * @example const optimizer = adagrad();
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  const { initialSum, epsilon } = completeOptions('adagrad', { initialSum: 0.1, epsilon: 1e-7 }, options);
  requireNonNegative('adagrad', { initialSum, epsilon });
  return scaled('adagrad', initialSum + epsilon, add);
}

/** p ← p − λ·g/√(v + ε), where `next` makes the new v of the old one and of g². */
function scaled(name: string, epsilon: number, next: (v: Tensor, squares: Tensor) => Tensor): Optimizer {
  return optimizer(name, {
    moments: 1,
    update:
      ({ learningRate }) =>
      (gradient, [previous], parameter) => {
        const v = next(previous as Tensor, square(gradient));
        const change = divide(multiply(gradient, cast(learningRate, gradient.dtype)), sqrt(add(v, epsilon)));
        return { parameter: subtract(parameter, change), moments: [v] };
      },
  });
}
