/**
 * Checkpoints: all that a training run has to remember, in one safetensors file that is never half-written.
 *
 * | tensor         | what it is                                                             |
 * |----------------|------------------------------------------------------------------------|
 * | `parameters.*` | the parameters: the rest of the name is the path in their tree         |
 * | `moments.*`    | the optimiser's moments                                                |
 * | `average.*`    | the sum from which the parameters' moving average is computed          |
 * | `key.*`        | a random key, two uint32 words, by the caller's name                   |
 *
 * | metadata        | what it is, as text                                                   |
 * |-----------------|-----------------------------------------------------------------------|
 * | `format`        | `fluxion checkpoint 1`                                                |
 * | `step`          | how many steps are done                                               |
 * | `optimizerStep` | how many of them the optimiser has counted                            |
 * | `averageStep`   | how many of them the moving average has counted                       |
 * | `node`, `platform`, `backend`, `arithmetic` | where it was written, see environment.ts  |
 * | `run.*`         | what else identifies the run, by the caller's name                    |
 */
import { readFileSync } from 'node:fs';
import { full, type random, type Tensor } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import {
  flattenNames,
  formatSafetensors,
  type NamedTensors,
  parseSafetensors,
  restoreTree,
} from '../formats/index.ts';
import type { TrainingState } from '../training/index.ts';
import { currentEnvironment, differenceOf, type Environment } from './environment.ts';
import { isSealed, sealed, unsealed } from './seal.ts';
import { FileError, fileError, writeFileAtomically } from './write-file.ts';

/** What a run needs to go on, and what the caller needs to check that it is the same run. */
export interface Checkpoint<P> {
  /** The parameters, their average, the optimiser's moments, and the step: the number of batches taken. */
  readonly state: TrainingState<P>;
  /** The random keys, by names that the caller chooses: that of `trainingSteps`, and that of the batches. */
  readonly keys: Readonly<Record<string, random.Key>>;
  /** What else identifies the run, such as a hash of its settings: text by name. */
  readonly run: Readonly<Record<string, string>>;
}

export interface ReadCheckpointOptions {
  /**
   * Whether to read a checkpoint of another version of Node, machine or backend, where the last bits of
   * results may differ. Default false.
   */
  readonly allowOtherEnvironment?: boolean;
}

const format = 'fluxion checkpoint 2';
const counters = ['step', 'optimizerStep', 'averageStep'] as const;
const environmentNames = ['node', 'platform', 'backend', 'arithmetic'] as const;

/**
 * Writes a checkpoint as a safetensors file, atomically. If the run is killed at any moment, the file is
 * either this checkpoint or the one before it.
 *
 * @throws FileError if the file cannot be written; the checkpoint before it is then still there
 * @example writeCheckpoint('out/checkpoint.safetensors', { state, keys: { training, batches }, run: {} });
 */
export function writeCheckpoint<P>(path: string, { state, keys, run }: Checkpoint<P>): void {
  const steps = [state.step, state.optimizer.step.item(), state.average.step.item()];
  const metadata = {
    format,
    sha256: unsealed,
    ...Object.fromEntries(counters.map((name, i) => [name, String(steps[i])])),
    ...currentEnvironment(),
    ...Object.fromEntries(Object.entries(run).map(([name, value]) => [`run.${name}`, value])),
  };
  const keyTensors = Object.entries(keys).map(([name, key]) => [`key.${name}`, key] as const);
  const tensors = { ...flattenNames(treeOf(state)), ...Object.fromEntries(keyTensors) };
  writeFileAtomically(path, sealed(formatSafetensors(tensors, metadata)));
}

/**
 * Reads a checkpoint.
 *
 * @param like a state of the same structure, shapes and dtypes, such as the one before the first step
 * @throws FileError if there is no such file, it is damaged, it belongs to another model, or it was written
 * in another environment, where the last bits may differ
 * @example
 * const first = initialState(parameters, optimizer);
 * const { state, keys } = readCheckpoint('out/checkpoint.safetensors', first);
 */
export function readCheckpoint<P>(
  path: string,
  like: TrainingState<P>,
  options: ReadCheckpointOptions = {},
): Checkpoint<P> {
  const { allowOtherEnvironment } = completeOptions(
    'readCheckpoint',
    { allowOtherEnvironment: false },
    options,
  );
  const bytes = readBytes(path);
  const { tensors, metadata } = parse(path, bytes);
  if (metadata.format !== format) throw new FileError(`${path} is no checkpoint of this version of fluxion`);
  if (!isSealed(bytes, metadata.sha256 ?? ''))
    throw new FileError(`${path} is damaged: its bytes are not those that were written (SHA-256)`);
  const environment = Object.fromEntries(environmentNames.map((name) => [name, metadata[name] ?? 'unknown']));
  const difference = differenceOf(environment as unknown as Environment, currentEnvironment());
  if (difference !== undefined && !allowOtherEnvironment) {
    throw new FileError(
      `${path} was written elsewhere, where the last bits may differ (${difference}); go on anyway by allowing another environment`,
    );
  }
  const [step = 0, ...counts] = counters.map((name) => wholeNumber(path, name, metadata[name]));
  const [optimizerStep, averageStep] = counts.map((count) => full([], count, { dtype: 'float64' })) as [
    Tensor,
    Tensor,
  ];
  const entries = Object.entries(tensors);
  const named = (prefix: string) => entries.filter(([name]) => name.startsWith(prefix));
  const keys = named('key.').map(([name, words]) => [name.slice('key.'.length), keyOf(path, words)] as const);
  const rest = Object.fromEntries(entries.filter(([name]) => !name.startsWith('key.')));
  const { parameters, moments, average } = restore(path, rest, treeOf(like));
  const run = Object.entries(metadata).filter(([name]) => name.startsWith('run.'));
  return {
    state: {
      step,
      parameters,
      optimizer: { step: optimizerStep, moments },
      average: { step: averageStep, total: average },
    },
    keys: Object.fromEntries(keys),
    run: Object.fromEntries(run.map(([name, value]) => [name.slice('run.'.length), value])),
  };
}

function treeOf<P>({ parameters, optimizer, average }: TrainingState<P>) {
  return { parameters, moments: optimizer.moments, average: average.total };
}

function keyOf(path: string, words: Tensor): random.Key {
  if (words.dtype === 'uint32' && words.size === 2) return words;
  throw new FileError(`${path} is damaged: a random key has two uint32 words`);
}

function wholeNumber(path: string, name: string, text: string | undefined): number {
  if (text !== undefined && /^\d{1,15}$/.test(text)) return Number(text);
  throw new FileError(`${path} is damaged: its ${name} is no number`);
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw fileError(path, 'read', cause);
  }
}

function parse(path: string, bytes: Uint8Array) {
  try {
    return parseSafetensors(bytes);
  } catch (cause) {
    throw new FileError(`${path} is damaged: ${(cause as Error).message}`, { cause });
  }
}

function restore<T>(path: string, tensors: NamedTensors, like: T): T {
  try {
    return restoreTree(tensors, like);
  } catch (cause) {
    throw new FileError(`${path} belongs to another model: ${(cause as Error).message}`, { cause });
  }
}
