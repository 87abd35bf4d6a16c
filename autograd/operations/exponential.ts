/** Exponentials and logarithms. */
import * as lib from '../../lib/index.ts';
import type { Operand, Tensor } from '../core/tensor.ts';
import { add, negate } from './addition.ts';
import { abs, divide, maximum, multiply, subtract } from './arithmetic.ts';
import { greaterEqual, less } from './comparisons.ts';
import { ofInput, ofOutput, unary } from './elementwise.ts';
import { broadcastOperands, sameFloating } from './operands.ts';
import { where } from './selection.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    exp: None;
    log: None;
    expm1: None;
    log1p: None;
    sigmoid: None;
    softplus: None;
  }
}

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
  ofInput((t, x) => multiply(t, exp(x))), // y + 1 would cancel where y is near −1
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
  ofInput((t, x) => multiply(t, multiply(sigmoid(x), sigmoid(negate(x))))), // 1 − y would cancel near 1
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

/**
 * log(eˣ + e^y), elementwise with broadcasting, stable for every x and y.
 * @example logAddExp(tensor(-1000), -1000).item(); // -999.30685
 */
export function logAddExp(x: Operand, y: Operand): Tensor {
  const [a, b] = broadcastOperands('logAddExp', x, y) as [Tensor, Tensor];
  sameFloating('logAddExp', [a, b]);
  const isFirst = greaterEqual(a, b);
  const [larger, smaller] = [where(isFirst, a, b), where(isFirst, b, a)];
  // L + log(1 + e^(S−L)) with S ≤ L; or L itself where it is infinite, since S − L may be NaN there.
  const finite = less(abs(larger), Number.POSITIVE_INFINITY);
  const gap = subtract(smaller, where(finite, larger, 0));
  return where(finite, add(larger, softplus(gap)), maximum(a, b));
}
