/** The training loop. */
import { random, type Tensor, valueAndGrad } from '../../autograd/index.ts';
import { checkOptions, FluxionError } from '../../lib/index.ts';
import { movingAverage } from './moving-average.ts';
import type { Optimizer } from './optimizer.ts';
import { requireCounts } from './ranges.ts';
import type { Schedule } from './schedules.ts';

/** What a loss function returns: the scalar to descend, and any other scalars worth recording. */
export interface Losses {
  readonly loss: Tensor;
  readonly [name: string]: Tensor;
}

export interface TrainOptions<P, B> {
  /** The loss of a batch. `key` is this step's own randomness. */
  readonly loss: (parameters: P, batch: B, key: random.Key) => Losses;
  /** Where to begin. */
  readonly parameters: P;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  /** How many steps to make. */
  readonly steps: number;
  /** One batch is taken for each step; `shuffledBatches` makes them. */
  readonly batches: Iterable<B>;
  /** All randomness of the losses comes from here. */
  readonly key: random.Key;
  /** Decay of the moving average of the parameters. Default 0: the average is the last parameters themselves. */
  readonly ema?: number;
  /** Called after each step. */
  readonly onStep?: (report: StepReport) => void;
}

export interface StepReport {
  /** How many steps are done, from 1. */
  readonly step: number;
  readonly learningRate: number;
  /** The step's losses, before its update. */
  readonly losses: Readonly<Record<string, number>>;
}

export interface Trained<P> {
  /** After the last step. */
  readonly parameters: P;
  /** Their moving average, which usually generates better. */
  readonly average: P;
  /** Each of the losses, step by step. */
  readonly curves: Readonly<Record<string, readonly number[]>>;
}

/** A training run that cannot go on. */
export class TrainingError extends FluxionError {
  static {
    TrainingError.prototype.name = 'TrainingError';
  }
}

/**
 * Minimises a loss by gradient steps. The same options give the same result, bit for bit.
 *
 * @throws TrainingError if the loss stops being finite, or the batches run out
 * @example
 * const { average, curves } = train({
 *   loss, parameters, optimizer: adam(), schedule: constantSchedule(1e-3), steps: 1000, batches, key: random.key(0),
 * });
 */
export function train<P, B>(options: TrainOptions<P, B>): Trained<P> {
  const names = ['loss', 'parameters', 'optimizer', 'schedule', 'steps', 'batches', 'key', 'ema', 'onStep'];
  checkOptions('train', options, names);
  const { loss, optimizer, schedule, steps, batches, key, ema = 0, onStep } = options;
  requireCounts('train', { steps });
  const average = movingAverage(ema);
  const lossAndGradients = valueAndGrad(splitLosses(loss), { auxiliary: true });

  let parameters = options.parameters;
  let optimizerState = optimizer.initialise(parameters);
  let averageState = average.initialise(parameters);
  const curves: Record<string, number[]> = {};
  const iterator = batches[Symbol.iterator]();
  for (let step = 1; step <= steps; step++) {
    const { value: batch, done } = iterator.next();
    if (done) throw new TrainingError(`train: the batches ran out after ${step - 1} of ${steps} steps`);
    const learningRate = schedule(step - 1);
    const [[value, others], gradients] = lossAndGradients(parameters, batch, random.foldIn(key, step));
    const losses = record(curves, { loss: value, ...others }, step);
    [parameters, optimizerState] = optimizer.update(gradients, optimizerState, parameters, learningRate);
    averageState = average.update(averageState, parameters);
    onStep?.({ step, learningRate, losses });
  }
  iterator.return?.();
  return { parameters, average: average.value(averageState), curves };
}

/** The form that `valueAndGrad` wants: the loss, and what is only passed through. */
function splitLosses<P, B>(lossesOf: (parameters: P, batch: B, key: random.Key) => Losses) {
  return (parameters: P, batch: B, key: random.Key): [Tensor, Record<string, Tensor>] => {
    const { loss, ...others } = lossesOf(parameters, batch, key);
    return [loss, others];
  };
}

function record(
  curves: Record<string, number[]>,
  losses: Readonly<Record<string, Tensor>>,
  step: number,
): Readonly<Record<string, number>> {
  const values = Object.entries(losses).map(([name, value]) => [name, value.item()] as const);
  for (const [name, value] of values) {
    if (!Number.isFinite(value)) {
      throw new TrainingError(
        `train: the ${name === 'loss' ? 'loss' : `recorded '${name}'`} is ${value} at step ${step}; ` +
          'lower the learning rate, or look for a division by zero in the loss',
      );
    }
    curves[name] ??= [];
    curves[name].push(value);
  }
  return Object.fromEntries(values);
}
