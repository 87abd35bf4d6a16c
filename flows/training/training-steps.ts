/**
 * Training, step by step: from a state to the next one. Whoever iterates may stop, keep a state, and go on
 * from it later.
 */
import { ArgumentError, random } from '../../autograd/index.ts';
import { completeOptions, describe, required } from '../../lib/index.ts';
import { explainNonFinite } from './explain-non-finite.ts';
import { movingAverage } from './moving-average.ts';
import type { Optimizer } from './optimizer.ts';
import { requireCounts } from './ranges.ts';
import type { Schedule } from './schedules.ts';
import { TrainingError } from './training-error.ts';
import {
  type LearnerState,
  type StepResults,
  type TrainingStepOptions,
  trainingStep,
  trainingStepDefaults,
} from './training-step.ts';

/** What to train, on what, by what, and for how long. */
export interface TrainingOptions<P, B> extends TrainingStepOptions<P, B> {
  /** Where to begin. */
  readonly parameters: P;
  /**
   * Where to go on instead: a state that a report handed out. The batches must go on there too
   * (`shuffledBatches` can skip).
   */
  readonly from?: TrainingState<P>;
  readonly schedule: Schedule;
  /** The number of the last step. */
  readonly steps: number;
  /** One batch is taken for each step; `shuffledBatches` makes them. */
  readonly batches: Iterable<B>;
  /** All randomness of the losses comes from here, and from the number of the step. */
  readonly key: random.Key;
}

export const trainingDefaults = {
  ...trainingStepDefaults,
  parameters: required,
  from: undefined,
  schedule: required,
  steps: required,
  batches: required,
  key: required,
} as const;

/** All that a training run has to remember: a tree, and immutable. */
export interface TrainingState<P> extends LearnerState<P> {
  /** How many steps are done: the host's own count, which the schedule, the key and the batches follow. */
  readonly step: number;
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
 * The steps of a training run, each made when it is asked for. The same options give the same steps, bit for
 * bit; so do the steps from a state, as if there had been no stop.
 *
 * @throws TrainingError if a loss or the gradient stops being finite, or the batches run out
 * @example
 * for (const { step, losses, state } of trainingSteps(options)) if (step % 1000 === 0) keep(state);
 */
export function* trainingSteps<P, B>(
  options: TrainingOptions<P, B>,
): Generator<StepReport<P>, void, undefined> {
  const { parameters, from, schedule, steps, batches, key, ...rest } = completeOptions(
    'trainingSteps',
    trainingDefaults,
    options,
  );
  requireRun(options);
  const takeStep = trainingStep<P, B>(rest);
  let state: TrainingState<P> = from ?? initialState(parameters, rest.optimizer);
  const iterator = batches[Symbol.iterator]();
  try {
    while (state.step < steps) {
      const { value: batch, done } = iterator.next();
      if (done)
        throw new TrainingError(
          `train: the batches ran out after ${state.step} of ${steps} steps`,
          state.step,
        );
      const step = state.step + 1;
      const learningRate = schedule(state.step);
      const learn = (parameters: P) =>
        takeStep({ ...state, parameters }, batch, random.foldIn(key, step), learningRate);
      const [next, results] = learn(state.parameters);
      const { losses, gradientNorm } = numbersOf(results);
      for (const [name, value] of [...Object.entries(losses), ['gradient norm', gradientNorm] as const]) {
        if (!Number.isFinite(value)) throw explainNonFinite({ step, name, value }, learn, state.parameters);
      }
      state = { step, ...next };
      yield { step, learningRate, losses, gradientNorm, state };
    }
  } finally {
    iterator.return?.();
  }
}

function requireRun<P, B>({ steps, schedule, optimizer, batches }: TrainingOptions<P, B>): void {
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
}

/**
 * The state before the first step.
 * @example const state = initialState(network.initialise(random.key(0)), adam());
 */
export function initialState<P>(parameters: P, optimizer: Optimizer): TrainingState<P> {
  return {
    step: 0,
    parameters,
    optimizer: optimizer.initialise(parameters),
    average: movingAverage(0).initialise(parameters),
  };
}

/** A step's results, read by the host. */
function numbersOf({ losses, gradientNorm }: StepResults) {
  const numbers = Object.entries(losses).map(([name, value]) => [name, value.item()] as const);
  return { losses: Object.fromEntries(numbers), gradientNorm: gradientNorm.item() };
}
