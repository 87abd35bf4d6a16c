/** Converts four float32 to two pairs of float64, and back. */
import type { FunctionBuilder, Local } from './function.ts';
import { type Expression, f32x4, f64x2, i8x16 } from './instructions.ts';

/** Four float32 as two pairs of float64. */
export function widen(
  f: FunctionBuilder,
  x: Expression<'v128'>,
): readonly [low: Local<'v128'>, high: Local<'v128'>] {
  const high = i8x16.shuffle(x, x, [...lastHalf, ...lastHalf]);
  return [f.local('v128', f64x2.promote_low_f32x4(x)), f.local('v128', f64x2.promote_low_f32x4(high))];
}

/** Two pairs of float64, rounded to four float32. */
export function narrow(low: Expression<'v128'>, high: Expression<'v128'>): Expression<'v128'> {
  return i8x16.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), [
    ...firstHalf,
    ...firstOfSecond,
  ]);
}

const firstHalf = [0, 1, 2, 3, 4, 5, 6, 7];
const lastHalf = firstHalf.map((lane) => lane + 8);
const firstOfSecond = firstHalf.map((lane) => lane + 16);
