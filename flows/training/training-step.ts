/**
 * One step of training as one pure function of tensors: what can be traced, and written down as one program.
 */
import { ArgumentError, type random, Tensor, type TensorLike, valueAndGrad } from '../../autograd/index.ts';
import { completeOptions, describe, required } from '../../lib/index.ts';
import { accumulate } from './accumulate.ts';
import { clipByGlobalNorm, globalNorm } from './gradient-norm.ts';
import { type MovingAverageState, movingAverage } from './moving-average.ts';
import type { Optimizer, OptimizerState } from './optimizer.ts';

/** What a loss function returns: the scalar to descend, and any other scalars worth recording. */
export interface Losses {
  readonly loss: Tensor;
  readonly [name: string]: Tensor;
}

/** What a step consists of. */
export interface TrainingStepOptions<P, B> {
  /** The loss of a batch. `key` is this step's own randomness. */
  readonly loss: (parameters: P, batch: B, key: random.Key) => Losses;
  readonly optimizer: Optimizer;
  /**
   * Decay of the moving average of the parameters. Default 0: the average is the last parameters themselves.
   */
  readonly ema?: number;
  /** The largest gradient: one of a larger global norm is scaled down to this norm. Default Infinity. */
  readonly clip?: number;
  /**
   * Into how many parts to cut each batch, to save memory: the losses and gradients are the parts' means.
   * Default 1.
   */
  readonly microBatches?: number;
}

export const trainingStepDefaults = {
  loss: required,
  optimizer: required,
  ema: 0,
  clip: Infinity,
  microBatches: 1,
} as const;

/** What a step changes: a tree of tensors. */
export interface LearnerState<P> {
  readonly parameters: P;
  readonly optimizer: OptimizerState<P>;
  readonly average: MovingAverageState<P>;
}

/** What a step tells: scalars, of the parameters before its update. */
export interface StepResults {
  readonly losses: Losses;
  /** ‖∇loss‖ over all parameters, before clipping; float64. */
  readonly gradientNorm: Tensor;
}

/** From a state, a batch, the step's key and its learning rate to the next state. */
export type TrainingStep<P, B> = (
  state: LearnerState<P>,
  batch: B,
  key: random.Key,
  learningRate: TensorLike,
) => [next: LearnerState<P>, results: StepResults];

/**
 * A step of training as one pure function: loss, gradient, clipping, the optimiser's update and the moving
 * average. It looks at no value, so `makeGraph` can write it down, once for all states, batches, keys and
 * learning rates. Whoever calls it checks that the results are finite, as `trainingSteps` does, which is a
 * loop around it.
 *
 * The state's tensors keep their shapes and dtypes. A learning rate that is a tensor is a scalar, [], best of
 * float64: one of float32 has lost digits that a number keeps until it meets the parameters.
 *
 * @throws ArgumentError for an unknown option, a decay outside [0, 1) or, when called, a loss function that
 * returns no { loss }
 * @example
 * const step = trainingStep({ loss, optimizer: adam(), ema: 0.999, clip: 1 });
 * [state, results] = step(state, batch, random.foldIn(key, n), 1e-3);
 */
export function trainingStep<P, B>(options: TrainingStepOptions<P, B>): TrainingStep<P, B> {
  const { loss, optimizer, ema, clip, microBatches } = completeOptions(
    'trainingStep',
    trainingStepDefaults,
    options,
  );
  const average = movingAverage(ema);
  const lossesAndGradients = accumulate(valueAndGrad(splitLosses(loss), { auxiliary: true }), microBatches);
  return (state, batch, key, learningRate) => {
    const [[loss, others], gradients] = lossesAndGradients(state.parameters, batch, key);
    const gradientNorm = globalNorm(gradients);
    const clipped = clipByGlobalNorm(gradients, clip, gradientNorm);
    const [parameters, moments] = optimizer.update(clipped, state.optimizer, state.parameters, learningRate);
    const next = { parameters, optimizer: moments, average: average.update(state.average, parameters) };
    return [next, { losses: { loss, ...others }, gradientNorm }];
  };
}

/** The form that `valueAndGrad` wants: the loss, and what is only passed through. */
function splitLosses<P, B>(lossesOf: (parameters: P, batch: B, key: random.Key) => Losses) {
  return (parameters: P, batch: B, key: random.Key): [Tensor, Record<string, Tensor>] => {
    const losses = lossesOf(parameters, batch, key);
    if (!(losses?.loss instanceof Tensor)) {
      throw new ArgumentError(
        `train: wanted a loss function that returns { loss }, a scalar tensor by that name, got ${describe(losses)}`,
      );
    }
    const { loss, ...others } = losses;
    return [loss, others];
  };
}
