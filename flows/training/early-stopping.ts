import { ArgumentError, completeOptions } from '../../lib/index.ts';

/** When to stop, and what an earlier run has seen. */
export interface EarlyStoppingOptions {
  /** The training is over after so many losses in a row without a new least one. Default Infinity: never. */
  readonly patience?: number;
  /** The validation losses so far, of a run that goes on. Default none. */
  readonly losses?: Iterable<number>;
}

/** Watches the validation losses of a run. */
export interface EarlyStopping {
  /** Takes the next loss. Returns whether it is below all before it, so that the weights are the best. */
  add(loss: number): boolean;
  /** Whether the patience is at its end. */
  isOver(): boolean;
}

/**
 * Early stopping: says which weights are the best so far, and when there is no hope of better ones. A loss
 * that is NaN is never the best.
 *
 * Source: Goodfellow, Bengio and Courville, "Deep Learning" (2016), algorithm 7.1.
 * @throws ArgumentError unless the patience is a whole number ≥ 1, or Infinity
 * @example
 * const stopping = earlyStopping({ patience: 5 });
 * for (const { step, state } of trainingSteps(options)) {
 *   if (step % 100 === 0 && stopping.add(lossOf(state))) best = state;
 *   if (stopping.isOver()) break;
 * }
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): EarlyStopping {
  const { patience, losses } = completeOptions(
    'earlyStopping',
    { patience: Number.POSITIVE_INFINITY, losses: [] as Iterable<number> },
    options,
  );
  if (!(patience >= 1) || !(Number.isInteger(patience) || patience === Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`earlyStopping: wanted a whole patience ≥ 1, or Infinity, got ${patience}`);
  }
  let least = Number.POSITIVE_INFINITY;
  let since = 0;
  const add = (loss: number) => {
    const isBest = loss < least;
    if (isBest) least = loss;
    since = isBest ? 0 : since + 1;
    return isBest;
  };
  for (const loss of losses) add(loss);
  return { add, isOver: () => since >= patience };
}
