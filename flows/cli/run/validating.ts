/**
 * The validation of a run: points that training never sees, their loss now and then, and the best weights.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { random, slice, type Tensor } from '../../../autograd/index.ts';
import { FileError, fileError, writeFileAtomically } from '../../files/index.ts';
import {
  type Batch,
  lossFor,
  type Network,
  type NetworkParameters,
  validationKey,
} from '../../fit/learning.ts';
import type { TrainingSettings } from '../../fit/settings.ts';
import { formatSafetensors, fromStateDict, parseSafetensors, stateDict } from '../../formats/index.ts';
import { earlyStopping, movingAverage, splitExamples, type TrainingState } from '../../training/index.ts';
import type { StepMetrics } from './metrics-log.ts';

/** What a run validates with, and what it has seen. */
export interface ValidationRun {
  readonly folder: string;
  readonly settings: TrainingSettings;
  readonly network: Network;
  /** The points that training does not see. Without them there is no validation. */
  readonly examples: Batch | undefined;
  readonly key: random.Key;
  /** The metrics of the steps before, of a run that goes on. */
  readonly metrics: readonly StepMetrics[];
  /** Weights of the same structure. */
  readonly like: NetworkParameters;
}

export interface Validation {
  /** The loss after the step, if one is due; its weights are kept if they are the best so far. */
  measure(step: number, state: () => TrainingState<NetworkParameters>): number | undefined;
  /** Whether the patience is at its end. */
  isOver(): boolean;
  /** The step of the least loss so far, and the weights there. */
  best(): { readonly step: number; readonly weights: NetworkParameters } | undefined;
  /** Writes the best weights into the folder. Call this before the checkpoint. */
  save(): void;
  /** Removes weights that no checkpoint needs any more. Call this after the checkpoint. */
  clean(): void;
}

/**
 * Which points are for training, and which for validation. The seed decides, and nothing else.
 * @example const { training, validation } = splitBatch(settings, examples);
 */
export function splitBatch(settings: TrainingSettings, examples: Batch) {
  if (settings.validation === 0) return { training: examples, validation: undefined };
  const key = validationKey(settings.seed);
  return splitExamples(examples, { share: settings.validation, key }) as {
    training: Batch;
    validation: Batch;
  };
}

/** The validation of a run, which knows what the steps before have shown. */
export function openValidation(run: ValidationRun): Validation {
  const { folder, settings, examples } = run;
  const seen = run.metrics.filter(({ validationLoss }) => validationLoss !== undefined);
  const stopping = earlyStopping({
    patience: settings.patience || Number.POSITIVE_INFINITY,
    losses: seen.map(lossOf),
  });
  const first = leastOf(seen);
  let best = first && { step: first.step, weights: readBest(folder, first.step, run.like) };
  // A run that was killed may have left weights of steps that it now makes anew, perhaps in another way.
  removeBest(folder, best?.step);
  return {
    measure(step, state) {
      if (!examples || step % settings.validateEvery !== 0) return undefined;
      const weights = movingAverage(settings.ema).value(state().average);
      const loss = validationLoss(run, examples, weights);
      if (stopping.add(loss)) best = { step, weights };
      return loss;
    },
    isOver: () => stopping.isOver(),
    best: () => best,
    save() {
      if (!best || existsSync(bestPath(folder, best.step))) return;
      const bytes = formatSafetensors(stateDict(best.weights), { format: 'pt', step: String(best.step) });
      writeFileAtomically(bestPath(folder, best.step), bytes);
    },
    clean: () => removeBest(folder, best?.step),
  };
}

/** Removes the best weights of all steps but one. */
function removeBest(folder: string, except?: number): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const [, step] = /^best-(\d+)\.safetensors$/.exec(name) ?? [];
    if (step !== undefined && Number(step) !== except) rmSync(join(folder, name), { force: true });
  }
}

/**
 * The mean squared error, before any weighting, over all points of the validation. The noise and the times
 * are the same each time, so that losses can be compared.
 */
function validationLoss(
  { settings, network, key }: ValidationRun,
  { data, labels }: Batch,
  weights: NetworkParameters,
): number {
  const loss = lossFor(settings, network);
  const count = data.shape[0] as number;
  let total = 0;
  for (let from = 0; from < count; from += settings.batchSize) {
    const range = [[from, Math.min(from + settings.batchSize, count)]] as const;
    const batch = { data: slice(data, range), ...(labels && { labels: slice(labels, range) }) };
    const { rawError } = loss(weights, batch, random.foldIn(key, from));
    total += (rawError as Tensor).item() * (range[0][1] - from);
  }
  return total / count;
}

/** The first of the least losses. */
function leastOf(seen: readonly StepMetrics[]): StepMetrics | undefined {
  return seen.reduce<StepMetrics | undefined>(
    (least, line) => (lossOf(line) < (least ? lossOf(least) : Number.POSITIVE_INFINITY) ? line : least),
    undefined,
  );
}

/** JSON has null for a loss that is not finite. */
function lossOf({ validationLoss }: StepMetrics): number {
  return validationLoss ?? Number.NaN;
}

function bestPath(folder: string, step: number): string {
  return join(folder, `best-${step}.safetensors`);
}

function readBest(folder: string, step: number, like: NetworkParameters): NetworkParameters {
  const path = bestPath(folder, step);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw fileError(path, 'read', cause);
  }
  try {
    return fromStateDict(parseSafetensors(bytes).tensors, like);
  } catch (cause) {
    throw new FileError(`${path} is damaged: ${(cause as Error).message}`, { cause });
  }
}
