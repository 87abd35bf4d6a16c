export { type BitsPerDimensionOptions, bitsPerDimension } from './bits-per-dimension.ts';
export {
  exactDivergence,
  hutchinsonDivergence,
  hutchinsonProbe,
  type ProbeDistribution,
  type VectorField,
  type WithDivergence,
} from './divergence.ts';
export {
  type LikelySamples,
  type LogLikelihood,
  logLikelihood,
  logLikelihoodAdjoint,
  sampleWithLogLikelihood,
} from './log-likelihood.ts';
export type { DivergenceOptions, LikelihoodOptions } from './options.ts';
