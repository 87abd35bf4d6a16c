/** Trains so that nothing is lost: a run saves as it goes, stops at Ctrl-C, and resumes where it stopped. */
import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { type CompileTarget, random } from '../../../autograd/index.ts';
import { backendReport } from '../../../lib/index.ts';
import { FileError, readCheckpoint, writeCheckpoint } from '../../files/index.ts';
import {
  type Batch,
  isCompilable,
  learningRates,
  lossFor,
  type Network,
  type NetworkParameters,
  runKeys,
  validationKey,
} from '../../fit/learning.ts';
import {
  adam,
  initialState,
  movingAverage,
  shuffledBatches,
  TrainingError,
  type TrainingState,
} from '../../training/index.ts';
import { makeSteps, makeStepsOn, type StatelessReport } from '../../training/training-steps.ts';
import { UsageError } from '../arguments.ts';
import type { Console } from '../command.ts';
import type { DataSet } from './data-source.ts';
import { encode, isNoisy } from './encoding.ts';
import { type Products, productsSince } from './gpu.ts';
import { openMetricsLog, readMetrics } from './metrics-log.ts';
import { trainingProgress } from './progress.ts';
import { encodingOf, networkOf, type RunConfig, runFiles, writeConfig, writeModel } from './run-folder.ts';
import { isChangeable } from './settings.ts';
import { openValidation, splitBatch, type Validation } from './validating.ts';

/** What a run trains, and where it writes. */
export interface TrainingRun {
  readonly folder: string;
  readonly config: RunConfig;
  readonly data: DataSet;
  readonly console: Console;
  /** Whether to go on from the folder's checkpoint. */
  readonly resume: boolean;
  readonly allowOtherEnvironment?: boolean;
  /** Whether to compile the training step. */
  readonly compile: boolean;
  /** The engine that runs the steps; by default our own. */
  readonly engine?: CompileTarget | undefined;
  /** Whether each line of metrics.jsonl counts the matrix products of its step. Default false. */
  readonly countProducts?: boolean;
  /** The number of steps between two checkpoints. By default a run saves every 15 seconds. */
  readonly checkpointEvery?: number | undefined;
}

export interface TrainingOutcome {
  /** The number of steps done. It is less than the settings' number if the user interrupted the run. */
  readonly step: number;
  readonly finished: boolean;
  /** The step of the least validation loss, whose weights the model has; undefined without validation. */
  readonly best: number | undefined;
  /** What interrupted it. */
  readonly stoppedBy: Signal | undefined;
  /** How many matrix products each kernel computed for these steps. */
  readonly products: Products;
}

/** Ctrl-C, a polite kill, and a terminal that is gone. */
export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

type State = TrainingState<NetworkParameters>;

const secondsBetweenCheckpoints = 15;
/** How long the loop runs before it yields to the event loop, which delivers signals. */
const patienceInMilliseconds = 50;

/**
 * Trains to the end, until there is no hope of better weights (`patience`), or until the user interrupts.
 * Writes config.json, metrics.jsonl, the checkpoint and, at the end, the model: with validation, the best
 * weights.
 * @throws TrainingError if a loss is not finite (its message names the last good checkpoint); FileError if a
 * file cannot be read or written, or the checkpoint belongs to another run
 * @example const { finished } = await runTraining({ folder: 'out', config, data, console, resume: false, compile: true });
 */
