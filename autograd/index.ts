import './methods.ts';

export {
  ArgumentError,
  type Arithmetic,
  type DType,
  DTypeError,
  FluxionError,
  type Formula,
  LevelError,
  type NDArray,
  type Nested,
  type Shape,
  ShapeError,
  type TypedArray,
} from '../lib/index.ts';
export { type VmapOptions, vmap } from './batching.ts';
export { type CheckGradientsOptions, checkGradients, GradientError, type GradientReport } from './check.ts';
export { checkpoint, scan } from './checkpoint.ts';
export { withoutGradient } from './constant.ts';
export { Tensor, type TensorLike } from './core/tensor.ts';
export {
  arange,
  type CreateOptions,
  eye,
  fromNDArray,
  full,
  linspace,
  ones,
  onesLike,
  type TensorSource,
  tensor,
  toNDArray,
  zeros,
  zerosLike,
} from './create.ts';
export { defineOperation, type OperationDefinition } from './custom.ts';
export { debugNaNs, NonFiniteError } from './finite.ts';
export { type JvpOptions, jvp } from './forward.ts';
export { fuse } from './fuse.ts';
export { type GradientOf, type GradOptions, grad, valueAndGrad } from './gradients.ts';
export { type Equation, type Graph, type GraphValue, makeGraph, runGraph } from './graph.ts';
export { hessian, hvp, type Jacobian, jacfwd, jacrev } from './jacobians.ts';
export { linearize } from './linearize.ts';
export * from './operations/index.ts';
export * as random from './random.ts';
export { type Pullback, vjp } from './reverse.ts';
export {
  flattenTree,
  mapTree,
  type TangentTree,
  type TangentTrees,
  type TensorTree,
  type TensorTrees,
  treeLeaves,
} from './trees.ts';
