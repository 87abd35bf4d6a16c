export { type AdaptiveWeightOptions, adaptiveWeight } from './adaptive-weight.ts';
export { dropLabels } from './drop-labels.ts';
export {
  type ConditionalFlowMatchingBatch,
  conditionalFlowMatchingLoss,
  type FlowMatchingBatch,
  flowMatchingLoss,
} from './flow-matching.ts';
export { type Guidance, type GuidedSample, guidedVelocity } from './guidance.ts';
export {
  type GuidedMeanFlowOptions,
  type LabelledMeanFlowBatch,
  type MeanFlowBatch,
  type MeanFlowLoss,
  type MeanFlowOptions,
  type MeanFlowPoint,
  meanFlowError,
  meanFlowLoss,
} from './mean-flow.ts';
export { type SampleTimesOptions, sampleTimes } from './sample-times.ts';
export { squaredNorm } from './squared-error.ts';
