/**
 * The optimiser of the saddle and particle problems (Pearlmutter & Siskind 2008), on functions that may be
 * derivatives.
 */
import {
  concatenate,
  jvp,
  multiply,
  slice,
  stack,
  subtract,
  type Tensor,
  tensor,
  valueAndGrad,
} from '../../../autograd/index.ts';
import { type Run, runs, type TensorFunction } from './runs.ts';

type ValueAndGradient = (
  f: (x: Tensor) => Tensor,
) => (x: Tensor) => readonly [value: Tensor, gradient: Tensor];

/** Value and gradient by either mode; forward mode takes one pass for each coordinate. */
export const modes: Readonly<Record<'forward' | 'reverse', ValueAndGradient>> = {
  forward: (f) => (x) => {
    const passes = Array.from({ length: x.size }, (_, i) => jvp(f, [x], [unit(x.size, i)]));
    return [(passes[0] as [Tensor, Tensor])[0], stack(passes.map(([, slope]) => slope))];
  },
  reverse: (f) => valueAndGrad(f),
};

export type Mode = keyof typeof modes;

/** The outer mode over the inner one, for each of both. */
export const pairs = (['forward', 'reverse'] as const).flatMap((outer) =>
  (['forward', 'reverse'] as const).map((inner) => ({ outer, inner })),
);

/**
 * Gradient descent on x ↦ f(x, …rest): from a start and the rest to a minimiser. The step length starts at
 * 1e-5, doubles after ten steps downhill, and halves after one uphill. The descent ends when the gradient or
 * the step is no longer than 1e-5. The decisions look at values, which are constants for every derivative in
 * progress; the steps themselves are differentiated.
 */
export function minimiser(mode: Mode, run: Run, f: TensorFunction): TensorFunction {
  // A place, its gradient and its value lie in one vector: so a step is a function from a tensor to a tensor.
  const survey: TensorFunction = (x, ...rest) => {
    const [value, gradient] = modes[mode]((y) => f(y, ...rest))(x);
    return concatenate([x, gradient, value.reshape([1])]);
  };
  const start = runs[run](survey);
  const descend = runs[run]((from, step, ...rest) =>
    survey(subtract(placeIn(from), multiply(gradientIn(from), step)), ...rest),
  );
  return (x, ...rest) => {
    let here = start(x, ...rest);
    let [step, successes] = [1e-5, 0];
    while (slopeIn(here) > 1e-5) {
      if (successes === 10) [step, successes] = [2 * step, 0];
      if (step * slopeIn(here) <= 1e-5) break;
      const next = descend(here, tensor(step, { dtype: 'float64' }), ...rest);
      if (valueIn(next) < valueIn(here)) [here, successes] = [next, successes + 1];
      else [step, successes] = [step / 2, 0];
    }
    return placeIn(here);
  };
}

/** As `minimiser`, for a maximiser of f: a minimiser of −f. */
export function maximiser(mode: Mode, run: Run, f: TensorFunction): TensorFunction {
  return minimiser(mode, run, (...inputs) => f(...inputs).negate());
}

function placeIn(survey: Tensor): Tensor {
  return slice(survey, [[0, (survey.size - 1) / 2]]);
}

function gradientIn(survey: Tensor): Tensor {
  return slice(survey, [[(survey.size - 1) / 2, -1]]);
}

function slopeIn(survey: Tensor): number {
  return Math.hypot(...survey.toTypedArray().subarray((survey.size - 1) / 2, -1));
}

function valueIn(survey: Tensor): number {
  return survey.toTypedArray().at(-1) as number;
}

function unit(size: number, index: number): Tensor {
  const entries = new Float64Array(size);
  entries[index] = 1;
  return tensor(entries);
}
