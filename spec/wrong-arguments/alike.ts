/** Calls that are alike, and the functions that lib and core have both. */
import type { RightCalls } from './wrong-values.ts';

/** The words of a text: `words('sin cos')` is `['sin', 'cos']`. */
export function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

export function alike(names: readonly string[], args: () => readonly unknown[]): RightCalls {
  return Object.fromEntries(names.map((name) => [name, args]));
}

export const ofOneOperand = words(`
  abs acos acosh asin asinh atan atanh ceil cos cosh erf erfc exp expm1
  floor geluSlope log log1p negate normalQuantile reciprocal relu round rsqrt sigmoid sign silu siluSlope
  sin sinh softplus sqrt square tan tanh
`);
export const ofTwoOperands = words(`
  add atan2 divide maximum minimum multiply power subtract equal greater greaterEqual less lessEqual notEqual
`);
