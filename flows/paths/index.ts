export {
  type ClosedFormPath,
  type GaussianPath,
  type GaussianPathOptions,
  gaussianPath,
  type PathFunction,
} from './gaussian-path.ts';
export { type OptimalTransportOptions, optimalTransportPath } from './optimal-transport.ts';
export { type VarianceExplodingOptions, varianceExplodingPath } from './variance-exploding.ts';
export { type NoiseSchedule, type VariancePreservingOptions, variancePreservingPath } from './variance-preserving.ts';
