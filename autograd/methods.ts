/**
 * Operations as methods: `x.matmul(w).add(b)` is `add(matmul(x, w), b)`. One table, so that the two faces cannot drift apart.
 */
import { Tensor, type TensorLike } from './core/tensor.ts';
import * as operations from './operations/index.ts';

const {
  abs,
  add,
  broadcastTo,
  cast,
  cos,
  divide,
  equal,
  exp,
  expandDims,
  floor,
  gather,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  logSumExp,
  logicalAnd,
  logicalNot,
  logicalOr,
  matmul,
  max,
  maximum,
  mean,
  min,
  minimum,
  multiply,
  negate,
  notEqual,
  power,
  reciprocal,
  relu,
  reshape,
  round,
  sigmoid,
  sign,
  silu,
  sin,
  slice,
  softmax,
  softplus,
  sqrt,
  square,
  squeeze,
  stopGradient,
  subtract,
  sum,
  tan,
  tanh,
  transpose,
} = operations;

// biome-ignore format: a table reads best in few lines
const methods = {
  abs, add, broadcastTo, cast, cos, divide, equal, exp, expandDims, floor, gather, greater, greaterEqual, less, lessEqual,
  log, logSumExp, logicalAnd, logicalNot, logicalOr, matmul, max, maximum, mean, min, minimum, multiply, negate, notEqual,
  power, reciprocal, relu, reshape, round, sigmoid, sign, silu, sin, slice, softmax, softplus, sqrt, square, squeeze,
  stopGradient, subtract, sum, tan, tanh, transpose,
};

type Methods = {
  [K in keyof typeof methods]: (typeof methods)[K] extends (first: never, ...rest: infer Rest) => Tensor
    ? (...rest: Rest) => Tensor
    : never;
};

declare module './core/tensor.ts' {
  interface Tensor extends Methods {}
}

for (const [name, operation] of Object.entries(methods)) {
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: readonly unknown[]) {
      return (operation as (first: TensorLike, ...rest: readonly unknown[]) => Tensor)(this, ...rest);
    },
  });
}
