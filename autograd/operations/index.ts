export {
  elu,
  type GeluOptions,
  gelu,
  geluSlope,
  logSigmoid,
  relu,
  selu,
  silu,
  siluSlope,
} from './activations.ts';
export { add, negate } from './addition.ts';
export {
  abs,
  ceil,
  clip,
  divide,
  floor,
  maximum,
  minimum,
  multiply,
  reciprocal,
  round,
  rsqrt,
  sign,
  sqrt,
  square,
  subtract,
} from './arithmetic.ts';
export { broadcastTo, sumTo } from './broadcasting.ts';
export { cast } from './cast.ts';
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
} from './comparisons.ts';
export { type ConvolutionOptions, convolution, type Padding, transposedConvolution } from './convolution.ts';
export { cumulativeSum } from './cumulative.ts';
export { determinant } from './determinant.ts';
export { einsum } from './einsum.ts';
export { erf, erfc, normalQuantile } from './error-function.ts';
export { exp, expm1, log, log1p, logAddExp, sigmoid, softplus } from './exponential.ts';
export { type GatherOptions, gather, scatterAdd } from './gathering.ts';
export { acosh, asinh, atanh, cosh, sinh, tanh } from './hyperbolic.ts';
export { concatenate, stack } from './joining.ts';
export {
  attention,
  dot,
  layerNorm,
  type NormalizationOptions,
  outer,
  rmsNorm,
} from './layers.ts';
export { inverse, logAbsDeterminant, solve } from './linear-algebra.ts';
export { matmul } from './matmul.ts';
export { type AxisOptions, argmax, argmin, argsort, sort, takeAlongAxis } from './ordering.ts';
export { power } from './power.ts';
export { product } from './product.ts';
export {
  diagonal,
  diagonalMatrix,
  flip,
  lowerTriangle,
  oneHot,
  pad,
  repeat,
  roll,
  split,
  tile,
  upperTriangle,
} from './rearranging.ts';
export {
  max,
  mean,
  min,
  type ReductionOptions,
  sum,
} from './reductions.ts';
export { expandDims, moveAxis, reshape, squeeze, swapLastAxes, transpose } from './reshaping.ts';
export { where } from './selection.ts';
export { type AxisSlice, embed, slice } from './slicing.ts';
export { logSoftmax, logSumExp, type SoftmaxOptions, softmax } from './softmax.ts';
export { type NormOptions, norm, standardDeviation, type VarianceOptions, variance } from './statistics.ts';
export { stopGradient } from './stop-gradient.ts';
export { cholesky, type TriangularOptions, triangularSolve } from './triangular.ts';
export { acos, asin, atan, atan2, cos, sin, tan } from './trigonometric.ts';
