/** fluxion train: trains a model of the user's data, and writes it into a folder. */
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { ArgumentError, type CompileTarget, type Tensor } from '../../../autograd/index.ts';
import { FileError, fileError, lockFolder } from '../../files/index.ts';
import { isCompilable } from '../../fit/learning.ts';
import { runFormat } from '../../fit/saved-flow.ts';
import {
  defaultSettings,
  methods,
  networkSettings,
  networks,
  type TrainingSettings,
} from '../../fit/settings.ts';
import { onnxRuntime } from '../../formats/index.ts';
import { validationCount } from '../../training/split-examples.ts';
import { finiteNumber, flag, parseOptions, UsageError, wholeNumber } from '../arguments.ts';
import type { Command, Console } from '../command.ts';
import { requireOutFolder } from '../out-path.ts';
import { placeOf, reloadData } from '../run/data-path.ts';
import { type DataSet, dataDigest, isFile, loadData, namedData } from '../run/data-source.ts';
import { decisionsOf, formatDecisions } from '../run/decisions.ts';
import { standardizationOf } from '../run/encoding.ts';
import { describeGpu, loadGpuIfAsked } from '../run/gpu.ts';
import {
  choosingHelp,
  choosingOptions,
  printNotes,
  type ReadingValues,
  readingHelp,
  readingOf,
  readingOptions,
} from '../run/reading.ts';
import { networkOf, type RunConfig, readConfig, runFiles } from '../run/run-folder.ts';
import { changeableSettings, checkSetting, isChangeable, parseSettings } from '../run/settings.ts';
import { runTraining, type TrainingOutcome } from '../run/training-run.ts';
import { summarize } from '../run/write-results.ts';
import { packageVersion } from '../version.ts';

const { steps, seed, method, network } = defaultSettings;

const help = `Usage: fluxion train [--data <data>] [--method <method>] [--out <folder>] [options]
       fluxion train --resume --out <folder> [--steps <more>] [--learning-rate <rate>]

Trains a flow on data and writes into a folder: model.safetensors (weights by PyTorch's names),
config.json, metrics.jsonl (a line for each step), report.html, samples.png, and while it
trains checkpoint.safetensors. A run that was stopped, by Ctrl-C or by a power cut, goes on
with --resume and ends with the same model, bit for bit. So does a finished run with more --steps:
from there on, its learning rates are those of a run of so many steps.

  --data <data>          ${namedData.slice(0, 5).join(', ')},
                         ${namedData.slice(5).join(', ')}, or a file: .csv, .tsv, .json,
                         .jsonl, .parquet, .npy or .npz, and any of them with .gz
                         (default digits)
  --label <column>       the column of a table (name, or number from 0), or the array of a
                         .npz file, that holds the classes
  --method <method>      ${methods.join(', ')} (default ${method})
  --network <network>    ${networks.join(', ')} (default ${network}); the last two are for images
  --steps <n>            training steps (default ${steps})
  --learning-rate <rate> the highest; from there it falls to 0 (the setting 'schedule')
  --validation <share>   keep this share of the points away from training, measure the loss of
                         the averaged weights there every 50 steps (the setting
                         'validateEvery'), and keep the best weights; the figures compare with
                         these points (default 0.1 of a table of 200 rows or more, else 0)
  --patience <n>         stop after n such losses without a new least one
  --seed <n>             what all randomness comes from (default ${seed})
  --config <file>        further settings, as JSON: { "hidden": 128, "learningRate": 0.001 };
                         config.json lists them all
  --out <folder>         where to write (default out)
  --resume               go on with the run in that folder; --steps, --learning-rate, --patience
                         and --data (where the same data are now) can be given anew
  --overwrite            start afresh, though there is a run in that folder
  --checkpoint-every <n> save after every n steps (default: every 15 seconds)
  --allow-other-environment
                         resume although another version of Node, machine or backend may
                         change the last bits
${readingHelp}${choosingHelp}  --no-compile           run each step operation by operation: slower, with the same results;
                         ot-cfm, whose pairs depend on values, always does
  --engine <engine>      fluxion, or onnxruntime: runs the steps in the optional package
                         onnxruntime-node, with the same numbers but for rounding; not for
                         ot-cfm (default fluxion)
  --gpu                  load the optional package gpu.js, say what was measured, and send the GPU
                         the matrix products at which it was faster than this CPU; FLUXION_GPU=1
                         asks for it, too
  --json                 print the result as JSON
  --debug                print a stack trace if something breaks
  --help                 print this

Examples:
  fluxion train --data moons --method ot-cfm --out moons
  fluxion train --data penguins.csv --label species --steps 5000 --out penguins
  fluxion train --data digits --network unet --out digits
  fluxion train --resume --out penguins
`;

