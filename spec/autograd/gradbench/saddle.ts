/**
 * GradBench's "saddle": min over x of max over y of ‖x‖² − ‖y‖², both by gradient descent, so that one
 * derivative is taken through a whole optimisation that itself takes derivatives (Pearlmutter & Siskind
 * 2008).
 */
import { square, subtract, sum, type Tensor } from '../../../autograd/index.ts';
import { type Mode, maximiser, minimiser } from './gradient-descent.ts';
import type { Run } from './runs.ts';

/** The height at x and the best y for it, which the inner optimisation finds from a start. */
export function ridge(inner: Mode, run: Run, start: Tensor): (x: Tensor) => Tensor {
  const best = maximiser(inner, run, (y, x) => height(x, y));
  return (x) => height(x, best(start, x));
}

export function saddle(outer: Mode, inner: Mode, run: Run, start: Tensor): readonly [x: Tensor, y: Tensor] {
  const x = minimiser(outer, 'eager', ridge(inner, run, start))(start);
  return [x, maximiser(outer, run, (y, x) => height(x, y))(start, x)];
}

function height(x: Tensor, y: Tensor): Tensor {
  return subtract(sum(square(x)), sum(square(y)));
}
