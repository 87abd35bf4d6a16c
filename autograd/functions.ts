/** `fluxion/functions`: without methods, so that a bundler keeps only the functions that a page uses. */
export {
  ArgumentError,
  type DType,
  DTypeError,
  FluxionError,
  LevelError,
  type NDArray,
  type Nested,
  type Shape,
  ShapeError,
  type TypedArray,
} from '../lib/index.ts';
export * from './arrays/index.ts';
export type { None, Primitive, PrimitiveName, PrimitiveParams } from './core/primitive.ts';
export { type Operand, Tensor, type TensorLike } from './core/tensor.ts';
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
export { type AssociativeScanOptions, associativeScan } from './derivatives/associative-scan.ts';
export {
  type CheckGradientsOptions,
  checkGradients,
  GradientError,
  type GradientReport,
} from './derivatives/check-gradients.ts';
export { checkpoint } from './derivatives/checkpoint.ts';
export { cond, switchCase } from './derivatives/cond.ts';
export { defineOperation, type OperationDefinition } from './derivatives/define-operation.ts';
export { fixedPoint } from './derivatives/fixed-point.ts';
export { type GradientOf, type GradOptions, grad, valueAndGrad } from './derivatives/gradients.ts';
export {
  type ImplicitRootOptions,
  type IterationOptions,
  implicitRoot,
} from './derivatives/implicit-root.ts';
export {
  hessian,
  hvp,
  type Jacobian,
  type JacobianOptions,
  jacfwd,
  jacrev,
} from './derivatives/jacobians.ts';
export { linearTranspose } from './derivatives/linear-transpose.ts';
export { type ScanOptions, scan } from './derivatives/scan.ts';
export { type WhileLoopOptions, whileLoop } from './derivatives/while-loop.ts';
export { type Arithmetic, type Formula, fuse } from './fuse.ts';
export {
  type Compiled,
  type CompiledFor,
  type CompileForOptions,
  type CompileOptions,
  type CompileTarget,
  compile,
} from './graph/compile.ts';
export { evalShape, type TypeTree } from './graph/eval-shape.ts';
export type { Equation, Graph, GraphValue } from './graph/graph.ts';
export { runEquation, runGraph } from './graph/run-graph.ts';
export { makeGraph } from './graph/trace.ts';
export { type BatchAxes, type VmapOptions, vmap } from './levels/batching.ts';
export { debugNaNs, NonFiniteError } from './levels/debug-nans.ts';
export { type JvpOptions, jvp } from './levels/forward.ts';
export { linearize } from './levels/linearize.ts';
export { type Pullback, vjp } from './levels/reverse.ts';
export { withoutGradient } from './levels/without-gradient.ts';
export { eigh } from './operations/eigh.ts';
export * from './operations/index.ts';
export { kron, matrixExponential, matrixPower } from './operations/matrix-functions.ts';
export { leastSquares, type PinvOptions, pinv } from './operations/pinv.ts';
export { qr } from './operations/qr.ts';
export { svd } from './operations/svd.ts';
export * as random from './random/index.ts';
export {
  fromTransferable,
  type Transferable,
  type TransferableTree,
  toTransferable,
} from './transfer.ts';
export {
  flattenTree,
  mapTree,
  type TangentTree,
  type TangentTrees,
  type Tensors,
  type TensorTree,
  type TensorTrees,
  treeLeaves,
  treePaths,
} from './trees.ts';
