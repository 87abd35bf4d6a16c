/** One step of training as one pure function of tensors, which `makeGraph` can trace into one program. */
import { ArgumentError, type random, Tensor, type TensorLike, valueAndGrad } from '../../autograd/index.ts';
import { completeOptions, describe, required, requireFunction } from '../../lib/index.ts';
import { accumulate } from './accumulate.ts';
import { clipByGlobalNorm, globalNorm } from './gradient-norm.ts';
import { type MovingAverageState, movingAverage } from './moving-average.ts';
import type { Optimizer, OptimizerState } from './optimizer.ts';
import { requireOptimizer } from './optimizer.ts';

/** What a loss function returns: the scalar to minimise, and other scalars that the caller wants recorded. */
export interface Losses {
  readonly loss: Tensor;
  readonly [name: string]: Tensor;
}

/** What a step consists of. */
export interface TrainingStepOptions<P, B> {
  /** The loss of a batch. Each step passes another `key`; all of the loss's random numbers come from it. */
  readonly loss: (parameters: P, batch: B, key: random.Key) => Losses;
  readonly optimizer: Optimizer;
  /** Decay of the parameters' moving average, in [0, 1). Default 0: the average is the last parameters. */
  readonly ema?: number;
  /** The largest global norm, above 0. A step scales a longer gradient down to it. Default Infinity. */
  readonly clip?: number;
  /**
   * Into how many equal parts a step cuts each batch, to save memory. Losses and gradients are the means over
   * the parts (see `accumulate`). Default 1.
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

/** What a step reports: scalars, computed at the parameters before the update. */
export interface StepResults {
  readonly losses: Losses;
  /** ‖∇loss‖ over all parameters, before clipping; float64. */
  readonly gradientNorm: Tensor;
}

/** A function of a state, a batch, the step's key and its learning rate: the next state and the results. */
export type TrainingStep<P, B> = (
  state: LearnerState<P>,
  batch: B,
  key: random.Key,
  learningRate: TensorLike,
) => [next: LearnerState<P>, results: StepResults];

/**
 * A step of training as one pure function: loss, gradient, clipping, the optimiser's update and the moving
 * average. The function never reads a number out of a tensor. So `makeGraph` can trace it once for all
 * states, batches, keys and learning rates. It does not check that the results are finite: the caller must.
 * `trainingSteps` is a loop around it that does.
 *
 * The state's tensors keep their shapes and dtypes. The learning rate is a number or a scalar tensor, [].
 * Prefer float64 for the tensor: the optimiser computes in float64 until it casts to the parameters' dtype,
 * and a float32 learning rate has lost digits before that.
 *
 * @throws ArgumentError for an unknown option or a decay outside [0, 1). When called: ArgumentError if the
 * loss function returns no { loss }, `microBatches` does not divide the batch, or `clip` is not above 0;
 * ShapeError if the loss is no scalar; DTypeError if a parameter is not floating-point.
 * @example
 * const step = trainingStep({ loss, optimizer: adam(), ema: 0.999, clip: 1 });
 * [state, results] = step(state, batch, random.foldIn(key, n), 1e-3);
 */
export function trainingStep<P, B>(options: TrainingStepOptions<P, B>): TrainingStep<P, B> {
  return makeStep('trainingStep', options);
}

/** `trainingStep`, with errors that name the caller's operation. */
export function makeStep<P, B>(operation: string, options: TrainingStepOptions<P, B>): TrainingStep<P, B> {
  const { loss, optimizer, ema, clip, microBatches } = completeOptions(
    operation,
    trainingStepDefaults,
    options,
  );
  requireFunction(operation, loss);
  requireOptimizer(operation, optimizer);
  const average = movingAverage(ema);
  const scalars = valueAndGrad(splitLosses(operation, loss), { auxiliary: true });
  const lossesAndGradients = accumulate(scalars, microBatches);
  return (state, batch, key, learningRate) => {
    const [[loss, others], gradients] = lossesAndGradients(state.parameters, batch, key);
    const gradientNorm = globalNorm(gradients);
    const clipped = clipByGlobalNorm(gradients, clip, gradientNorm);
    const [parameters, moments] = optimizer.update(clipped, state.optimizer, state.parameters, learningRate);
    const next = { parameters, optimizer: moments, average: average.update(state.average, parameters) };
    return [next, { losses: { loss, ...others }, gradientNorm }];
  };
}

/** The pair that `valueAndGrad` wants: the loss, and the values that it only passes through. */
function splitLosses<P, B>(
  operation: string,
  lossesOf: (parameters: P, batch: B, key: random.Key) => Losses,
) {
  return (parameters: P, batch: B, key: random.Key): [Tensor, Record<string, Tensor>] => {
    const losses = lossesOf(parameters, batch, key);
    if (!(losses?.loss instanceof Tensor)) {
      throw new ArgumentError(
        `${operation}: wanted a loss function that returns { loss }, a scalar tensor by that name, got ${describe(losses)}`,
      );
    }
    const { loss, ...others } = losses;
    return [loss, others];
  };
}
