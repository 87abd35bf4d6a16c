/** Training, step by step. The caller iterates, may stop, keep a state, and go on from it later. */
import { ArgumentError, type CompileTarget, LevelError, random } from '../../autograd/index.ts';
import { completeOptions, describe, required } from '../../lib/index.ts';
import { compiledSteps, eagerSteps, type StepMaker, type StepRange, targetSteps } from './compiled-steps.ts';
import { explainNonFinite } from './explain-non-finite.ts';
import { movingAverage } from './moving-average.ts';
import type { Optimizer } from './optimizer.ts';
import { requireOptimizer } from './optimizer.ts';
import { requireCounts } from './ranges.ts';
import type { Schedule } from './schedules.ts';
import { TrainingError } from './training-error.ts';
import {
  type LearnerState,
  makeStep,
  type StepResults,
  type TrainingStep,
  type TrainingStepOptions,
  trainingStepDefaults,
} from './training-step.ts';

/** What to train, on which batches, with which optimiser, and for how many steps. */
export interface TrainingOptions<P, B> extends TrainingStepOptions<P, B> {
  /** The parameters before the first step. */
  readonly parameters: P;
  /**
   * A state from an earlier report, from which to go on. The run then ignores `parameters`. The caller must
   * also make the batches go on there: `shuffledBatches` has the option `skip`. Default: the first state.
   */
  readonly from?: TrainingState<P>;
  readonly schedule: Schedule;
  /** The number of the last step. A run from the state of step n makes `steps` − n steps. */
  readonly steps: number;
  /** The batches, of which each step takes one. `shuffledBatches` makes them. */
  readonly batches: Iterable<B>;
  /** All random numbers of the losses depend on this key and on the number of the step, on nothing else. */
  readonly key: random.Key;
  /**
   * Whether to run each step as one compiled program (see `compile`), with the same results, bit for bit. The
   * loss must then be a function of its arguments alone. Default true: a loss that cannot be compiled,
   * because it looks at a value or uses something that changes, is run eagerly, and a warning says so.
   */
  readonly compile?: boolean;
}

export const trainingDefaults = {
  ...trainingStepDefaults,
  parameters: required,
  from: undefined,
  schedule: required,
  steps: required,
  batches: required,
  key: required,
  compile: true,
} as const;

/** All that a training run has to remember: an immutable tree of tensors, and the step. */
export interface TrainingState<P> extends LearnerState<P> {
  /** How many steps are done. The schedule, the keys and the skipped batches follow this number. */
  readonly step: number;
}

/** What `trainingSteps` reports of a step after it. */
export interface StepReport<P = unknown> {
  /** How many steps are done, from 1. */
  readonly step: number;
  readonly learningRate: number;
  /** The step's losses, before its update. */
  readonly losses: Readonly<Record<string, number>>;
  /** ‖∇loss‖ over all parameters, before the step's update and before clipping. */
  readonly gradientNorm: number;
  /** The state after the step. */
  readonly state: TrainingState<P>;
}

/**
 * The steps of a training run. The generator makes each step when the caller asks for it. The same options
 * give the same steps, bit for bit. A run that goes on from a state makes the same steps as one that never
 * stopped.
 *
 * @throws TrainingError if a loss or the gradient becomes NaN or ∞, or the batches run out; ArgumentError for
 * an option that is missing, unknown or of the wrong type
 * @example
 * for (const { step, losses, state } of trainingSteps(options)) if (step % 1000 === 0) keep(state);
 */
export function* trainingSteps<P, B>(
  options: TrainingOptions<P, B>,
): Generator<StepReport<P>, void, undefined> {
  for (const { keepState, ...report } of makeSteps('trainingSteps', options))
    yield { ...report, state: keepState() };
}

/** A report that copies the state out of a compiled step's memory only if somebody wants it. */
export interface StatelessReport<P> extends Omit<StepReport<P>, 'state'> {
  /**
   * The state after the step. LevelError if the next step has been made and nobody asked before: it took over
   * the state's memory.
   */
  readonly keepState: () => TrainingState<P>;
}

/** The steps for callers who do not want the state of each, with errors that name the caller's operation. */
export function* makeSteps<P, B>(
  operation: string,
  options: TrainingOptions<P, B>,
): Generator<StatelessReport<P>, void, undefined> {
  const run = new Run(operation, options);
  const { takeStep, keep } =
    (options.compile ?? trainingDefaults.compile)
      ? compiledSteps(operation, run.step, run.range)
      : eagerSteps(run.step);
  for (const call of run.calls()) yield run.report(call, takeStep(...call.args), keep);
}

/** The same, with each step on another engine. */
export async function* makeStepsOn<P, B>(
  target: CompileTarget,
  operation: string,
  options: TrainingOptions<P, B>,
): AsyncGenerator<StatelessReport<P>, void, undefined> {
  const run = new Run(operation, options);
  const takeStep = targetSteps(operation, run.step, target);
  for (const call of run.calls()) yield run.report(call, await takeStep(...call.args), (state) => state);
}

