export { accumulate } from './accumulate.ts';
export { type AdamOptions, type AdamWOptions, adam, adamW } from './adam.ts';
export { type BatchOptions, shuffledBatches } from './batches.ts';
export { type EarlyStopping, type EarlyStoppingOptions, earlyStopping } from './early-stopping.ts';
export { type MomentumOptions, momentum, nesterov, sgd } from './gradient-descent.ts';
export { clipByGlobalNorm, globalNorm } from './gradient-norm.ts';
export { type MovingAverage, type MovingAverageState, movingAverage } from './moving-average.ts';
export {
  type Optimizer,
  type OptimizerState,
  optimizer,
  type StepScalars,
  type UpdatedArray,
  type UpdateRule,
} from './optimizer.ts';
export {
  constantSchedule,
  cosineSchedule,
  type DecayOptions,
  linearSchedule,
  type Schedule,
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
