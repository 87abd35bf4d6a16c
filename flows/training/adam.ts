/** Adam: steps scaled by running averages of the gradient and of its square. */
import { add, divide, multiply, sqrt, square, subtract, type Tensor } from '../../autograd/index.ts';
import { checkOptions } from '../../lib/index.ts';
import { type Optimizer, optimizer } from './optimizer.ts';
import { requireNonNegative, requireShares } from './ranges.ts';

export interface AdamOptions {
  /** Decay β₁ of the gradient's average. Default 0.9. */
  readonly beta1?: number;
  /** Decay β₂ of the squared gradient's average. Default 0.999. */
  readonly beta2?: number;
  /** ε, added to the root of the second moment. Default 1e-8. */
  readonly epsilon?: number;
}

export interface AdamWOptions extends AdamOptions {
  /** Each step also multiplies the parameters by 1 − λ·weightDecay. Default 0.01. */
  readonly weightDecay?: number;
}

/**
 * Adam: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², p ← p − λ·m̂/(√v̂ + ε), with m̂ = m/(1 − β₁ⁿ) and v̂ = v/(1 − β₂ⁿ) at step n.
 *
 * Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1.
 *
 * @throws ArgumentError unless 0 ≤ β < 1 and ε ≥ 0
 * @example
 * const optimizer = adam();
 * let state = optimizer.initialise(parameters);
 * [parameters, state] = optimizer.update(gradients, state, parameters, 1e-3);
 */
export function adam(options: AdamOptions = {}): Optimizer {
  checkOptions('adam', options, ['beta1', 'beta2', 'epsilon']);
  return decayedAdam('adam', { ...options, weightDecay: 0 });
}

/**
 * Adam with decoupled weight decay, which acts on the parameters and not through the gradient.
 *
 * Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019), algorithm 2.
 *
 * @throws ArgumentError unless 0 ≤ β < 1, ε ≥ 0 and weightDecay ≥ 0
 * @example const optimizer = adamW({ weightDecay: 0.1 });
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  checkOptions('adamW', options, ['beta1', 'beta2', 'epsilon', 'weightDecay']);
  return decayedAdam('adamW', options);
}

function decayedAdam(name: string, options: AdamWOptions): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options;
  requireShares(name, { beta1, beta2 });
  requireNonNegative(name, { epsilon, weightDecay });
  return optimizer(name, {
    moments: 2,
    update(gradient, [m, v], parameter, { step, learningRate }) {
      const first = average(m as Tensor, gradient, beta1);
      const second = average(v as Tensor, square(gradient), beta2);
      // Both corrections as one number, as section 2 of the paper advises: λ·m̂/(√v̂ + ε) = λ·s/(1 − β₁ⁿ)·m/(√v + s·ε).
      const s = Math.sqrt(1 - beta2 ** step);
      const rate = (learningRate * s) / (1 - beta1 ** step);
      const change = divide(multiply(first, rate), add(sqrt(second), epsilon * s));
      const decayed = weightDecay === 0 ? parameter : multiply(parameter, 1 - learningRate * weightDecay);
      return { parameter: subtract(decayed, change), moments: [first, second] };
    },
  });
}

/** decay·previous + (1 − decay)·next */
function average(previous: Tensor, next: Tensor, decay: number): Tensor {
  return add(multiply(previous, decay), multiply(next, 1 - decay));
}
