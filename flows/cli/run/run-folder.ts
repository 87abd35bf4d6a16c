/** Reads and writes the folder of a run: its settings (config.json) and its model (model.safetensors). */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { random } from '../../../autograd/index.ts';
import { FileError, fileError, writeFileAtomically } from '../../files/index.ts';
import { type Network, type NetworkParameters, networkFor } from '../../fit/learning.ts';
import { configName, flawOfSize, runFormat } from '../../fit/saved-flow.ts';
import { defaultSettings, type TrainingSettings } from '../../fit/settings.ts';
import { formatSafetensors, fromStateDict, parseSafetensors, stateDict } from '../../formats/index.ts';
import { type ColumnKind, isColumnKind, type LeftOut } from '../tables/column-kind.ts';
import type { ImageKind } from './data-source.ts';
import { type Encoding, featureTotal, type Standardization, varyingFeatures } from './encoding.ts';
import { isReading, type Reading } from './reading.ts';
import { checkSetting } from './settings.ts';

/** The content of config.json: everything that a program needs to use the model, or to train it again. */
export interface RunConfig {
  readonly format: typeof runFormat;
  /** The version of fluxion that trained the model. */
  readonly fluxion: string;
  readonly data: {
    /** As the user called it. */
    readonly source: string;
    /** Of a file: where it is, from the run's folder on, or absolute if the user said so. */
    readonly path?: string;
    readonly label: string | null;
    /** How the file was to be read. */
    readonly reading?: Reading;
    readonly points: number;
    readonly columns: readonly string[];
    /** What each column of a file is taken for. */
    readonly kinds?: readonly ColumnKind[];
    /** The columns of the file that the model does not learn. */
    readonly leftOut?: readonly LeftOut[];
    readonly classNames: readonly string[];
    /** How many points each class has. */
    readonly classCounts?: readonly number[];
    readonly image: ImageKind | null;
    readonly sha256: string;
  };
  readonly standardization: Standardization;
  readonly settings: TrainingSettings;
}

/** The paths of a run's files. */
export function runFiles(folder: string) {
  return {
    config: join(folder, 'config.json'),
    model: join(folder, 'model.safetensors'),
    checkpoint: join(folder, 'checkpoint.safetensors'),
    metrics: join(folder, 'metrics.jsonl'),
    report: join(folder, 'report.html'),
    samples: join(folder, 'samples.png'),
  };
}

/** A trained model, ready to use. */
export interface Model {
  readonly folder: string;
  readonly config: RunConfig;
  readonly network: Network;
  readonly parameters: NetworkParameters;
}

/** How the model of a run knows its columns. */
export function encodingOf({ data, standardization }: Pick<RunConfig, 'data' | 'standardization'>): Encoding {
  return { kinds: data.kinds ?? data.columns.map(() => ({ kind: 'number' })), standardization };
}

/** How many features the model knows: those of its columns that are not constant. */
export function featureCount(config: Pick<RunConfig, 'data' | 'standardization'>): number {
  return varyingFeatures(encodingOf(config)).length;
}

export function networkOf({ settings, data, standardization }: RunConfig): Network {
  return networkFor(settings, {
    features: featureCount({ data, standardization }),
    classes: data.classNames.length,
    image: data.image,
  });
}

/** Writes config.json. Throws a FileError if it cannot be written. */
export function writeConfig(folder: string, config: RunConfig): void {
  writeFileAtomically(runFiles(folder).config, `${JSON.stringify(config, null, 2)}\n`);
}

/** Writes model.safetensors. Throws a FileError if it cannot be written. */
export function writeModel(folder: string, parameters: NetworkParameters, config: RunConfig): void {
  const metadata = { format: 'pt', [configName]: JSON.stringify(config) };
  writeFileAtomically(runFiles(folder).model, formatSafetensors(stateDict(parameters), metadata));
}

/**
 * Reads the trained model of a folder, or a model that `save()` of a `fitFlow` gave, as a .safetensors file.
 * @throws FileError if there is no trained model, or a damaged one
 * @example const { config, network, parameters } = readModel('out');
 */
export function readModel(folder: string): Model {
  const isFile = /\.safetensors$/i.test(folder) && existsSync(folder);
  const path = isFile ? folder : runFiles(folder).model;
  if (!existsSync(path)) throw new FileError(`there is no trained model in ${folder}${adviceFor(folder)}`);
  const known = isFile ? undefined : readConfig(folder);
  try {
    const { tensors, metadata } = parseSafetensors(read(path));
    const config = known ?? parseConfig(metadata[configName] ?? '', path);
    const network = networkOf(config);
    const flaw = flawOfSize(
      config.settings,
      { columns: config.data.columns.length, classes: config.data.classNames.length },
      tensors,
    );
    if (flaw !== undefined) throw new FileError(flaw);
    return { folder, config, network, parameters: fromStateDict(tensors, network.initialise(random.key(0))) };
  } catch (cause) {
    if (cause instanceof FileError && cause.message.startsWith(path)) throw cause;
    throw new FileError(`${path} is damaged: ${(cause as Error).message}`, { cause });
  }
}

