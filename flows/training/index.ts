export { accumulate } from './accumulate.ts';
export { type AdamOptions, type AdamWOptions, adam, adamW, nadam } from './adam.ts';
export { type BatchOptions, shuffledBatches } from './batches.ts';
export { chain, type GradientTransform } from './chain.ts';
export { clipByValue } from './clip-by-value.ts';
export { type EarlyStopping, type EarlyStoppingOptions, earlyStopping } from './early-stopping.ts';
export { frozen, type MomentumOptions, momentum, nesterov, sgd } from './gradient-descent.ts';
export { clipByGlobalNorm, globalNorm } from './gradient-norm.ts';
export { type LionOptions, lion } from './lion.ts';
export { type LookaheadOptions, lookahead } from './lookahead.ts';
export { type MinimiseOptions, type Minimum, minimise } from './minimise.ts';
export { type MovingAverage, type MovingAverageState, movingAverage } from './moving-average.ts';
export {
  type Optimizer,
  type OptimizerState,
  optimizer,
  type StepScalars,
  type UpdatedArray,
  type UpdateRule,
} from './optimizer.ts';
export { partition } from './partition.ts';
export { type AdagradOptions, adagrad, type RmsPropOptions, rmsProp } from './scaled-descent.ts';
export {
  constantSchedule,
  cosineSchedule,
  type DecayOptions,
  type ExponentialOptions,
  exponentialSchedule,
  joinSchedules,
  linearSchedule,
  type OneCycleOptions,
  oneCycleSchedule,
  type Schedule,
  type SchedulePart,
  type WarmUpOptions,
  warmUp,
} from './schedules.ts';
export { type Split, type SplitOptions, splitExamples } from './split-examples.ts';
export {
  type TrainAsyncOptions,
  type Trained,
  type TrainOptions,
  train,
  trainAsync,
} from './train.ts';
export { TrainingError } from './training-error.ts';
export {
  type LearnerState,
  type Losses,
  type StepResults,
  type TrainingStep,
  type TrainingStepOptions,
  trainingStep,
} from './training-step.ts';
export {
  initialState,
  type StepReport,
  type TrainingOptions,
  type TrainingState,
  trainingSteps,
} from './training-steps.ts';
