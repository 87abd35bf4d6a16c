/**
 * The optimiser of the saddle and particle problems (Pearlmutter & Siskind 2008), on functions that may be
 * derivatives.
 */
import {
  jvp,
  multiply,
  stack,
  subtract,
  type Tensor,
  tensor,
  valueAndGrad,
} from '../../../autograd/index.ts';

type Scalar = (x: Tensor) => Tensor;
type ValueAndGradient = (f: Scalar) => (x: Tensor) => readonly [value: Tensor, gradient: Tensor];

/** Value and gradient by either mode; forward mode takes one pass for each coordinate. */
export const modes: Readonly<Record<'forward' | 'reverse', ValueAndGradient>> = {
  forward: (f) => (x) => {
    const passes = Array.from({ length: x.size }, (_, i) => jvp(f, [x], [unit(x.size, i)]));
    return [(passes[0] as [Tensor, Tensor])[0], stack(passes.map(([, slope]) => slope))];
  },
  reverse: (f) => valueAndGrad(f),
};

/**
 * A minimiser of f by gradient descent from `start`. The step length starts at 1e-5, doubles after ten steps
 * downhill, and halves after one uphill. The descent ends when the gradient or the step is no longer than
 * 1e-5. The decisions look at values, which are constants for every derivative in progress; the steps
 * themselves are differentiated.
 */
export function argmin(mode: ValueAndGradient, f: Scalar, start: Tensor): Tensor {
  const at = mode(f);
  let x = start;
  let [value, gradient] = at(x);
  let [step, successes] = [1e-5, 0];
  while (length(gradient) > 1e-5) {
    if (successes === 10) [step, successes] = [2 * step, 0];
    if (step * length(gradient) <= 1e-5) break;
    const next = subtract(x, multiply(gradient, step));
    const [nextValue, nextGradient] = at(next);
    if (nextValue.item() < value.item()) {
      [x, value, gradient, successes] = [next, nextValue, nextGradient, successes + 1];
    } else {
      [step, successes] = [step / 2, 0];
    }
  }
  return x;
}

/** A maximiser of f: a minimiser of −f. */
export function argmax(mode: ValueAndGradient, f: Scalar, start: Tensor): Tensor {
  return argmin(mode, (x) => f(x).negate(), start);
}

function length(x: Tensor): number {
  return Math.hypot(...x.toTypedArray());
}

function unit(size: number, index: number): Tensor {
  const entries = new Float64Array(size);
  entries[index] = 1;
  return tensor(entries);
}
