export { cosinePath } from './cosine.ts';
export {
  type GaussianPath,
  type GaussianPathOptions,
  gaussianPath,
  type PathFunction,
} from './gaussian-path.ts';
export { linearVariancePreservingPath } from './linear-variance-preserving.ts';
export { type OptimalTransportOptions, optimalTransportPath } from './optimal-transport.ts';
export type { PairedPath } from './paired-path.ts';
export { type PolynomialPathOptions, polynomialPath } from './polynomial.ts';
export {
  type AffinePath,
  type ClosedFormPath,
  type PathSchedule,
  type SchedulePathOptions,
  type ScheduleRates,
  schedulePath,
  scheduleRates,
} from './schedule-path.ts';
export { type SchrodingerBridgeOptions, schrodingerBridgePath } from './schrodinger-bridge.ts';
export { type StraightPathOptions, straightPath } from './straight.ts';
export { type VarianceExplodingOptions, varianceExplodingPath } from './variance-exploding.ts';
export {
  type NoiseSchedule,
  type VariancePreservingOptions,
  variancePreservingPath,
} from './variance-preserving.ts';
