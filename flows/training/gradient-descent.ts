/** Gradient descent, with or without momentum. */
import { add, cast, multiply, subtract, type Tensor } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { type Optimizer, optimizer } from './optimizer.ts';
import { requireDecays } from './ranges.ts';

export interface MomentumOptions {
  /** μ, the factor by which each step multiplies the old velocity. Default 0.9. */
  readonly momentum?: number;
}

/** Gradient descent: p ← p − λ·g. @example const optimizer = sgd(); */
export function sgd(): Optimizer {
  return optimizer('sgd', {
    moments: 0,
    update:
      ({ learningRate }) =>
      (gradient, _, parameter) => ({ parameter: descend(parameter, gradient, learningRate), moments: [] }),
  });
}

/**
 * No step at all: the parameters stay as they are. It is for parts of a network, by `partition`.
 * @example partition((path) => (path.startsWith('encoder') ? 'still' : 'moving'), { still: frozen(), moving: adam() });
 */
export function frozen(): Optimizer {
  return optimizer('frozen', {
    moments: 0,
    update: () => (_, __, parameter) => ({ parameter, moments: [] }),
  });
}

/**
 * The heavy ball: m ← μ·m + g, p ← p − λ·m (PyTorch's definition, in which λ scales the whole velocity).
 *
 * Source: Polyak, "Some methods of speeding up the convergence of iteration methods" (1964).
 *
 * @throws ArgumentError unless 0 ≤ momentum < 1
 * @example const optimizer = momentum({ momentum: 0.95 });
 */
export function momentum(options: MomentumOptions = {}): Optimizer {
  return accelerated('momentum', options, (_, velocity) => velocity);
}

/**
 * Nesterov's accelerated gradient: m ← μ·m + g, p ← p − λ·(g + μ·m).
 *
 * Source: Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep
 * learning" (2013).
 *
 * @throws ArgumentError unless 0 ≤ momentum < 1
 * @example const optimizer = nesterov();
 */
export function nesterov(options: MomentumOptions = {}): Optimizer {
  return accelerated('nesterov', options, (gradient, velocity, decay) =>
    add(gradient, multiply(velocity, decay)),
  );
}

function accelerated(
  name: string,
  options: MomentumOptions,
  direction: (gradient: Tensor, velocity: Tensor, decay: number) => Tensor,
): Optimizer {
  const { momentum: decay } = completeOptions(name, { momentum: 0.9 }, options);
  requireDecays(name, { momentum: decay });
  return optimizer(name, {
    moments: 1,
    update:
      ({ learningRate }) =>
      (gradient, [previous], parameter) => {
        const velocity = add(multiply(previous as Tensor, decay), gradient);
        const next = descend(parameter, direction(gradient, velocity, decay), learningRate);
        return { parameter: next, moments: [velocity] };
      },
  });
}

/** p − λ·d, in the parameter's dtype. */
function descend(parameter: Tensor, direction: Tensor, learningRate: Tensor): Tensor {
  return subtract(parameter, multiply(direction, cast(learningRate, parameter.dtype)));
}
