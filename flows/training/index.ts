export { type AdamOptions, type AdamWOptions, adam, adamW } from './adam.ts';
export { type BatchOptions, shuffledBatches } from './batches.ts';
export { type MomentumOptions, momentum, nesterov, sgd } from './gradient-descent.ts';
export { type MovingAverage, type MovingAverageState, movingAverage } from './moving-average.ts';
export { type Optimizer, type OptimizerState, optimizer, type UpdateRule } from './optimizer.ts';
export {
  constantSchedule,
  cosineSchedule,
  type DecayOptions,
  linearSchedule,
  type Schedule,
  type WarmUpOptions,
  warmUp,
} from './schedules.ts';
export { type Losses, type StepReport, type Trained, TrainingError, type TrainOptions, train } from './train.ts';
