/**
 * The activations that networks use, but for `tanh` (hyperbolic.ts), `sigmoid` and `softplus`
 * (exponential.ts). `relu`, `silu` and the exact `gelu` are primitives, the others are compositions.
 */
import * as lib from '../../lib/index.ts';
import { toFloating } from '../core/plain.ts';
import type { Tensor, TensorLike } from '../core/tensor.ts';
import { add, negate } from './addition.ts';
import { clip, maximum, multiply, square, subtract } from './arithmetic.ts';
import { greater } from './comparisons.ts';
import { ofInput, unary } from './elementwise.ts';
import { exp, expm1, sigmoid, softplus } from './exponential.ts';
import { where } from './selection.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    relu: None;
    silu: None;
    siluSlope: None;
    gelu: None;
    geluSlope: None;
  }
}

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
 * SiLU, x·sigmoid(x), elementwise (also called swish).
 * @example silu(tensor([0, 1])); // [0, 0.73105858]
 */
export const silu = unary(
  'silu',
  lib.silu,
  ofInput((t, x) => multiply(t, siluSlope(x))),
);

/**
 * The derivative of `silu`, σ(x)·(1 + x·(1 − σ(x))), elementwise. It is a primitive because every training
 * step evaluates it, and one pass over memory is faster than the six of the composition.
 * @example siluSlope(tensor([0])); // [0.5]
 */
export const siluSlope = unary(
  'siluSlope',
  lib.siluSlope,
  ofInput((t, x) => multiply(t, siluCurvature(x))),
);

/** How to compute `gelu`. */
export interface GeluOptions {
  /** Whether tanh(√(2/π)·(x + 0.044715·x³)) replaces the error function; by default false. */
  readonly approximate?: boolean;
}

/**
 * GELU, x·Φ(x) with the normal distribution function Φ, elementwise (Hendrycks & Gimpel 2016).
 * @example gelu(tensor([0, 1])); // [0, 0.84134475]
 */
export function gelu(x: TensorLike, options: GeluOptions = {}): Tensor {
  const { approximate } = lib.completeOptions('gelu', { approximate: false }, options);
  const input = toFloating('gelu', x);
  if (!approximate) return exactGelu(input);
  // (1 + tanh u)/2 = σ(2u), and σ loses no digits where it is small. Beyond ±40 it is 0 or 1, and u³ may
  // overflow.
  const [fromLeft, near] = [maximum(input, -40), clip(input, -40, 40)];
  const slope = 2 * Math.sqrt(2 / Math.PI);
  const twoU = multiply(near, add(slope, multiply(0.044715 * slope, square(near))));
  return multiply(fromLeft, sigmoid(twoU));
}

const exactGelu = unary(
  'gelu',
  lib.gelu,
  ofInput((t, x) => multiply(t, geluSlope(x))),
);

/**
 * The derivative of the exact `gelu`, Φ(x) + x·φ(x) with the normal density φ, elementwise. It is a primitive
 * for the reason of `siluSlope`.
 * @example geluSlope(tensor([0])); // [0.5]
 */
export const geluSlope = unary(
  'geluSlope',
  lib.geluSlope,
  ofInput((t, x) => multiply(t, geluCurvature(x))),
);

/**
 * ELU: x above 0, α·(eˣ − 1) below, elementwise (Clevert et al. 2015); its derivative at 0 is α.
 * @example elu(tensor([-1, 2])); // [-0.63212056, 2]
 */
export function elu(x: TensorLike, alpha = 1): Tensor {
  return eluOf('elu', x, alpha);
}

function eluOf(operation: string, x: TensorLike, alpha: number): Tensor {
  const input = toFloating(operation, x);
  const positive = greater(input, 0);
  // The inner `where` keeps e^x of a large x out: its ∞ would give 0·∞ = NaN in the derivative.
  return where(positive, input, multiply(alpha, expm1(where(positive, 0, input))));
}

/**
 * SELU, the self-normalising scaled ELU, elementwise (Klambauer et al. 2017).
 * @example selu(tensor([-1, 2])); // [-1.1113307, 2.1014020]
 */
export function selu(x: TensorLike): Tensor {
  return multiply(1.0507009873554805, eluOf('selu', x, 1.6732632423543772));
}

/**
 * log σ(x) = −log(1 + e⁻ˣ), elementwise, stable for every x.
 * @example logSigmoid(tensor([0, -800])); // [-0.69314718, -800]
 */
export function logSigmoid(x: TensorLike): Tensor {
  return negate(softplus(negate(toFloating('logSigmoid', x))));
}

/** silu″ = σ·(1 − σ)·(2 + x·(1 − 2σ)), where 1 − σ(x) = σ(−x). */
function siluCurvature(x: Tensor): Tensor {
  const near = clip(x, -800, 800); // beyond, it is 0, and not 0·∞
  const [s, rest] = [sigmoid(near), sigmoid(negate(near))];
  return multiply(multiply(s, rest), add(2, multiply(near, subtract(rest, s))));
}

/** gelu″ = φ(x)·(2 − x²). */
function geluCurvature(x: Tensor): Tensor {
  const squared = square(clip(x, -40, 40)); // beyond, it is 0, and not 0·∞
  const density = multiply(exp(multiply(squared, -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return multiply(density, subtract(2, squared));
}
