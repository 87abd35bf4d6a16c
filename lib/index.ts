export {
  cast,
  contiguous,
  copy,
  dtypeOf,
  flat,
  isContiguous,
  isRowMajor,
  type NDArray,
  scalarOf,
  view,
  wrap,
} from './array.ts';
export { arange, eye, full, linspace } from './create.ts';
export { allocate, type DType, isFloating, largestNumber, promoteTypes, type TypedArray } from './dtype.ts';
export * from './elementwise/index.ts';
export {
  ArgumentError,
  DTypeError,
  describe,
  FluxionError,
  inMemoryOf,
  LevelError,
  requireFunction,
  ShapeError,
} from './errors.ts';
export { formatArray } from './format.ts';
export { concatenate, embed, gather, type Placement, requireIndices, scatterAdd } from './indexing.ts';
export * from './linear-algebra/index.ts';
export * from './matmul/index.ts';
export { fromNested, type Nested, toNested } from './nested.ts';
export { type Completed, completeOptions, type Defaults, required } from './options.ts';
export * as random from './random/index.ts';
export type { Key } from './random/key.ts';
export * from './reduce/index.ts';
export {
  broadcastShapes,
  checkShape,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  reducedShape,
  rowMajorStrides,
  type Shape,
  sameShape,
  sizeOf,
} from './shape.ts';
export { argsort } from './sorting.ts';
export { setThreads, threadCount } from './threads/pool.ts';
export { broadcastTo, reshape, slice, sliceShape, transpose } from './views.ts';
export { sumWindows, windows, windowsShape } from './windows.ts';