export const trainCommand: Command = {
  name: 'train',
  summary: 'train a flow on a data set, or on your own data',
  help,
  async run(args, console) {
    const values = parseOptions('train', args, {
      data: { type: 'string' },
      label: { type: 'string' },
      method: { type: 'string' },
      network: { type: 'string' },
      steps: { type: 'string' },
      'learning-rate': { type: 'string' },
      validation: { type: 'string' },
      patience: { type: 'string' },
      seed: { type: 'string' },
      config: { type: 'string' },
      out: { type: 'string' },
      resume: { type: 'boolean' },
      overwrite: { type: 'boolean' },
      'checkpoint-every': { type: 'string' },
      'allow-other-environment': { type: 'boolean' },
      'no-compile': { type: 'boolean' },
      engine: { type: 'string' },
      gpu: { type: 'boolean' },
      json: { type: 'boolean' },
      ...readingOptions,
      ...choosingOptions,
    });
    const folder = values.out ?? 'out';
    requireOutFolder('train', folder);
    const checkpointEvery = wholeNumber('train', '--checkpoint-every', values['checkpoint-every'], 1, 0);
    const { config, data } = values.resume
      ? await resumed(folder, values)
      : await fresh(folder, values, console);
    const engine = await engineNamed(values.engine, config.settings);
    const onGpu = await loadGpuIfAsked(values.gpu, console);
    const release = lockFolder(folder);
    try {
      const started = performance.now();
      const outcome = await runTraining({
        ...{ folder, config, data, console },
        resume: flag(values.resume),
        allowOtherEnvironment: flag(values['allow-other-environment']),
        compile: !flag(values['no-compile']),
        engine,
        countProducts: onGpu,
        checkpointEvery: checkpointEvery || undefined,
      });
      if (!outcome.finished) return interrupted(console, folder, outcome);
      printBest(console, config, outcome);
      const { summary, text } = summarize(folder, data, {
        seconds: (performance.now() - started) / 1000,
        products: outcome.products,
        gpu: onGpu ? describeGpu() : undefined,
      });
      console.out.write(values.json ? `${JSON.stringify(summary, null, 2)}\n` : text);
      return 0;
    } finally {
      release();
    }
  },
};

/** The engine of that name; undefined for our own. */
async function engineNamed(name = 'fluxion', settings: TrainingSettings): Promise<CompileTarget | undefined> {
  if (name === 'fluxion') return undefined;
  if (name !== 'onnxruntime')
    throw new UsageError(`train: wanted fluxion or onnxruntime for --engine, got '${name}'`);
  if (!isCompilable(settings)) {
    throw new UsageError(
      `train: ${settings.method} pairs each batch by its values, which only fluxion itself can; train with cfm`,
    );
  }
  return onnxRuntime();
}

interface TrainValues extends ReadingValues {
  readonly data?: string;
  readonly label?: string;
  readonly method?: string;
  readonly network?: string;
  readonly steps?: string;
  readonly 'learning-rate'?: string;
  readonly validation?: string;
  readonly patience?: string;
  readonly seed?: string;
  readonly config?: string;
  readonly overwrite?: boolean;
  readonly 'allow-other-environment'?: boolean;
  readonly 'no-compile'?: boolean;
  readonly json?: boolean;
}

