/** A run, written down for XLA: fluxion export --format xla. */
import { existsSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { type Tensor, zeros } from '../../../autograd/index.ts';
import { readCheckpoint, writeFileAtomically } from '../../files/index.ts';
import { isCompilable, learningRates, lossFor, type NetworkParameters, runKeys } from '../../fit/learning.ts';
import { formatNpz } from '../../formats/format-npz.ts';
import { adam, initialState } from '../../training/index.ts';
import { exportTraining } from '../../xla/index.ts';
import { UsageError } from '../arguments.ts';
import { placeOf, reloadData } from './data-path.ts';
import { isPlain } from './encoding.ts';
import { sampler } from './generating.ts';
import { encodingOf, featureCount, networkOf, type RunConfig, readConfig, runFiles } from './run-folder.ts';
import { identityOf } from './training-run.ts';
import { splitBatch } from './validating.ts';

/** How to export a run. */
export interface RunExport {
  /** The size of a batch; by default that of the run. */
  readonly batch?: number | undefined;
  /** The sampler's steps, and its guidance scale. */
  readonly steps?: number | undefined;
  readonly guidance?: number | undefined;
}

/** What was written: the names of the files, the run's steps, and how many of them are done. */
export interface ExportedRun {
  readonly files: readonly string[];
  readonly step: number;
  readonly steps: number;
  readonly batch: number;
}

/**
 * Writes the run of a folder into another one: what `exportTraining` gives, config.json, and the points that
 * it trains on as data.npz. The run goes on from its checkpoint; without one it begins at step 0.
 * @throws FileError for a folder without a run, or data that are no longer there or no longer the same;
 * UsageError for a method or columns that cannot be exported, or a batch of more points than there are
 * @example await exportRun('out', 'exported', { batch: 1024 });
 */
export async function exportRun(folder: string, out: string, asked: RunExport): Promise<ExportedRun> {
  const before = readConfig(folder);
  const batch = asked.batch ?? before.settings.batchSize;
  const config = { ...before, settings: { ...before.settings, batchSize: batch } };
  const { settings, standardization } = config;
  if (!isCompilable(settings))
    throw new UsageError(
      `export: ${settings.method} pairs each batch by its values, which no program can; train with cfm`,
    );
  requirePlainColumns(config);
  const { source, data } = await reloadData(folder, before, { allowOtherEnvironment: true });
  const { points, labels: classes } = data;
  const { training } = splitBatch(settings, { data: points, ...(classes && { labels: classes }) });
  const count = training.data.shape[0] as number;
  if (batch > count)
    throw new UsageError(`export: wanted a --batch of at most the ${count} points, got ${batch}`);
  const { state, keys } = standing(folder, before);
  if (state.step >= settings.steps) {
    throw new UsageError(
      `export: the run in ${folder} has done all its ${settings.steps} steps; train with more --steps, stop it with Ctrl-C, and export that`,
    );
  }
  const labels =
    config.data.classNames.length > 0 && classes ? { labels: zeros([batch], { dtype: 'int32' }) } : {};
  const files = {
    ...exportTraining({
      loss: lossFor(settings, networkOf(config), { instantsApart: false }),
      optimizer: adam(),
      ema: settings.ema,
      state,
      batch: { data: zeros([batch, featureCount(config)]), ...labels },
      schedule: learningRates(settings),
      steps: settings.steps,
      keys,
      standardization,
      columns: config.data.columns.length,
      classes: config.data.classNames.length,
      sample: samplerOf(folder, config, asked),
      run: identityOf(config),
    }),
    'config.json': `${JSON.stringify(configFor(out, config, source), null, 2)}\n`,
    'data.npz': formatNpz({ points: training.data, ...(training.labels && { labels: training.labels }) }),
  };
  for (const [name, content] of Object.entries(files)) writeFileAtomically(join(out, name), content);
  return { files: Object.keys(files), step: state.step, steps: settings.steps, batch };
}

/** run.py standardises columns, and does nothing else with them. */
function requirePlainColumns(config: RunConfig): void {
  const { kinds } = encodingOf(config);
  const other = kinds.findIndex((kind) => !isPlain(kind));
  if (other < 0) return;
  throw new UsageError(
    `export: run.py reads tables of plain numbers, without bounds or gaps, and column '${config.data.columns[other]}' is none; ` +
      'train with --drop, or with --types column=number and without --bounds',
  );
}

/** The config, which finds the data from its new folder; by an absolute path only if it had one. */
function configFor(out: string, config: RunConfig, found: string): RunConfig {
  const { source, path } = config.data;
  const place = placeOf(out, path === undefined || isAbsolute(path) ? found : relative('', found));
  return { ...config, data: { ...config.data, ...place, source } };
}

/** Where the run stands. */
function standing(folder: string, config: RunConfig) {
  const { initial, ...keys } = runKeys(config.settings.seed);
  const start = initialState(networkOf(config).initialise(initial), adam());
  const path = runFiles(folder).checkpoint;
  if (!existsSync(path)) return { state: start, keys };
  return { state: readCheckpoint(path, start, { allowOtherEnvironment: true }).state, keys };
}

function samplerOf(folder: string, config: RunConfig, { steps, guidance }: RunExport) {
  const network = networkOf(config);
  return (parameters: NetworkParameters, { data, labels }: { data: Tensor; labels?: Tensor }) =>
    sampler({ folder, config, network, parameters }, { steps, guidance })(data, labels);
}
