import * as lib from '../../lib/index.ts';
import type { Tensor } from '../core/tensor.ts';
import { add, negate } from './addition.ts';
import { clip, multiply, round, square, subtract } from './arithmetic.ts';
import { ofInput, ofOutput, unary } from './elementwise.ts';
import { exp } from './exponential.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    erf: None;
    erfc: None;
    normalQuantile: None;
  }
}

/**
 * The error function 2/√π ∫₀ˣ e^(−s²) ds, elementwise.
 * @example erf(tensor([0, 1])); // [0, 0.84270079]
 */
export const erf = unary(
  'erf',
  lib.erf,
  ofInput((t, x) => multiply(t, bell(x))),
);

/**
 * 1 − erf(x), accurate where erf is close to 1, elementwise.
 * @example erfc(tensor([0, 5])); // [1, 1.5374598e-12]
 */
export const erfc = unary(
  'erfc',
  lib.erfc,
  ofInput((t, x) => negate(multiply(t, bell(x)))),
);

/**
 * The quantile of the standard normal distribution at (1 + u)/2, which is √2·erf⁻¹(u), elementwise, for u in
 * [−1, 1]: ±∞ at ±1, NaN outside. It turns a uniform number on (−1, 1) into a normal one.
 * @example normalQuantile(tensor([0, 0.6826895])); // [0, 1]
 */
export const normalQuantile = unary(
  'normalQuantile',
  lib.normalQuantile,
  // y′ = 1/(2φ(y)) with the normal density φ, since (1 + u)/2 = Φ(y).
  ofOutput((t, y) => multiply(t, multiply(Math.sqrt(Math.PI / 2), exp(multiply(0.5, square(y)))))),
);

/**
 * The derivative of erf: 2/√π e^(−x²), which is 0 beyond the bounds. They keep ∞·0 out of its derivatives.
 *
 * x² is h² + (x − h)·(x + h), where h is x to four binary places: h² and x − h are exact. Rounded, x² alone
 * would be off by 2⁻²⁴·x², and so would be the result, as a share of it.
 */
function bell(x: Tensor): Tensor {
  const near = clip(x, -40, 40);
  const head = multiply(round(multiply(near, 16)), 1 / 16);
  const rest = multiply(subtract(near, head), add(near, head));
  return multiply(multiply(2 / Math.sqrt(Math.PI), exp(negate(square(head)))), exp(negate(rest)));
}