export async function runTraining(run: TrainingRun): Promise<TrainingOutcome> {
  const { folder, config, console } = run;
  const { settings } = config;
  const files = runFiles(folder);
  const { products: productsBefore } = backendReport();
  const network = networkOf(config);
  const { initial, ...ownKeys } = runKeys(settings.seed);
  const start = initialState(network.initialise(initial), adam());
  const { state: from, keys } = run.resume ? goOn(run, start, ownKeys) : beginAfresh(run, start, ownKeys);

  const metrics = openMetricsLog(files.metrics, from.step);
  const { training: examples, validation: others } = splitBatch(settings, examplesOf(run, keys.batches));
  const validation = openValidation({
    ...{ folder, settings, network, like: from.parameters },
    examples: others && heldOut(config, others, validationKey(settings.seed)),
    // The steps' own keys are folded in from 1 on.
    key: random.foldIn(keys.training, 0),
    metrics: from.step === 0 ? [] : readMetrics(files.metrics),
  });
  const progress = trainingProgress({ total: settings.steps, from: from.step, stream: console.err });
  const interruption = watchForInterruption();
  const engine = engineOf(run);
  const isCheckpointDue = checkpointRhythm(run.checkpointEvery);
  const productsOfStep = run.countProducts ? productsSinceLastCall() : () => undefined;
  const pause = pauseRhythm();
  let lastState = () => from;
  const save = () => {
    metrics.flush();
    validation.save();
    writeCheckpoint(files.checkpoint, { state: lastState(), keys, run: { ...identityOf(config), engine } });
    validation.clean();
  };
  try {
    for await (const report of stepsToGo(validation, stepsOf(run, network, from, keys, examples))) {
      lastState = report.keepState;
      metrics.add(report, validation.measure(report.step, report.keepState), productsOfStep());
      progress.update(report.step, report.losses.rawError as number);
      if (isCheckpointDue(report.step)) save();
      await pause();
      if (interruption.by()) break;
    }
    save();
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error;
    save();
    const place = `the last good checkpoint, after step ${lastState().step}, is ${files.checkpoint}`;
    throw new TrainingError(`${error.message}; ${place}`, error.step, { cause: error });
  } finally {
    interruption.stop();
    progress.finish();
    metrics.close();
  }
  const state = lastState();
  const finished = state.step >= settings.steps || validation.isOver();
  const best = validation.best();
  if (finished) writeModel(folder, best?.weights ?? movingAverage(settings.ema).value(state.average), config);
  return {
    ...{ step: state.step, finished, best: best?.step, stoppedBy: interruption.by() },
    products: productsSince(productsBefore),
  };
}

function productsSinceLastCall(): () => Products {
  let { products: before } = backendReport();
  return () => {
    const products = productsSince(before);
    before = backendReport().products;
    return products;
  };
}

/** The steps, until the patience is at its end. It may be so before the first one, when a run goes on. */
async function* stepsToGo<R>(
  validation: Validation,
  steps: Iterable<R> | AsyncIterable<R>,
): AsyncGenerator<R, void, undefined> {
  if (validation.isOver()) return;
  for await (const step of steps) {
    yield step;
    if (validation.isOver()) return;
  }
}

/** The features of all points; or the points themselves, if each step is to encode them with other noise. */
function examplesOf({ config, data: { points, labels } }: TrainingRun, key: random.Key): Batch {
  const encoding = encodingOf(config);
  const examples = isNoisy(encoding) ? points : encode(encoding, points, key).features;
  return { data: examples, ...(labels && { labels }) };
}

/** The features of those that training does not see, always with the same noise. */
function heldOut(config: RunConfig, examples: Batch, key: random.Key): Batch {
  const encoding = encodingOf(config);
  return isNoisy(encoding) ? { ...examples, data: encode(encoding, examples.data, key).features } : examples;
}

function stepsOf(
  { config, compile, engine }: TrainingRun,
  network: Network,
  from: State,
  keys: Keys,
  examples: Batch,
): Iterable<StatelessReport<NetworkParameters>> | AsyncIterable<StatelessReport<NetworkParameters>> {
  const { settings } = config;
  const options = {
    loss: lossFor(settings, network),
    parameters: from.parameters,
    from,
    optimizer: adam(),
    schedule: learningRates(settings),
    steps: settings.steps,
    batches: batchesOf(config, examples, { key: keys.batches, skip: from.step }),
    key: keys.training,
    ema: settings.ema,
    compile: compile && isCompilable(settings),
  };
  return engine ? makeStepsOn(engine, 'train', options) : makeSteps('train', options);
}

/** What a checkpoint calls the engine. */
function engineOf({ engine }: TrainingRun): string {
  return engine?.name ?? 'fluxion';
}

