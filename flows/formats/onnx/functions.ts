/** Functions of numbers that ONNX, or its runtimes in float64, have no operator for. */

import type { Value } from '../../../autograd/graph/formulas/array-writer.ts';
import * as formulas from '../../../autograd/graph/formulas/functions.ts';
import { type DType, isFloating } from '../../../lib/index.ts';
import { elementTypes, int64 } from './model.ts';
import type { OperatorWriter } from './writer.ts';

/** eˣ − 1 = tanh(x/2)·(eˣ + 1), which keeps its digits near 0. */
export function expm1(w: OperatorWriter, x: Value): Value {
  const tanh = w.operator('Tanh', [w.multiply(x, 0.5)], x);
  return w.multiply(tanh, w.add(w.unary('exponential', x), 1));
}

/** log(1 + x), near 0 by Kahan's correction: with u the rounded 1 + x, log(u)·x/(u − 1). */
export function log1p(w: OperatorWriter, x: Value): Value {
  const u = w.add(x, 1);
  const log = w.unary('log', u);
  const corrected = w.divide(w.multiply(log, x), w.subtract(u, 1));
  const near = w.select(w.compare('EQ', u, 1), x, corrected);
  return w.select(w.compare('GT', x, 1), log, near);
}

/** By the quotient of the smaller magnitude and the larger one, with the quadrant of (x, y). */
export function atan2(w: OperatorWriter, y: Value, x: Value): Value {
  const [a, b] = [w.unary('abs', y), w.unary('abs', x)];
  const isFlat = w.compare('LE', a, b);
  const quotient = w.divide(w.select(isFlat, a, b), w.select(isFlat, b, a));
  // 0/0 and ∞/∞.
  const equal = w.select(w.compare('EQ', a, 0), 0, w.full(1, a));
  const angle = atanBelow1(w, w.select(w.compare('EQ', a, b), equal, quotient));
  const first = w.select(isFlat, angle, w.subtract(Math.PI / 2, angle));
  const upper = w.select(isNegative(w, x), w.subtract(Math.PI, first), first);
  return w.select(isNegative(w, y), w.unary('negate', upper), upper);
}

/** Also of −0, whose reciprocal is −∞. */
function isNegative(w: OperatorWriter, x: Value): Value {
  return w.compare('LT', w.add(x, w.divide(1, x)), 0);
}

/** Runtimes have none in float64. */
export function tan(w: OperatorWriter, x: Value): Value {
  if (x.dtype === 'float32') return w.operator('Tan', [x], x);
  return w.divide(w.operator('Sin', [x], x), w.operator('Cos', [x], x));
}

/** 1/(1 + e^−x). The operator Sigmoid has no digits where σ is small: it says 0 at −20. */
export function sigmoid(w: OperatorWriter, x: Value): Value {
  return w.divide(1, w.add(w.unary('exponential', w.unary('negate', x)), 1));
}

/** An integer of a floating-point number is its remainder modulo 2³², as in JavaScript; NaN is 0. */
export function cast(w: OperatorWriter, x: Value, dtype: DType): Value {
  if (!isFloating(x.dtype) || (dtype !== 'int32' && dtype !== 'uint32')) return w.convert(x, dtype);
  const rest = w.operator('Mod', [x, w.full(2 ** 32, { ...x, shape: [] })], x, { fmod: 1 });
  const finite = w.select(w.compare('EQ', rest, rest), rest, 0);
  const wide = w.operator('Cast', [finite], x, { to: int64 });
  // Of negative numbers runtimes make no uint32, but of an int32 they keep the bits.
  const signed = w.operator('Cast', [wide], { ...x, dtype: 'int32' }, { to: elementTypes.int32 });
  return w.convert(signed, dtype);
}

export function atan(w: OperatorWriter, x: Value): Value {
  return x.dtype === 'float32' ? w.operator('Atan', [x], x) : atan2(w, x, w.full(1, x));
}

/** In float64, one step of Newton's method from the angle in float32: tan(δ) = (x − tan θ)/(1 + x·tan θ). */
function atanBelow1(w: OperatorWriter, x: Value): Value {
  if (x.dtype === 'float32') return w.operator('Atan', [x], x);
  const narrow = w.convert(x, 'float32');
  const angle = w.convert(w.operator('Atan', [narrow], narrow), x.dtype);
  const [sine, cosine] = ['Sin', 'Cos'].map((name) => w.operator(name, [angle], x)) as [Value, Value];
  const numerator = w.subtract(w.multiply(x, cosine), sine);
  return w.add(angle, w.divide(numerator, w.add(cosine, w.multiply(x, sine))));
}

export function erf(w: OperatorWriter, x: Value): Value {
  return x.dtype === 'float32' ? w.operator('Erf', [x], x) : formulas.erf(w, x);
}

/** x·Φ(x), with the normal distribution function Φ(x) = (1 + erf(x/√2))/2; the limit at −∞ is −0. */
export function gelu(w: OperatorWriter, x: Value): Value {
  if (x.dtype !== 'float32') return formulas.gelu(w, x);
  const distribution = w.multiply(w.add(erf(w, w.multiply(x, Math.SQRT1_2)), 1), 0.5);
  return w.select(w.compare('EQ', x, -Infinity), -0, w.multiply(x, distribution));
}