function adviceFor(folder: string): string {
  if (statSync(folder, { throwIfNoEntry: false })?.isFile())
    return ', which is a file; wanted the folder of a run, or a .safetensors file';
  const begun = existsSync(runFiles(folder).config);
  return begun ? ` yet; finish it with fluxion train --resume --out ${folder}` : '; fluxion train makes one';
}

/**
 * Reads a folder's config.json.
 * @throws FileError if there is no config.json, or `writeConfig` did not write it
 */
export function readConfig(folder: string): RunConfig {
  const path = runFiles(folder).config;
  return parseConfig(new TextDecoder().decode(read(path)), path);
}

/**
 * Reads the text of a config.json. The path stands in the messages.
 * @throws FileError if the text is not a config that `writeConfig` wrote
 */
export function parseConfig(text: string, path: string): RunConfig {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (cause) {
    throw new FileError(`${path} is damaged: it is no JSON text`, { cause });
  }
  const flaw = flawOf(config);
  if (flaw !== undefined)
    throw new FileError(`${path} is damaged, or of another version of fluxion: ${flaw}`);
  // What an older fluxion did not know is as it was then.
  const settings = { ...defaultSettings, ...(config as RunConfig).settings };
  try {
    for (const name of Object.keys(defaultSettings))
      checkSetting(name, settings[name as keyof TrainingSettings], path);
  } catch (cause) {
    throw new FileError((cause as Error).message, { cause });
  }
  return { ...(config as RunConfig), settings };
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw fileError(path, 'read', cause);
  }
}

/** Says which part of a config has a wrong structure. Returns undefined if all parts are right. */
function flawOf(config: unknown): string | undefined {
  const at = (...path: string[]) => path.reduce<unknown>((node, key) => own(node, key), config);
  const texts = (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === 'string');
  const sizes = (value: unknown) =>
    Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1e5;
  const columns = at('data', 'columns');
  const width = texts(columns) ? (columns as string[]).length : 0;
  const kinds = at('data', 'kinds');
  const isTable = Array.isArray(kinds) && kinds.length === width && kinds.every(isColumnKind);
  const features = isTable ? featureTotal(kinds) : width;
  const fits = (list: unknown, accepts: (value: number) => boolean) =>
    Array.isArray(list) &&
    (list.length === 1 || list.length === features) &&
    list.every((n) => Number.isFinite(n) && accepts(n));
  const image = at('data', 'image');
  const checks: Readonly<Record<string, boolean>> = {
    format: at('format') === runFormat,
    settings: typeof at('settings') === 'object' && at('settings') !== null,
    'data.source': typeof at('data', 'source') === 'string',
    'data.path': at('data', 'path') === undefined || typeof at('data', 'path') === 'string',
    'data.label': at('data', 'label') === null || typeof at('data', 'label') === 'string',
    'data.reading': isReading(at('data', 'reading')),
    'data.columns': width >= 1,
    'data.kinds': kinds === undefined || isTable,
    'data.leftOut': isLeftOut(at('data', 'leftOut')),
    'data.classNames': texts(at('data', 'classNames')),
    'data.classCounts': areCounts(at('data', 'classCounts'), at('data', 'classNames')),
    'data.image':
      image === null ||
      (sizes(own(image, 'height')) &&
        sizes(own(image, 'width')) &&
        (own(image, 'height') as number) * (own(image, 'width') as number) === width &&
        (own(image, 'maximum') as number) > 0),
    'data.sha256': typeof at('data', 'sha256') === 'string',
    'standardization.mean': fits(at('standardization', 'mean'), () => true),
    'standardization.scale':
      fits(at('standardization', 'scale'), (value) => value >= 0) &&
      (at('standardization', 'scale') as number[]).some((value) => value > 0),
  };
  const wrong = Object.keys(checks).find((name) => !checks[name]);
  return wrong === undefined ? undefined : `'${wrong}' makes no sense`;
}

/** Whether there is a count of the points of each class, or none of any. */
function areCounts(counts: unknown, names: unknown): boolean {
  if (counts === undefined) return true;
  const fits = Array.isArray(counts) && Array.isArray(names) && counts.length === names.length;
  return fits && counts.every((count) => Number.isInteger(count) && count >= 0);
}

function isLeftOut(value: unknown): boolean {
  const isText = (item: unknown) => typeof item === 'string';
  return (
    value === undefined ||
    (Array.isArray(value) && value.every((item) => isText(own(item, 'name')) && isText(own(item, 'why'))))
  );
}

/** The node's own property of that name. It is undefined if the node has none. */
function own(node: unknown, key: string): unknown {
  return typeof node === 'object' && node !== null && Object.hasOwn(node, key)
    ? (node as Record<string, unknown>)[key]
    : undefined;
}
