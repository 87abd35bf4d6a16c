/** A training run that loses nothing: it saves as it goes, stops at Ctrl-C, and goes on from where it stopped. */
import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { FileError, readCheckpoint, writeCheckpoint } from '../files/index.ts';
import type { VelocityParameters } from '../networks/index.ts';
import {
  adam,
  initialState,
  movingAverage,
  shuffledBatches,
  TrainingError,
  type TrainingState,
  trainingSteps,
} from '../training/index.ts';
import type { Console } from './command.ts';
import type { DataSet } from './data-source.ts';
import { learningRates, lossFor, runKeys } from './learning.ts';
import { openMetricsLog } from './metrics-log.ts';
import { trainingProgress } from './progress.ts';
import { networkOf, type RunConfig, runFiles, standardized, writeConfig, writeModel } from './run-folder.ts';

export interface TrainingRun {
  readonly folder: string;
  readonly config: RunConfig;
  readonly data: DataSet;
  readonly console: Console;
  /** Whether to go on from the folder's checkpoint. */
  readonly resume: boolean;
  readonly allowOtherEnvironment?: boolean;
  /** Save after so many steps; by default every 15 seconds. */
  readonly checkpointEvery?: number | undefined;
}

export interface TrainingOutcome {
  /** How many steps are done; fewer than the settings' if the run was interrupted. */
  readonly step: number;
  readonly finished: boolean;
}

type State = TrainingState<VelocityParameters>;

const secondsBetweenCheckpoints = 15;
/** How long a loop may go on without looking whether the user wants to stop. */
const patienceInMilliseconds = 50;

/**
 * Trains to the end, or until the user interrupts, and writes config.json, metrics.jsonl, the checkpoint and, at the end, the model.
 * @throws TrainingError, with the place of the last good checkpoint, if a loss stops being finite; FileError
 */
export async function runTraining(run: TrainingRun): Promise<TrainingOutcome> {
  const { folder, config, data, console } = run;
  const { settings } = config;
  const files = runFiles(folder);
  const optimizer = adam();
  const network = networkOf(config);
  const { initial, ...runsKeys } = runKeys(settings.seed);
  const identity = { config: digestOf(config) };
  const start = initialState(network.initialise(initial), optimizer);
  const { state: from, keys } = run.resume ? goOn(run, start, identity, runsKeys) : { state: start, keys: runsKeys };
  if (!run.resume) {
    for (const path of [files.checkpoint, files.model, files.metrics]) rmSync(path, { force: true });
    writeConfig(folder, config);
  }

  const metrics = openMetricsLog(files.metrics, from.step);
  const progress = trainingProgress({ total: settings.steps, from: from.step, stream: console.err });
  const batches = shuffledBatches(
    { data: standardized(config, data.points), ...(data.labels && { labels: data.labels }) },
    { batchSize: settings.batchSize, key: keys.batches, skip: from.step },
  );
  let state: State = from;
  const save = () => {
    metrics.flush();
    writeCheckpoint(files.checkpoint, { state, keys, run: identity });
  };
  const interruption = watchForInterruption();
  let [lastSave, lastPause] = [performance.now(), performance.now()];
  try {
    const steps = trainingSteps<VelocityParameters, { data: typeof data.points; labels?: typeof data.points }>({
      loss: lossFor(settings, network),
      parameters: start.parameters,
      from,
      optimizer,
      schedule: learningRates(settings),
      steps: settings.steps,
      batches,
      key: keys.training,
      ema: settings.ema,
    });
    for (const report of steps) {
      state = report.state;
      metrics.add(report);
      progress.update(report.step, report.losses.loss as number);
      const now = performance.now();
      const due = run.checkpointEvery
        ? report.step % run.checkpointEvery === 0
        : now - lastSave > 1000 * secondsBetweenCheckpoints;
      if (due) [lastSave] = [now, save()];
      if (now - lastPause > patienceInMilliseconds) {
        await new Promise(setImmediate);
        lastPause = performance.now();
      }
      if (interruption.wanted()) break;
    }
    save();
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error;
    save();
    const place = `the last good checkpoint, after step ${state.step}, is ${files.checkpoint}`;
    throw new TrainingError(`${error.message}; ${place}`, error.step, { cause: error });
  } finally {
    interruption.stop();
    progress.finish();
    metrics.close();
  }
  const finished = state.step >= settings.steps;
  if (finished) writeModel(folder, movingAverage(settings.ema).value(state.average));
  return { step: state.step, finished };
}

type Keys = Omit<ReturnType<typeof runKeys>, 'initial'>;

/** The state and the keys of the checkpoint; if the run was killed before it wrote one, those of the beginning. */
function goOn(
  { folder, allowOtherEnvironment = false }: TrainingRun,
  start: State,
  identity: Readonly<Record<string, string>>,
  keys: Keys,
): { readonly state: State; readonly keys: Keys } {
  const path = runFiles(folder).checkpoint;
  if (!existsSync(path)) return { state: start, keys };
  const checkpoint = readCheckpoint(path, start, { allowOtherEnvironment });
  const { batches, training } = checkpoint.keys;
  if (checkpoint.run.config !== identity.config || !batches || !training) {
    throw new FileError(
      `${path} belongs to another run than ${runFiles(folder).config}; start afresh with --overwrite`,
    );
  }
  return { state: checkpoint.state, keys: { batches, training } };
}

function digestOf(config: RunConfig): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex');
}

/** The first Ctrl-C asks the run to stop after its step; a second one ends the program at once, as ever. */
function watchForInterruption() {
  let wanted = false;
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const stop = () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  const onSignal = () => {
    wanted = true;
    stop();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return { wanted: () => wanted, stop };
}