/** A step that is to be made. */
interface StepCall<P, B> {
  readonly step: number;
  readonly learningRate: number;
  readonly args: Parameters<TrainingStep<P, B>>;
}

/** A run, but for how its steps are made: what each takes, and what becomes of its results. */
class Run<P, B> {
  readonly step: TrainingStep<P, B>;
  readonly range: StepRange;
  readonly #operation: string;
  readonly #options: TrainingOptions<P, B>;
  #standing: { readonly step: number; readonly learner: LearnerState<P> };

  constructor(operation: string, options: TrainingOptions<P, B>) {
    const { parameters, from, schedule, steps, batches, key, compile, ...rest } = completeOptions(
      operation,
      trainingDefaults,
      options,
    );
    requireRun(operation, options);
    const start = from ?? initialState(parameters, rest.optimizer);
    this.#operation = operation;
    this.#options = options;
    this.#standing = { step: start.step, learner: learnerOf(start) };
    this.range = { first: start.step + 1, last: steps };
    this.step = makeStep<P, B>(operation, rest);
  }

  /** Each step, when the one before it has been reported. */
  *calls(): Generator<StepCall<P, B>, void, undefined> {
    const { batches, schedule, key } = this.#options;
    const { first, last } = this.range;
    const iterator = batches[Symbol.iterator]();
    try {
      for (let step = first; step <= last; step++) {
        const { value: batch, done } = iterator.next();
        if (done) throw batchesRanOut(this.#operation, step - 1, last);
        const learningRate = schedule(step - 1);
        const args = [this.#standing.learner, batch, random.foldIn(key, step), learningRate] as const;
        yield { step, learningRate, args: args as unknown as StepCall<P, B>['args'] };
      }
    } finally {
      iterator.return?.();
    }
  }

  report(
    { step, learningRate, args: [, ...rest] }: StepCall<P, B>,
    [learner, results]: ReturnType<TrainingStep<P, B>>,
    keep: StepMaker<P, B>['keep'],
  ): StatelessReport<P> {
    const { losses, gradientNorm } = numbersOf(results);
    for (const [name, value] of [...Object.entries(losses), ['gradient norm', gradientNorm] as const]) {
      if (Number.isFinite(value)) continue;
      // The step has left the state as it was.
      this.#standing = { step: step - 1, learner };
      const learn = (parameters: P) => this.step({ ...learner, parameters }, ...rest);
      throw explainNonFinite(this.#operation, { step, name, value }, learn, learner.parameters);
    }
    this.#standing = { step, learner };
    const keepState = once(() => {
      if (this.#standing.step !== step) throw stateIsGone(this.#operation, step);
      return { step, ...keep(this.#standing.learner) };
    });
    return { step, learningRate, losses, gradientNorm, keepState };
  }
}

function learnerOf<P>({ parameters, optimizer, average }: TrainingState<P>): LearnerState<P> {
  return { parameters, optimizer, average };
}

/** The function with its first result for every call. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function stateIsGone(operation: string, step: number): LevelError {
  return new LevelError(`${operation}: the state after step ${step} was asked for after the next step`);
}

function batchesRanOut(operation: string, step: number, steps: number): TrainingError {
  return new TrainingError(`${operation}: the batches ran out after ${step} of ${steps} steps`, step);
}

function requireRun<P, B>(
  operation: string,
  { steps, schedule, optimizer, batches }: TrainingOptions<P, B>,
): void {
  requireCounts(operation, { steps });
  if (typeof schedule !== 'function') {
    throw new ArgumentError(
      `${operation}: wanted a schedule such as constantSchedule(1e-3), got ${describe(schedule)}`,
    );
  }
  requireOptimizer(operation, optimizer);
  if (typeof batches?.[Symbol.iterator] !== 'function') {
    throw new ArgumentError(
      `${operation}: wanted batches to iterate over, such as an array or what a generator function returns, got ${describe(batches)}`,
    );
  }
}

/**
 * The state before the first step.
 *
 * @param parameters a tree of tensors
 * @example const state = initialState(network.initialise(random.key(0)), adam());
 */
export function initialState<P>(parameters: P, optimizer: Optimizer): TrainingState<P> {
  requireOptimizer('initialState', optimizer);
  return {
    step: 0,
    parameters,
    optimizer: optimizer.initialise(parameters),
    average: movingAverage(0).initialise(parameters),
  };
}

/** A step's results as JavaScript numbers. */
function numbersOf({ losses, gradientNorm }: StepResults) {
  const numbers = Object.entries(losses).map(([name, value]) => [name, value.item()] as const);
  return { losses: Object.fromEntries(numbers), gradientNorm: gradientNorm.item() };
}
