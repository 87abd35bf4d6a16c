/** The training loop. */
import { completeOptions } from '../../lib/index.ts';
import { movingAverage } from './moving-average.ts';
import {
  makeSteps,
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
  const { from, ema } = completeOptions('train', { ...trainingDefaults, onStep: undefined }, options);
  const { onStep, ...rest } = options;
  const curves: Record<string, number[]> = {};
  let lastState = () => from as TrainingState<P>;
  for (const { keepState, ...report } of makeSteps<P, B>('train', rest)) {
    for (const [name, value] of Object.entries(report.losses)) {
      curves[name] ??= [];
      curves[name].push(value);
    }
    lastState = keepState;
    onStep?.({ ...report, state: keepState() });
  }
  const last = lastState();
  return {
    parameters: last.parameters,
    average: movingAverage(ema).value(last.average),
    curves,
    state: last,
  };
}
