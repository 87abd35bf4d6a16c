export { cumulativeLogSumExp, cumulativeMax, cumulativeMin, cumulativeProduct } from './cumulative.ts';
export {
  cbrt,
  exp2,
  hypot,
  isFinite,
  isInfinite,
  isNaN,
  log2,
  log10,
  type NanToNumOptions,
  nanToNum,
  select,
} from './elementwise.ts';
export { all, any, countNonzero } from './masks.ts';
export { nanMax, nanMean, nanMin, nanSum, nanVariance } from './nan-reductions.ts';
export {
  binCount,
  type Histogram,
  type HistogramOptions,
  histogram,
  median,
  quantile,
  type SearchOptions,
  searchSorted,
  type TopK,
  topK,
  type Unique,
  unique,
} from './order-statistics.ts';
export {
  addRows,
  type MeshgridOptions,
  meshgrid,
  rollingWindows,
  setRows,
  trace,
  type WindowOptions,
} from './places.ts';
