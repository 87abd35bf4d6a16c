export { type AdaptiveWeightOptions, adaptiveWeight } from './adaptive-weight.ts';
export {
  type AlphaFlowError,
  type AlphaFlowOptions,
  type AlphaScheduleOptions,
  alphaFlowError,
  alphaFlowLoss,
  alphaSchedule,
} from './alpha-flow.ts';
export {
  type ConsistencyFlowMatchingBatch,
  type ConsistencyFlowMatchingLoss,
  type ConsistencyFlowMatchingOptions,
  consistencyFlowMatchingLoss,
} from './consistency-flow-matching.ts';
export { dropConditions, dropLabels } from './drop.ts';
export {
  type ConditionalFlowMatchingBatch,
  conditionalFlowMatchingLoss,
  type FlowMatchingBatch,
  flowMatchingLoss,
} from './flow-matching.ts';
export { type Guidance, type GuidedSample, guidedVelocity } from './guidance.ts';
export {
  type ConditionalVelocityHead,
  type GuidedImprovedMeanFlowOptions,
  type ImprovedMeanFlowOptions,
  improvedMeanFlowError,
  improvedMeanFlowLoss,
} from './improved-mean-flow.ts';
export {
  type GuidedMeanFlowOptions,
  type MeanFlowLoss,
  type MeanFlowOptions,
  meanFlowError,
  meanFlowLoss,
} from './mean-flow.ts';
export type { LabelledMeanFlowBatch, MeanFlowBatch, MeanFlowPoint } from './mean-flow-batch.ts';
export {
  type RectifiedFlowBatch,
  rectifiedFlowLoss,
  reflow,
  type StraightnessOptions,
  straightness,
} from './rectified-flow.ts';
export { type SampleTimesOptions, sampleTimes } from './sample-times.ts';
export {
  type FlowMapBatch,
  type SelfDistillationOptions,
  selfDistillationLoss,
} from './self-distillation.ts';
export {
  type SampleShortcutTimesOptions,
  type ShortcutBatch,
  sampleShortcutTimes,
  shortcutLoss,
} from './shortcut.ts';
export { type SplitMeanFlowBatch, splitMeanFlowError, splitMeanFlowLoss } from './split-mean-flow.ts';
export { squaredNorm } from './squared-error.ts';