interface Prepared {
  readonly config: RunConfig;
  readonly data: DataSet;
}

/** Which weights became the model, where that is not the last ones. */
function printBest({ err }: Console, { settings }: RunConfig, { step, best }: TrainingOutcome): void {
  if (best === undefined) return;
  const early = step < settings.steps ? `Stopped early, after step ${step} of ${settings.steps}. ` : '';
  err.write(`${early}The model has the weights of the least validation loss, after step ${best}.\n`);
}

function interrupted(console: Console, folder: string, { step, stoppedBy }: TrainingOutcome): number {
  const command = `fluxion train --resume --out ${folder}`;
  console.err.write(`Stopped after step ${step}, and saved; go on with: ${command}\n`);
  // By the convention of shells: 128, and the number of the signal.
  return 128 + constants.signals[stoppedBy ?? 'SIGINT'];
}

async function fresh(folder: string, values: TrainValues, console: Console): Promise<Prepared> {
  const given = givenSettings(values);
  if (existsSync(runFiles(folder).config) && !values.overwrite) {
    throw new UsageError(
      `train: there is a run in ${folder} already; go on with it (--resume), or start afresh (--overwrite)`,
    );
  }
  const source = values.data ?? 'digits';
  const reading = readingOf('train', values);
  const data = await loadData({ source, label: values.label, reading });
  printNotes(console, data);
  const count = data.points.shape[0] as number;
  if (count < 2) throw new FileError(`${source}: wanted at least 2 points, got ${count}`);
  const usual = { ...defaultSettings, ...networkSettings[given.network ?? defaultSettings.network] };
  const isTable = isFile(source) && !data.image;
  const validation = given.validation ?? (isTable ? usualHoldOut(count, { ...usual, ...given }) : 0);
  const settings: TrainingSettings = {
    ...usual,
    validation,
    batchSize: Math.min(usual.batchSize, trainingCount(count, validation)),
    // The columns of a table have units of their own.
    perFeature: isTable,
    ...given,
  };
  const usable = trainingCount(count, settings.validation);
  if (settings.batchSize > usable) {
    throw new UsageError(
      `train: wanted a 'batchSize' of at most the ${usable} points, got ${settings.batchSize}`,
    );
  }
  requireValidation(settings);
  if (settings.guidance !== 1 && data.classNames.length === 0) {
    throw new UsageError("train: the setting 'guidance' needs classes; name their column with --label");
  }
  const kinds = data.kinds ?? data.columns.map(() => ({ kind: 'number' as const }));
  const config: RunConfig = {
    format: runFormat,
    fluxion: packageVersion(),
    data: {
      ...placeOf(folder, source),
      label: values.label ?? null,
      ...(Object.keys(reading).length > 0 && { reading }),
      points: count,
      columns: data.columns,
      ...(data.kinds && { kinds: data.kinds }),
      ...(data.leftOut && data.leftOut.length > 0 && { leftOut: data.leftOut }),
      classNames: data.classNames,
      ...(data.labels && { classCounts: countsOf(data.labels, data.classNames.length) }),
      image: data.image ?? null,
      sha256: dataDigest(data),
    },
    standardization: standardizationOf(data.points, kinds, {
      perFeature: settings.perFeature,
      isImage: data.image !== undefined,
    }),
    settings,
  };
  requireNetwork(config);
  const decisions = decisionsOf(config);
  const stream = values.json ? console.err : console.out;
  if (decisions.length > 0) stream.write(`${formatDecisions(decisions)}\n`);
  return { config, data };
}

/**
 * The share of a table that is kept away from training, so that the figures are not those of points learned
 * by heart: none of a small table, or of a run that ends before the first measurement.
 */
