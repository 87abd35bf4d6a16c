/** The training loop. */
import { completeOptions } from '../../lib/index.ts';
import { movingAverage } from './moving-average.ts';
import {
  type StepReport,
  type TrainingOptions,
  type TrainingState,
  trainingDefaults,
  trainingSteps,
} from './training-steps.ts';

/** The options of `trainingSteps`, and what to call on the way. */
export interface TrainOptions<P, B> extends TrainingOptions<P, B> {
  /** Called after each step. */
  readonly onStep?: (report: StepReport<P>) => void;
}

export interface Trained<P> {
  /** After the last step. */
  readonly parameters: P;
  /** Their moving average, which usually generates better. */
  readonly average: P;
  /** Each of the losses, step by step. */
  readonly curves: Readonly<Record<string, readonly number[]>>;
  /** What to go on from. */
  readonly state: TrainingState<P>;
}

/**
 * Minimises a loss by gradient steps. The same options give the same result, bit for bit. For a loop of your
 * own, with stops and checkpoints, see `trainingSteps`.
 *
 * @throws TrainingError if a loss or the gradient stops being finite, or the batches run out
 * @example
 * const { average, curves } = train({
 *   loss, parameters, optimizer: adam(), schedule: constantSchedule(1e-3), steps: 1000, batches, key: random.key(0),
 * });
 */
export function train<P, B>(options: TrainOptions<P, B>): Trained<P> {
  const { from, ema } = completeOptions('train', { ...trainingDefaults, onStep: undefined }, options);
  const { onStep, ...rest } = options;
  const curves: Record<string, number[]> = {};
  let state = from;
  for (const report of trainingSteps<P, B>(rest)) {
    for (const [name, value] of Object.entries(report.losses)) {
      curves[name] ??= [];
      curves[name].push(value);
    }
    state = report.state;
    onStep?.(report);
  }
  const last = state as TrainingState<P>;
  return {
    parameters: last.parameters,
    average: movingAverage(ema).value(last.average),
    curves,
    state: last,
  };
}