/** Batches of features. Those with noise in them get other noise in each step. */
function batchesOf(
  config: RunConfig,
  examples: Batch,
  { key, skip }: { readonly key: random.Key; readonly skip: number },
): Iterable<Batch> {
  const encoding = encodingOf(config);
  const batches = shuffledBatches(examples, { batchSize: config.settings.batchSize, key, skip });
  if (!isNoisy(encoding)) return batches;
  const [, noiseKey] = random.split(key);
  return {
    *[Symbol.iterator]() {
      let step = skip;
      for (const batch of batches)
        yield { ...batch, data: encode(encoding, batch.data, random.foldIn(noiseKey, step++)).features };
    },
  };
}

type Keys = Omit<ReturnType<typeof runKeys>, 'initial'>;

interface Beginning {
  readonly state: State;
  readonly keys: Keys;
}

/** Removes what an earlier run left, and writes the config. */
function beginAfresh({ folder, config }: TrainingRun, start: State, keys: Keys): Beginning {
  const { checkpoint, model, metrics } = runFiles(folder);
  for (const path of [checkpoint, model, metrics]) rmSync(path, { force: true });
  writeConfig(folder, config);
  return { state: start, keys };
}

/**
 * The checkpoint's state and keys; those of the start if a run was killed before it wrote a checkpoint.
 * Writes the config, whose settings may have changed.
 */
function goOn(run: TrainingRun, start: State, keys: Keys): Beginning {
  const { folder, config, allowOtherEnvironment = false } = run;
  const path = runFiles(folder).checkpoint;
  if (!existsSync(path)) {
    writeConfig(folder, config);
    return { state: start, keys };
  }
  const checkpoint = readCheckpoint(path, start, { allowOtherEnvironment });
  const { batches, training } = checkpoint.keys;
  if (checkpoint.run.config !== identityOf(config).config || !batches || !training) {
    throw new FileError(
      `${path} belongs to another run than ${runFiles(folder).config}; start afresh with --overwrite`,
    );
  }
  const { engine = 'fluxion' } = checkpoint.run;
  if (engine !== engineOf(run) && !allowOtherEnvironment) {
    throw new FileError(
      `${path} was written by --engine ${engine}, and ${engineOf(run)} rounds otherwise; go on anyway with --allow-other-environment`,
    );
  }
  const { step } = checkpoint.state;
  if (step > config.settings.steps) {
    throw new UsageError(
      `train: the run in ${folder} has made ${step} steps; wanted --steps ${step} or more, got ${config.settings.steps}`,
    );
  }
  writeConfig(folder, config);
  return { state: checkpoint.state, keys: { batches, training } };
}

/** The hash by which a checkpoint knows its run: of all that may not change when the run goes on. */
export function identityOf({ data, settings, ...rest }: RunConfig): Readonly<Record<string, string>> {
  const { source: _, path: __, ...sameData } = data;
  const same = Object.entries(settings).filter(([name]) => !isChangeable(name));
  const identity = { ...rest, data: sameData, settings: Object.fromEntries(same) };
  return { config: createHash('sha256').update(JSON.stringify(identity)).digest('hex') };
}

/** Says after each step whether to save: every `every` steps, or by the clock. */
function checkpointRhythm(every: number | undefined): (step: number) => boolean {
  let last = performance.now();
  return (step) => {
    if (every !== undefined) return step % every === 0;
    if (performance.now() - last < 1000 * secondsBetweenCheckpoints) return false;
    last = performance.now();
    return true;
  };
}

/** Yields to the event loop every 50 ms, so that SIGINT is delivered during a synchronous loop. */
function pauseRhythm(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < patienceInMilliseconds) return;
    await new Promise(setImmediate);
    last = performance.now();
  };
}

/** The first Ctrl-C asks the run to stop after its step. The second one ends the program at once. */
function watchForInterruption() {
  let by: Signal | undefined;
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const stop = () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  const onSignal = (signal: Signal) => {
    by = signal;
    stop();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return { by: () => by, stop };
}
