/** Adam, AdamW and NAdam. Running averages of the gradient and of its square decide each parameter's step. */
import {
  type Arithmetic,
  add,
  cast,
  divide,
  fuse,
  mapTree,
  multiply,
  power,
  sqrt,
  square,
  subtract,
  type Tensor,
} from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { type Optimizer, optimizer } from './optimizer.ts';
import { requireDecays, requireNonNegative } from './ranges.ts';

export interface AdamOptions {
  /** Decay β₁ of the gradient's average. Default 0.9. */
  readonly beta1?: number;
  /** Decay β₂ of the squared gradient's average. Default 0.999. */
  readonly beta2?: number;
  /** ε, which the step adds to the root of the second moment. Default 1e-8. */
  readonly epsilon?: number;
}

const adamDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

export interface AdamWOptions extends AdamOptions {
  /** Each step also multiplies the parameters by 1 − λ·weightDecay. Default 0.01. */
  readonly weightDecay?: number;
}

/**
 * Adam: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², p ← p − λ·m̂/(√v̂ + ε).
 * At step n, m̂ = m/(1 − β₁ⁿ) and v̂ = v/(1 − β₂ⁿ).
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
  return decayedAdam('adam', { ...completeOptions('adam', adamDefaults, options), weightDecay: 0 });
}

/**
 * Adam with decoupled weight decay: p ← (1 − λ·weightDecay)·p − λ·m̂/(√v̂ + ε). The decay acts on the
 * parameters directly, not through the gradient.
 *
 * Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019), algorithm 2.
 *
 * @throws ArgumentError unless 0 ≤ β < 1, ε ≥ 0 and weightDecay ≥ 0
 * @example const optimizer = adamW({ weightDecay: 0.1 });
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  return decayedAdam('adamW', completeOptions('adamW', { ...adamDefaults, weightDecay: 0.01 }, options));
}

/**
 * NAdam, Adam with Nesterov's momentum: it puts β₁·m/(1 − β₁ⁿ⁺¹) + (1 − β₁)·g/(1 − β₁ⁿ) in the place of m̂.
 *
 * Source: Dozat, "Incorporating Nesterov Momentum into Adam" (2016), algorithm 2, with a constant β₁.
 *
 * @throws ArgumentError unless 0 ≤ β < 1 and ε ≥ 0
 * @example const optimizer = nadam();
 */
export function nadam(options: AdamOptions = {}): Optimizer {
  const { beta1, beta2, epsilon } = completeOptions('nadam', adamDefaults, options);
  requireDecays('nadam', { beta1, beta2 });
  requireNonNegative('nadam', { epsilon });
  return optimizer('nadam', {
    moments: 2,
    update({ step: n, learningRate }) {
      const rest = (beta: number, steps: Tensor) => subtract(1, power(beta, steps));
      const shared = {
        ofAverage: divide(multiply(learningRate, beta1), rest(beta1, add(n, 1))),
        ofGradient: divide(multiply(learningRate, 1 - beta1), rest(beta1, n)),
        ofSquares: rest(beta2, n),
      };
      return (gradient, [previousM, previousV], parameter) => {
        const rates = mapTree((scalar) => cast(scalar, parameter.dtype), shared);
        const m = add(multiply(previousM as Tensor, beta1), multiply(gradient, 1 - beta1));
        const v = add(multiply(previousV as Tensor, beta2), multiply(square(gradient), 1 - beta2));
        const change = divide(
          add(multiply(m, rates.ofAverage), multiply(gradient, rates.ofGradient)),
          add(sqrt(divide(v, rates.ofSquares)), epsilon),
        );
        return { parameter: subtract(parameter, change), moments: [m, v] };
      };
    },
  });
}

function decayedAdam(
  name: string,
  { beta1, beta2, epsilon, weightDecay }: Required<AdamWOptions>,
): Optimizer {
  requireDecays(name, { beta1, beta2 });
  requireNonNegative(name, { epsilon, weightDecay });
  const step = fuse(adamStep(weightDecay !== 0));
  return optimizer(name, {
    moments: 2,
    update({ step: n, learningRate }) {
      // Section 2 of the Adam paper merges both bias corrections into one factor:
      // λ·m̂/(√v̂ + ε) = λ·s/(1 − β₁ⁿ)·m/(√v + s·ε), with s = √(1 − β₂ⁿ).
      const s = sqrt(subtract(1, power(beta2, n)));
      const rate = divide(multiply(learningRate, s), subtract(1, power(beta1, n)));
      const shared = { rate, epsilon: multiply(s, epsilon), ...decay(weightDecay, learningRate) };
      const factors = { beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2 };
      return (gradient, [m, v], parameter) => {
        const scalars = mapTree((scalar) => cast(scalar, parameter.dtype), shared);
        const next = step({
          gradient,
          m: m as Tensor,
          v: v as Tensor,
          parameter,
          kept: 1,
          ...scalars,
          ...factors,
        });
        return { parameter: next.parameter, moments: [next.m, next.v] };
      };
    },
  });
}

/** The factor 1 − λ·weightDecay, by which a step multiplies the parameters; without decay, no factor. */
function decay(weightDecay: number, learningRate: Tensor): { readonly kept?: Tensor } {
  return weightDecay === 0 ? {} : { kept: subtract(1, multiply(learningRate, weightDecay)) };
}

type Operand =
  | 'gradient'
  | 'm'
  | 'v'
  | 'parameter'
  | 'rate'
  | 'epsilon'
  | 'beta1'
  | 'rest1'
  | 'beta2'
  | 'rest2'
  | 'kept';

/** The step as a formula. `fuse` computes it in one pass over memory instead of a dozen. */
function adamStep(decays: boolean) {
  return <T>({ add, subtract, multiply, divide, sqrt }: Arithmetic<T>, x: Readonly<Record<Operand, T>>) => {
    const m = add(multiply(x.m, x.beta1), multiply(x.gradient, x.rest1));
    const v = add(multiply(x.v, x.beta2), multiply(multiply(x.gradient, x.gradient), x.rest2));
    const change = divide(multiply(m, x.rate), add(sqrt(v), x.epsilon));
    return { m, v, parameter: subtract(decays ? multiply(x.parameter, x.kept) : x.parameter, change) };
  };
}
