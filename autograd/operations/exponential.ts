/** Exponentials, logarithms and the functions that networks use as activations. */
import * as lib from '../../lib/index.ts';
import { ofInput, ofOutput, unary } from '../core/elementwise.ts';
import type { Tensor } from '../core/tensor.ts';
import { add } from './addition.ts';
import { divide, multiply, subtract } from './arithmetic.ts';
import { greater } from './comparisons.ts';
import { where } from './selection.ts';

/**
 * eˣ, elementwise.
 * @example exp(tensor([0, 1])); // [1, 2.7182818]
 */
export const exp = unary('exp', lib.exp, ofOutput(multiply));

/**
 * The natural logarithm, elementwise: −∞ at 0, NaN below.
 * @example log(tensor([1, Math.E])); // [0, 1]
 */
export const log = unary('log', lib.log, ofInput(divide));

/**
 * eˣ − 1, accurate near 0, elementwise.
 * @example expm1(tensor([1e-9])); // [1e-9]
 */
export const expm1 = unary(
  'expm1',
  lib.expm1,
  ofOutput((t, y) => multiply(t, add(y, 1))),
);

/**
 * log(1 + x), accurate near 0, elementwise.
 * @example log1p(tensor([1e-9])); // [1e-9]
 */
export const log1p = unary(
  'log1p',
  lib.log1p,
  ofInput((t, x) => divide(t, add(x, 1))),
);

/**
 * The logistic function 1/(1 + e⁻ˣ), elementwise, stable for every x.
 * @example sigmoid(tensor([0, -800])); // [0.5, 0]
 */
export const sigmoid = unary(
  'sigmoid',
  lib.sigmoid,
  ofOutput((t, y) => multiply(t, multiply(y, subtract(1, y)))),
);

/**
 * SiLU, x·sigmoid(x), elementwise (also called swish).
 * @example silu(tensor([0, 1])); // [0, 0.73105858]
 */
export const silu = unary(
  'silu',
  lib.silu,
  ofInput((t, x) => multiply(t, siluSlope(x))),
);

/**
 * The rectifier max(x, 0), elementwise; its derivative at 0 is 0.
 * @example relu(tensor([-1, 2])); // [0, 2]
 */
export const relu = unary(
  'relu',
  lib.relu,
  ofInput((t, x) => where(greater(x, 0), t, 0)),
);

/**
 * log(1 + eˣ), elementwise, stable for every x.
 * @example softplus(tensor([0, 800])); // [0.69314718, 800]
 */
export const softplus = unary(
  'softplus',
  lib.softplus,
  ofInput((t, x) => multiply(t, sigmoid(x))),
);

/** σ(x)·(1 + x·(1 − σ(x))). */
function siluSlope(x: Tensor): Tensor {
  const s = sigmoid(x);
  return multiply(s, add(1, multiply(x, subtract(1, s))));
}
