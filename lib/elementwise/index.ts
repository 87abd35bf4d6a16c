export { gelu, geluSlope, relu, sigmoid, silu, siluSlope, softplus } from './activations.ts';
export {
  abs,
  add,
  atan2,
  ceil,
  divide,
  floor,
  maximum,
  minimum,
  multiply,
  negate,
  power,
  reciprocal,
  round,
  rsqrt,
  sign,
  sqrt,
  square,
  subtract,
} from './arithmetic.ts';
export {
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  notEqual,
  where,
} from './comparisons.ts';
export { erf, erfc, erfinv, normalQuantile } from './error-function.ts';
export type { Arithmetic, Formula } from './formula.ts';
export { fuse } from './fused.ts';
export { type ElementwiseBackend, elementwiseBackend, setElementwiseBackend } from './simd/index.ts';
export {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  cos,
  cosh,
  exp,
  expm1,
  log,
  log1p,
  sin,
  sinh,
  tan,
  tanh,
} from './transcendental.ts';
