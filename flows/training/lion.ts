import { add, cast, multiply, sign, subtract, type Tensor } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { type Optimizer, optimizer } from './optimizer.ts';
import { requireDecays, requireNonNegative } from './ranges.ts';

export interface LionOptions {
  /** β₁: how much of the average the step's direction takes. Default 0.9. */
  readonly beta1?: number;
  /** β₂, the decay of the gradient's average. Default 0.99. */
  readonly beta2?: number;
  /** Each step also multiplies the parameters by 1 − λ·weightDecay. Default 0.001. */
  readonly weightDecay?: number;
}

/**
 * Lion: p ← p − λ·(sign(β₁m + (1 − β₁)g) + weightDecay·p), then m ← β₂m + (1 − β₂)g. All numbers move by the
 * same length, so a good learning rate is 3 to 10 times smaller than Adam's.
 *
 * Source: Chen et al., "Symbolic Discovery of Optimization Algorithms" (2023), algorithm 2.
 *
 * @throws ArgumentError unless 0 ≤ β < 1 and weightDecay ≥ 0
 * @example const optimizer = lion({ weightDecay: 0.01 });
 */
export function lion(options: LionOptions = {}): Optimizer {
  const defaults = { beta1: 0.9, beta2: 0.99, weightDecay: 1e-3 };
  const { beta1, beta2, weightDecay } = completeOptions('lion', defaults, options);
  requireDecays('lion', { beta1, beta2 });
  requireNonNegative('lion', { weightDecay });
  return optimizer('lion', {
    moments: 1,
    update:
      ({ learningRate }) =>
      (gradient, [average], parameter) => {
        const mixed = (beta: number) => add(multiply(average as Tensor, beta), multiply(gradient, 1 - beta));
        const direction = add(sign(mixed(beta1)), multiply(parameter, weightDecay));
        const change = multiply(direction, cast(learningRate, parameter.dtype));
        return { parameter: subtract(parameter, change), moments: [mixed(beta2)] };
      },
  });
}
