/** A run, written down for XLA: fluxion export --format xla. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Tensor, zeros } from '../../../autograd/index.ts';
import { readCheckpoint, writeFileAtomically } from '../../files/index.ts';
import { formatNpz } from '../../formats/format-npz.ts';
import { adam, initialState } from '../../training/index.ts';
import { exportTraining } from '../../xla/index.ts';
import { UsageError } from '../arguments.ts';
import { loadData } from './data-source.ts';
import { sampler } from './generating.ts';
import { isCompilable, learningRates, lossFor, type NetworkParameters, runKeys } from './learning.ts';
import { encodingOf, featureCount, networkOf, type RunConfig, readConfig, runFiles } from './run-folder.ts';
import { identityOf } from './training-run.ts';

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
 * Writes the run of a folder into another one: what `exportTraining` gives, config.json, and the data as
 * data.npz. The run goes on from its checkpoint; without one it begins at step 0.
 * @throws FileError for a folder without a run; UsageError for a method that cannot be exported, or a batch
 * of more points than there are
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
  const { source, label, reading = {}, points: count } = config.data;
  if (batch > count)
    throw new UsageError(`export: wanted a --batch of at most the ${count} points, got ${batch}`);
  const data = await loadData({ source, label: label ?? undefined, reading });
  const { state, keys } = standing(folder, before);
  if (encodingOf(config).kinds.some(({ kind }) => kind !== 'number'))
    throw new UsageError('export: run.py reads tables whose columns are all numbers; these have others');
  if (state.step >= settings.steps) {
    throw new UsageError(
      `export: the run in ${folder} has done all its ${settings.steps} steps; train with more --steps, stop it with Ctrl-C, and export that`,
    );
  }
  const labels =
    config.data.classNames.length > 0 && data.labels ? { labels: zeros([batch], { dtype: 'int32' }) } : {};
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
    'config.json': `${JSON.stringify(config, null, 2)}\n`,
    'data.npz': formatNpz({ points: data.points, ...(data.labels && { labels: data.labels }) }),
  };
  for (const [name, content] of Object.entries(files)) writeFileAtomically(join(out, name), content);
  return { files: Object.keys(files), step: state.step, steps: settings.steps, batch };
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
