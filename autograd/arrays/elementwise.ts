/** Elementwise functions that are made of others. */
import { ArgumentError, completeOptions, describe } from '../../lib/index.ts';
import { toFloating } from '../core/plain.ts';
import type { Operand, Tensor, TensorLike } from '../core/tensor.ts';
import { add } from '../operations/addition.ts';
import { abs, divide, maximum, multiply, round, sqrt, square, subtract } from '../operations/arithmetic.ts';
import { equal, less, logicalAnd, logicalOr, notEqual } from '../operations/comparisons.ts';
import { log } from '../operations/exponential.ts';
import { broadcastOperands } from '../operations/operands.ts';
import { power } from '../operations/power.ts';
import { where } from '../operations/selection.ts';
import { stopGradient } from '../operations/stop-gradient.ts';

/**
 * √(x² + y²), elementwise with broadcasting, also where x² would overflow or underflow. At (0, 0) the
 * derivatives are 0.
 * @example hypot(3, tensor([4, 1e30])); // [5, 1e30]
 */
export function hypot(x: Operand, y: Operand): Tensor {
  const [a, b] = broadcastOperands('hypot', x, y).map((operand) => toFloating('hypot', operand)) as [
    Tensor,
    Tensor,
  ];
  // Any scale gives the same root, so the scale is a constant for derivatives.
  const largest = stopGradient(maximum(abs(a), abs(b)));
  const scale = where(logicalAnd(less(0, largest), isFinite(largest)), largest, 1);
  const sum = add(square(divide(a, scale)), square(divide(b, scale)));
  const isZero = equal(sum, 0);
  const root = multiply(sqrt(where(isZero, 1, sum)), scale);
  // As IEEE 754 has it: beside ∞, NaN makes no difference.
  const isInfinitelyLong = logicalOr(isInfinite(a), isInfinite(b));
  return where(isInfinitelyLong, Number.POSITIVE_INFINITY, where(isZero, 0, root));
}

/**
 * The real cube root, elementwise. Its derivative at 0 is ∞.
 * @example cbrt(tensor([27, -8])); // [3, -2]
 */
export function cbrt(x: TensorLike): Tensor {
  const input = toFloating('cbrt', x);
  const size = abs(input);
  const root = power(size, 1 / 3);
  // 1/3 has rounding errors, which a large logarithm magnifies. One of Newton's steps takes them away.
  const y = stopGradient(root);
  const miss = divide(subtract(divide(divide(stopGradient(size), y), y), y), multiply(3, y));
  const corrected = multiply(root, add(1, where(isFinite(miss), miss, 0)));
  return where(less(input, 0), multiply(-1, corrected), corrected);
}

/** 2ˣ, elementwise. @example exp2(tensor([3, -1])); // [8, 0.5] */
export function exp2(x: TensorLike): Tensor {
  return power(2, toFloating('exp2', x));
}

/**
 * The logarithm to base 2, elementwise; exact for powers of two.
 * @example log2(tensor([8, 0.5])); // [3, -1]
 */
export function log2(x: TensorLike): Tensor {
  return logarithm('log2', 2, x);
}

/**
 * The logarithm to base 10, elementwise; exact for powers of ten.
 * @example log10(tensor([1000])); // [3]
 */
export function log10(x: TensorLike): Tensor {
  return logarithm('log10', 10, x);
}

/** log(x)/log(base), which is moved to a whole number if x is that power of the base. */
function logarithm(operation: string, base: number, x: TensorLike): Tensor {
  const input = toFloating(operation, x);
  const y = divide(log(input), Math.log(base));
  const whole = round(stopGradient(y));
  const isPower = equal(power(base, whole), stopGradient(input));
  return add(y, where(logicalAnd(isPower, isFinite(whole)), subtract(whole, stopGradient(y)), 0));
}

/** Whether an entry is NaN: a mask. @example isNaN(tensor([NaN, 1])); // [true, false] */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the name that everybody looks for
export function isNaN(x: TensorLike): Tensor {
  return isMissing(toFloating('isNaN', x));
}

/** Only NaN differs from itself. */
export function isMissing(x: Tensor): Tensor {
  return notEqual(x, x);
}

/**
 * Whether an entry is a number and not infinite: a mask.
 * @example isFinite(tensor([1 / 0, 1])); // [false, true]
 */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the name that everybody looks for
export function isFinite(x: TensorLike): Tensor {
  return less(abs(toFloating('isFinite', x)), Number.POSITIVE_INFINITY);
}

/** Whether an entry is ∞ or −∞: a mask. @example isInfinite(tensor([1 / 0, NaN])); // [true, false] */
export function isInfinite(x: TensorLike): Tensor {
  return equal(abs(toFloating('isInfinite', x)), Number.POSITIVE_INFINITY);
}

/** What stands for numbers that are none, or not finite. */
export interface NanToNumOptions {
  /** For NaN; by default 0. */
  readonly nan?: number;
  /** For ∞; by default the largest number of the dtype. */
  readonly positiveInfinity?: number;
  /** For −∞; by default the opposite of the largest number of the dtype. */
  readonly negativeInfinity?: number;
}

/** The largest number of a dtype. */
const largest = { float32: 3.4028234663852886e38, float64: Number.MAX_VALUE } as const;

/**
 * x with numbers in place of NaN, ∞ and −∞; where they stood, the derivative is 0.
 * @example nanToNum(tensor([NaN, 2])); // [0, 2]
 */
export function nanToNum(x: TensorLike, options: NanToNumOptions = {}): Tensor {
  const input = toFloating('nanToNum', x);
  const most = largest[input.dtype as keyof typeof largest];
  const { nan, positiveInfinity, negativeInfinity } = completeOptions(
    'nanToNum',
    { nan: 0, positiveInfinity: most, negativeInfinity: -most },
    options,
  );
  const known = where(isMissing(input), nan, input);
  const above = where(equal(known, Number.POSITIVE_INFINITY), positiveInfinity, known);
  return where(equal(input, Number.NEGATIVE_INFINITY), negativeInfinity, above);
}

/**
 * The choice of the first condition that is true, elementwise with broadcasting; `otherwise` where none is.
 * @throws ArgumentError unless there are as many choices as conditions.
 * @example select([less(x, 0), less(x, 1)], [-1, x], 1);
 */
export function select(
  conditions: readonly Tensor[],
  choices: readonly Operand[],
  otherwise: Operand = 0,
): Tensor {
  if (!Array.isArray(conditions) || conditions.length === 0)
    throw new ArgumentError(`select: wanted a list of at least one mask, got ${describe(conditions)}`);
  if (!Array.isArray(choices) || choices.length !== conditions.length)
    throw new ArgumentError(
      `select: wanted a choice for each of the ${conditions.length} conditions, got ${describe(choices)}`,
    );
  return conditions.reduceRight<Operand>(
    (rest, condition, i) => where(condition, choices[i] as Operand, rest),
    otherwise,
  ) as Tensor;
}
