/**
 * A trained flow as one .safetensors file: the network's tensors under PyTorch's names, and in the metadata,
 * under `config`, what the command line has in a run's config.json.
 */
import { fromNDArray, mapTree, random, type Tensor, toNDArray } from '../../autograd/index.ts';
import { ArgumentError, flat, wrap } from '../../lib/index.ts';
import { fromStateDict, type NamedTensors, parseSafetensors, stateDict } from '../formats/index.ts';
import { formatSafetensors } from '../formats/safetensors.ts';
import type { TrainedFlow } from './generating.ts';
import { networkFor } from './learning.ts';
import { defaultSettings, flawOfSetting, type TrainingSettings } from './settings.ts';
import { featureCount, type Standardization } from './standardization.ts';

/** All that makes a fitted flow. */
export interface FlowContent {
  readonly flow: TrainedFlow;
  readonly standardization: Standardization;
  readonly classNames: readonly string[];
  /** That of the samples. */
  readonly dtype: 'float32' | 'float64';
  /** How many points it was trained on. */
  readonly points: number;
}

export const runFormat = 'fluxion run 1';

/** The metadata under which a model tells what it is. */
export const configName = 'config';

/** The model as a file. */
export function formatFlow({ flow, standardization, classNames, dtype, points }: FlowContent): Uint8Array {
  const config = {
    format: runFormat,
    data: {
      source: 'fitFlow',
      label: classNames.length > 0 ? 'class' : null,
      points,
      columns: standardization.mean.map((_, j) => `x${j}`),
      classNames,
      classCounts: flow.classCounts,
      image: null,
      sha256: '',
    },
    standardization,
    settings: flow.settings,
    dtype,
  };
  return formatSafetensors(stateDict(flow.parameters), {
    format: 'pt',
    [configName]: JSON.stringify(config),
  });
}

/** The model in a file; an ArgumentError that names loadFlow for any other bytes. */
export function parseFlow(bytes: Uint8Array): FlowContent {
  const { tensors, metadata } = about(() => parseSafetensors(bytes));
  const config = about(() => readConfig(metadata[configName]));
  const { settings, standardization, data, dtype } = config;
  return about(() => {
    const features = featureCount(standardization);
    const classes = data.classNames.length;
    const flaw = flawOfSize(settings, { columns: features, classes }, tensors);
    if (flaw !== undefined) throw new ArgumentError(flaw);
    const network = networkFor(settings, { features, classes, image: data.image });
    const parameters = mapTree(inRows, fromStateDict(tensors, network.initialise(random.key(0))));
    const flow = { network, parameters, settings, features, classCounts: data.classCounts };
    return { flow, standardization, classNames: data.classNames, dtype, points: data.points };
  });
}

/** In the memory order of training, not of PyTorch, so that products add up in the same order: equal bits. */
function inRows(x: Tensor): Tensor {
  return fromNDArray(wrap(flat(toNDArray(x)), x.shape));
}

/**
 * Says so if a file has fewer numbers than such a network has in any case: else a wrong size in its config
 * would take hours and all memory before it is found wrong.
 */
export function flawOfSize(
  { hidden, layers, network }: TrainingSettings,
  { columns, classes }: { readonly columns: number; readonly classes: number },
  tensors: NamedTensors,
): string | undefined {
  const least = hidden * (Math.max(layers - 1, 0) * hidden + classes);
  const wanted = least + (network === 'mlp' ? hidden + columns : hidden * hidden);
  const found = Object.values(tensors).reduce((count, { size }) => count + size, 0);
  if (found >= wanted) return undefined;
  return `it holds ${found} numbers, and a ${network} of the settings in its config has more`;
}

interface FlowConfig {
  readonly data: {
    readonly points: number;
    readonly classNames: readonly string[];
    readonly classCounts: readonly number[];
    readonly image: { readonly height: number; readonly width: number } | null;
  };
  readonly standardization: Standardization;
  readonly settings: TrainingSettings;
  readonly dtype: 'float32' | 'float64';
}

function readConfig(text: string | undefined): FlowConfig {
  if (text === undefined) throw new ArgumentError("its metadata have no 'config', which save() writes");
  const config = JSON.parse(text) as Json;
  const { format, data, standardization, settings, dtype } = objectOf(config);
  const { points, columns, kinds, classNames, classCounts, image } = objectOf(data);
  if (format !== runFormat) throw new ArgumentError('it is of another version of fluxion');
  const [names, classes] = [textsOf(columns), textsOf(classNames)];
  if (Array.isArray(kinds) && !kinds.every((kind) => isPlain(objectOf(kind))))
    throw new ArgumentError('it has columns that are no plain numbers, which only the command line knows');
  return {
    data: {
      points: Number(points),
      classNames: classes,
      classCounts: numbersOf(classCounts ?? classes.map(() => 1), classes.length, (n) => n >= 0),
      image: image === null ? null : sizeOf(objectOf(image), names.length),
    },
    standardization: {
      mean: numbersOf(objectOf(standardization).mean, names.length, () => true),
      scale: numbersOf(objectOf(standardization).scale, names.length, (n) => n >= 0),
    },
    settings: settingsOf(objectOf(settings)),
    dtype: dtype === 'float64' ? 'float64' : 'float32',
  };
}

type Json = unknown;

function objectOf(value: Json): Readonly<Record<string, Json>> {
  if (typeof value === 'object' && value !== null) return value as Record<string, Json>;
  throw new ArgumentError('its config lacks a part');
}

function textsOf(value: Json): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new ArgumentError('its config wants a list of names');
}

/** A list of so many numbers, of which one may stand for all. */
function numbersOf(value: Json, length: number, accepts: (n: number) => boolean): readonly number[] {
  const isFitting = Array.isArray(value) && (value.length === length || value.length === 1);
  if (!isFitting || !value.every((n) => Number.isFinite(n) && accepts(n)))
    throw new ArgumentError(`its config wants a list of ${length} numbers`);
  return value.length === length ? value : Array.from({ length }, () => value[0]);
}

function sizeOf({ height, width }: Readonly<Record<string, Json>>, pixels: number) {
  if (Number(height) * Number(width) === pixels) return { height: Number(height), width: Number(width) };
  throw new ArgumentError('its images have another size');
}

function isPlain({ kind, bounds, missing }: Readonly<Record<string, Json>>): boolean {
  return kind === 'number' && bounds === undefined && missing === undefined;
}

function settingsOf(given: Readonly<Record<string, Json>>): TrainingSettings {
  const settings = { ...defaultSettings, ...given };
  for (const name of Object.keys(defaultSettings)) {
    const flaw = flawOfSetting(name, settings[name as keyof TrainingSettings]);
    if (flaw !== undefined) throw new ArgumentError(flaw);
  }
  return settings;
}

/** What `read` returns; what it throws becomes an error of `loadFlow`. */
function about<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw Object.assign(
      new ArgumentError(`loadFlow: these bytes are no model: ${(cause as Error).message}`),
      { cause },
    );
  }
}
