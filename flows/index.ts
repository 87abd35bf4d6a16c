/** flows: generative models by flow matching and MeanFlow. */

export { assignment } from './assignment.ts';
export * from './conversions/index.ts';
export * from './couplings/index.ts';
export * from './data/index.ts';
export * from './fit/index.ts';
export {
  averageFromFlowMap,
  type FlowMapVelocity,
  flowMap,
  flowMapFromAverage,
  flowMapVelocity,
} from './flow-map.ts';
export * from './formats/index.ts';
export * from './likelihood/index.ts';
export * from './losses/index.ts';
export * from './metrics/index.ts';
export * from './networks/index.ts';
export * from './paths/index.ts';
export {
  type DataPoints,
  type GaussianMixture,
  type MarginalField,
  marginalField,
} from './paths/marginal-field.ts';
export { type GuidanceOptions, guidedVelocityField } from './sampling/guided-velocity-field.ts';
export {
  type LabelledSampleMeanFlowOptions,
  type MeanFlowTrajectory,
  type SampleFlowOptions,
  type SampleMeanFlowOptions,
  type Samples,
  sampleFlow,
  sampleMeanFlow,
} from './sampling/sample.ts';
export { type SampleStochasticOptions, sampleStochastic } from './sampling/sample-stochastic.ts';
export * from './solvers/index.ts';
export {
  type AverageVelocity,
  type ConditionalAverageVelocity,
  type DeclaredVelocity,
  dataToNoise,
  instantaneousVelocity,
  noiseToData,
  type Reversed,
  reverseTime,
  type TimeConvention,
  type Velocity,
} from './time.ts';
export * from './training/index.ts';
export * from './verify/index.ts';
