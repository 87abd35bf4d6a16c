/** NumPy's .npz: a zip archive of .npy files. */
import type { Tensor } from '../../autograd/index.ts';
import { ArgumentError, completeOptions } from '../../lib/index.ts';
import { type ParseOptions, requireBytes } from '../formats/binary.ts';
import { named } from '../formats/shown-text.ts';
import { parseNpy, UnreadableArrayError } from './parse-npy.ts';
import { unzip } from './unzip.ts';

export interface NpzOptions extends ParseOptions {
  /** Read these arrays only. By default all. */
  readonly names?: readonly string[];
  /** Is told of what is passed over, and why. */
  readonly onSkipped?: (file: string, reason: string) => void;
}

/**
 * The arrays in a .npz file, by name, as `numpy.savez` or `numpy.savez_compressed` wrote them. For dtypes see
 * `parseNpy`. Arrays of text or objects, folders and other files are passed over, which `onSkipped` is told.
 *
 * Source: NumPy's documentation of `numpy.lib.format`.
 * @param bytes the whole file
 * @throws ArgumentError for what is no zip archive, is damaged, or holds no array of numbers, or lacks one of
 * the names.
 * @example const { images, labels } = parseNpz(bytes);
 */
export function parseNpz(bytes: Uint8Array, options: NpzOptions = {}): Readonly<Record<string, Tensor>> {
  requireBytes('parseNpz', bytes);
  const { dtype, names, onSkipped } = completeOptions(
    'parseNpz',
    { dtype: undefined, names: undefined, onSkipped: undefined },
    options,
  );
  const skip = (file: string, reason: string) => onSkipped?.(file, reason);
  const arrays: [string, Tensor][] = [];
  for (const [file, content] of filesOf(bytes, names, skip)) {
    const array = parseEntry(file, content, dtype && { dtype });
    if (typeof array === 'string') skip(file, array);
    else arrays.push([arrayName(file), array]);
  }
  const found = new Set(arrays.map(([name]) => name));
  const missing = names?.find((name) => !found.has(name));
  if (missing !== undefined)
    throw new ArgumentError(`parseNpz: there is no array of numbers ${named(missing)}`);
  if (arrays.length === 0) throw new ArgumentError('parseNpz: there is no array of numbers in it');
  return Object.fromEntries(arrays);
}

type Skip = (file: string, reason: string) => void;

function filesOf(bytes: Uint8Array, names: readonly string[] | undefined, skip: Skip) {
  try {
    return unzip(bytes, (file) => {
      if (!file.endsWith('.npy')) skip(file, file.endsWith('/') ? 'it is a folder' : 'it is no .npy file');
      else return names === undefined || names.includes(arrayName(file));
      return false;
    });
  } catch (cause) {
    throw asArgumentError(`parseNpz: this is no readable .npz file: ${(cause as Error).message}`, cause);
  }
}

/** The array, or why it is passed over. */
function parseEntry(file: string, content: Uint8Array, options: ParseOptions | undefined): Tensor | string {
  try {
    return parseNpy(content, options);
  } catch (cause) {
    if (cause instanceof UnreadableArrayError) return cause.message.replace(/^parseNpy: /, '');
    if (!(cause instanceof ArgumentError)) throw cause;
    throw asArgumentError(`parseNpz: ${named(file)}: ${cause.message}`, cause);
  }
}

function arrayName(file: string): string {
  return file.slice(0, -'.npy'.length);
}

function asArgumentError(message: string, cause: unknown): ArgumentError {
  return Object.assign(new ArgumentError(message), { cause });
}