function usualHoldOut(count: number, { steps, validateEvery }: TrainingSettings): number {
  return count >= 200 && steps >= validateEvery ? 0.1 : 0;
}

/** Throws a UsageError if this network cannot take these data. */
function requireNetwork(config: RunConfig): void {
  try {
    networkOf(config);
  } catch (error) {
    throw error instanceof ArgumentError ? new UsageError(error.message) : error;
  }
}

async function resumed(folder: string, values: TrainValues): Promise<Prepared> {
  const fixed = ['label', 'overwrite', ...Object.keys({ ...readingOptions, ...choosingOptions })];
  requireChangeable(fixed.filter((name) => name in values).map((name) => `--${name}`));
  if (!existsSync(runFiles(folder).config)) throw new FileError(`there is no run in ${folder} to go on with`);
  const config = readConfig(folder);
  const given = givenSettings(values);
  const settings = { ...config.settings, ...given };
  const others = (Object.keys(given) as (keyof TrainingSettings)[]).filter(
    (name) => !isChangeable(name) && given[name] !== config.settings[name],
  );
  requireChangeable(others.map((name) => `'${name}' (${config.settings[name]} → ${given[name]})`));
  requireValidation(settings);
  const { source, data } = await reloadData(folder, config, {
    source: values.data,
    allowOtherEnvironment: flag(values['allow-other-environment']),
  });
  const { source: _, path: __, ...sameData } = config.data;
  const place = values.data === undefined ? config.data : placeOf(folder, source);
  const newPlace = { source: place.source, ...(place.path !== undefined && { path: place.path }) };
  return { config: { ...config, data: { ...newPlace, ...sameData }, settings }, data };
}

function requireChangeable(fixed: readonly string[]): void {
  if (fixed.length === 0) return;
  throw new UsageError(
    `train: --resume cannot change ${fixed.join(', ')}; what can change is ${changeableSettings.join(', ')} and --data`,
  );
}

/** How many points are left to train on. */
function trainingCount(count: number, share = 0): number {
  return share === 0 ? count : count - validationCount(count, share);
}

function requireValidation({ validation, patience, validateEvery, steps }: TrainingSettings): void {
  if (patience > 0 && validation === 0)
    throw new UsageError('train: --patience needs points to validate on; give --validation 0.1');
  if (validation > 0 && steps < validateEvery) {
    throw new UsageError(
      `train: the validation loss comes every ${validateEvery} steps (the setting 'validateEvery'), so ${steps} steps have none`,
    );
  }
}

function countsOf(labels: Tensor, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels.toTypedArray()) counts[label] = (counts[label] as number) + 1;
  return counts;
}

/** The settings that the user gave. Those of the command line override those of the file. */
function givenSettings(values: TrainValues): Partial<TrainingSettings> {
  return {
    ...(values.config !== undefined && parseSettings(readText(values.config), values.config)),
    ...(values.method !== undefined && { method: checkSetting('method', values.method, '--method') }),
    ...(values.network !== undefined && { network: checkSetting('network', values.network, '--network') }),
    ...(values.steps !== undefined && { steps: wholeNumber('train', '--steps', values.steps, 1, steps) }),
    ...(values['learning-rate'] !== undefined && {
      learningRate: checkSetting('learningRate', numberIn(values, 'learning-rate'), '--learning-rate'),
    }),
    ...(values.validation !== undefined && {
      validation: checkSetting('validation', numberIn(values, 'validation'), '--validation'),
    }),
    ...(values.patience !== undefined && {
      patience: wholeNumber('train', '--patience', values.patience, 1, 0),
    }),
    ...(values.seed !== undefined && { seed: wholeNumber('train', '--seed', values.seed, 0, seed) }),
  } as Partial<TrainingSettings>;
}

function numberIn(values: TrainValues, option: 'learning-rate' | 'validation'): number | undefined {
  return finiteNumber('train', `--${option}`, values[option]);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw fileError(path, 'read', cause);
  }
}
