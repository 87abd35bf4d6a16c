/** The training loop. */
import { completeOptions } from '../../lib/index.ts';
import { movingAverage } from './moving-average.ts';
import {
  makeSteps,
  type StatelessReport,
  type StepReport,
  type TrainingOptions,
  type TrainingState,
  trainingDefaults,
} from './training-steps.ts';

/** The options of `trainingSteps`, and a function to call after each step. */
export interface TrainOptions<P, B> extends TrainingOptions<P, B> {
  /** Called after each step. */
  readonly onStep?: (report: StepReport<P>) => void;
}

export interface Trained<P> {
  /** The parameters after the last step. */
  readonly parameters: P;
  /** The parameters' moving average, whose samples are usually better. */
  readonly average: P;
  /** The values of each loss, by its name: one number for each step. */
  readonly curves: Readonly<Record<string, readonly number[]>>;
  /** The last state, from which a later run can go on. */
  readonly state: TrainingState<P>;
}

/**
 * Minimises a loss by gradient steps. The same options give the same result, bit for bit. `trainingSteps` is
 * for callers who write the loop themselves, with stops and checkpoints.
 *
 * @throws TrainingError if a loss or the gradient becomes NaN or ∞, or the batches run out; ArgumentError for
 * an option that is missing, unknown or of the wrong type
 * @example
 * const { average, curves } = train({
 *   loss, parameters, batches, key: random.key(0),
 *   optimizer: adam(), schedule: constantSchedule(1e-3), steps: 1000,
 * });
 */
export function train<P, B>(options: TrainOptions<P, B>): Trained<P> {
  const { ema } = completeOptions('train', trainDefaults, options);
  const run = steps('train', options);
  for (;;) {
    const { done, value } = run.next();
    if (done) return trained(value, ema);
  }
}

/** The options of `train`, and a signal that stops the run. */
export interface TrainAsyncOptions<P, B> extends TrainOptions<P, B> {
  /** Stops the run before its next step. */
  readonly signal?: AbortSignal;
}

// A page that answers within 50 ms feels immediate (W3C, "Long Tasks API").
const millisecondsBetweenPauses = 20;

/**
 * `train`, with the same result, bit for bit, for programs that must go on meanwhile, such as a page or a
 * server: every 20 ms, after the step in progress, other tasks of the program get their turn. A run in a
 * worker does not need it, except to be stopped by a message.
 *
 * @returns a promise, which is rejected with what `train` throws
 * @throws (by the promise) the signal's reason, by default a DOMException named AbortError, if it is aborted
 * @example
 * const stop = new AbortController();
 * const { average } = await trainAsync({ ...options, signal: stop.signal, onStep: (report) => show(report) });
 */
export function trainAsync<P, B>(options: TrainAsyncOptions<P, B>): Promise<Trained<P>> {
  return trainInTurns('trainAsync', options);
}

/** `trainAsync`, with errors that name the caller's operation. */
export async function trainInTurns<P, B>(
  operation: string,
  options: TrainAsyncOptions<P, B>,
  onReport?: (report: StatelessReport<P>) => void,
): Promise<Trained<P>> {
  const { ema, signal } = completeOptions(operation, { ...trainDefaults, signal: undefined }, options);
  const { signal: _, ...rest } = options;
  const run = steps(operation, rest, onReport);
  try {
    for (let paused = performance.now(); ; ) {
      signal?.throwIfAborted();
      const { done, value } = run.next();
      if (done) return trained(value, ema);
      if (performance.now() - paused < millisecondsBetweenPauses) continue;
      await otherTasks();
      paused = performance.now();
    }
  } finally {
    run.return(undefined as never);
  }
}

const trainDefaults = { ...trainingDefaults, onStep: undefined } as const;

type Curves = Readonly<Record<string, readonly number[]>>;

interface Run<P> {
  readonly curves: Curves;
  readonly state: TrainingState<P>;
}

/** What `train` and `trainAsync` share: makes the steps, and stops after each. */
function* steps<P, B>(
  operation: string,
  options: TrainOptions<P, B>,
  onReport?: (report: StatelessReport<P>) => void,
): Generator<void, Run<P>, void> {
  const { onStep, ...rest } = options;
  const curves: Record<string, number[]> = {};
  let lastState = () => options.from as TrainingState<P>;
  for (const stateless of makeSteps<P, B>(operation, rest)) {
    const { keepState, ...report } = stateless;
    for (const [name, value] of Object.entries(report.losses)) {
      curves[name] ??= [];
      curves[name].push(value);
    }
    lastState = keepState;
    onReport?.(stateless);
    onStep?.({ ...report, state: keepState() });
    yield;
  }
  return { curves, state: lastState() };
}

function trained<P>({ curves, state }: Run<P>, ema: number): Trained<P> {
  const { parameters } = state;
  return { parameters, average: movingAverage(ema).value(state.average), curves, state };
}

/**
 * Lets other tasks have their turn. A message, as a page holds timers back, by up to a second out of sight.
 */
function otherTasks(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const onmessage = () => {
      port1.close();
      resolve();
    };
    Object.assign(port1, { onmessage });
    port2.postMessage(null);
  });
}
