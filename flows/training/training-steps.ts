/** Training, step by step: from a state to the next one. Whoever iterates may stop, keep a state, and go on from it later. */
import { ArgumentError, random, Tensor, valueAndGrad } from '../../autograd/index.ts';
import { completeOptions, describe, required } from '../../lib/index.ts';
import { accumulate } from './accumulate.ts';
import { explainNonFinite } from './explain-non-finite.ts';
import { clipByGlobalNorm, globalNorm } from './gradient-norm.ts';
import { type MovingAverageState, movingAverage } from './moving-average.ts';
import type { Optimizer, OptimizerState } from './optimizer.ts';
import { requireCounts } from './ranges.ts';
import type { Schedule } from './schedules.ts';
import { TrainingError } from './training-error.ts';

/** What a loss function returns: the scalar to descend, and any other scalars worth recording. */
export interface Losses {
  readonly loss: Tensor;
  readonly [name: string]: Tensor;
}

/** What to train, on what, by what, and for how long. */
export interface TrainingOptions<P, B> {
  /** The loss of a batch. `key` is this step's own randomness. */
  readonly loss: (parameters: P, batch: B, key: random.Key) => Losses;
  /** Where to begin. */
  readonly parameters: P;
  /** Where to go on instead: a state that a report handed out. The batches must go on there too (`shuffledBatches` can skip). */
  readonly from?: TrainingState<P>;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  /** The number of the last step. */
  readonly steps: number;
  /** One batch is taken for each step; `shuffledBatches` makes them. */
  readonly batches: Iterable<B>;
  /** All randomness of the losses comes from here, and from the number of the step. */
  readonly key: random.Key;
  /** Decay of the moving average of the parameters. Default 0: the average is the last parameters themselves. */
  readonly ema?: number;
  /** The largest gradient: one of a larger global norm is scaled down to this norm. Default Infinity. */
  readonly clip?: number;
  /** Into how many parts to cut each batch, to save memory: the losses and gradients are the parts' means. Default 1. */
  readonly microBatches?: number;
}

export const trainingDefaults = {
  loss: required,
  parameters: required,
  from: undefined,
  optimizer: required,
  schedule: required,
  steps: required,
  batches: required,
  key: required,
  ema: 0,
  clip: Infinity,
  microBatches: 1,
} as const;

/** All that a training run has to remember: a tree, and immutable. */
export interface TrainingState<P> {
  /** How many steps are done. */
  readonly step: number;
  readonly parameters: P;
  readonly optimizer: OptimizerState<P>;
  readonly average: MovingAverageState<P>;
}

/** What is known of a training step once it is done. */
export interface StepReport<P = unknown> {
  /** How many steps are done, from 1. */
  readonly step: number;
  readonly learningRate: number;
  /** The step's losses, before its update. */
  readonly losses: Readonly<Record<string, number>>;
  /** ‖∇loss‖ over all parameters, before the step's update, and before clipping. */
  readonly gradientNorm: number;
  /** After the step. */
  readonly state: TrainingState<P>;
}

/**
 * The steps of a training run, each made when it is asked for. The same options give the same steps, bit for bit; so do the
 * steps from a state, as if there had been no stop.
 *
 * @throws TrainingError if a loss or the gradient stops being finite, or the batches run out
 * @example
 * for (const { step, losses, state } of trainingSteps(options)) if (step % 1000 === 0) keep(state);
 */
export function* trainingSteps<P, B>(options: TrainingOptions<P, B>): Generator<StepReport<P>, void, undefined> {
  const completed = completeOptions('trainingSteps', trainingDefaults, options);
  const { loss: lossOf, optimizer, schedule, steps, batches, key, ema, clip, microBatches } = completed;
  requireCounts('trainingSteps', { steps });
  if (typeof schedule !== 'function') {
    throw new ArgumentError(
      `trainingSteps: wanted a schedule such as constantSchedule(1e-3), got ${describe(schedule)}`,
    );
  }
  if (typeof optimizer?.initialise !== 'function') {
    throw new ArgumentError(`trainingSteps: wanted an optimizer such as adam(), got ${describe(optimizer)}`);
  }
  if (typeof batches?.[Symbol.iterator] !== 'function') {
    throw new ArgumentError(
      `trainingSteps: wanted batches to iterate over, such as an array or what a generator function returns, got ${describe(batches)}`,
    );
  }
  const average = movingAverage(ema);
  const lossAndGradients = accumulate(valueAndGrad(splitLosses(lossOf), { auxiliary: true }), microBatches);
  let state = completed.from ?? initialState(completed.parameters, optimizer);
  const iterator = batches[Symbol.iterator]();
  try {
    while (state.step < steps) {
      const { value: batch, done } = iterator.next();
      if (done) throw new TrainingError(`train: the batches ran out after ${state.step} of ${steps} steps`, state.step);
      const step = state.step + 1;
      const learningRate = schedule(state.step);
      const evaluate = (parameters: P) => lossAndGradients(parameters, batch, random.foldIn(key, step));
      const [[loss, others], gradients] = evaluate(state.parameters);
      const losses = numbersOf({ loss, ...others });
      const gradientNorm = globalNorm(gradients);
      for (const [name, value] of [...Object.entries(losses), ['gradient norm', gradientNorm] as const]) {
        if (!Number.isFinite(value)) throw explainNonFinite({ step, name, value }, evaluate, state.parameters);
      }
      const clipped = clipByGlobalNorm(gradients, clip, gradientNorm);
      const [parameters, optimizerState] = optimizer.update(clipped, state.optimizer, state.parameters, learningRate);
      state = { step, parameters, optimizer: optimizerState, average: average.update(state.average, parameters) };
      yield { step, learningRate, losses, gradientNorm, state };
    }
  } finally {
    iterator.return?.();
  }
}

/** The state before the first step. @example const state = initialState(network.initialise(random.key(0)), adam()); */
export function initialState<P>(parameters: P, optimizer: Optimizer): TrainingState<P> {
  return {
    step: 0,
    parameters,
    optimizer: optimizer.initialise(parameters),
    average: movingAverage(0).initialise(parameters),
  };
}

/** The form that `valueAndGrad` wants: the loss, and what is only passed through. */
function splitLosses<P, B>(lossesOf: (parameters: P, batch: B, key: random.Key) => Losses) {
  return (parameters: P, batch: B, key: random.Key): [Tensor, Record<string, Tensor>] => {
    const losses = lossesOf(parameters, batch, key);
    if (!(losses?.loss instanceof Tensor)) {
      throw new ArgumentError(
        `train: wanted a loss function that returns { loss }, a scalar tensor by that name, got ${String(losses)}`,
      );
    }
    const { loss, ...others } = losses;
    return [loss, others];
  };
}

function numbersOf(losses: Readonly<Record<string, Tensor>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(losses).map(([name, value]) => [name, value.item()]));
}
