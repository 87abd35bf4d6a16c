/** Loads the user's own data from files, in Node. In a browser, give the bytes or text to the parsers. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Tensor } from '../../autograd/index.ts';
import { ArgumentError } from '../../lib/index.ts';
import {
  type CsvOptions,
  decodeText,
  type NpzOptions,
  type ParseOptions,
  parseCsv,
  parseIdx,
  parseNpy,
  parseNpz,
  type Table,
} from '../data/index.ts';
import { FileError } from './write-file.ts';

/** Where a file is: a path, or a URL with `file:`. */
export type FilePath = string | URL;

export interface LoadCsvOptions extends CsvOptions {
  /** Of the text, such as 'latin1'. By default what a byte order mark says, or UTF-8. */
  readonly encoding?: string;
}

/**
 * A table of numbers from a file of comma-, tab- or otherwise separated text (see `parseCsv`).
 * @example const { points } = await loadCsv('penguins.csv', { labels: 'species' });
 */
export async function loadCsv(path: FilePath, options: LoadCsvOptions = {}): Promise<Table> {
  const { encoding, ...rest } = options;
  return loadFile(path, (bytes) => parseCsv(decodeText(bytes, encoding), rest));
}

/** The array of a .npy file (see `parseNpy`). @example const images = await loadNpy('images.npy'); */
export async function loadNpy(path: FilePath, options?: ParseOptions): Promise<Tensor> {
  return loadFile(path, (bytes) => parseNpy(bytes, options));
}

/**
 * The arrays of a .npz file, by name (see `parseNpz`).
 * @example const { images, labels } = await loadNpz('data.npz');
 */
export async function loadNpz(
  path: FilePath,
  options?: NpzOptions,
): Promise<Readonly<Record<string, Tensor>>> {
  return loadFile(path, (bytes) => parseNpz(bytes, options));
}

/**
 * The array of an IDX file (see `parseIdx`).
 * @example const images = await loadIdx('train-images-idx3-ubyte');
 */
export async function loadIdx(path: FilePath, options?: ParseOptions): Promise<Tensor> {
  return loadFile(path, (bytes) => parseIdx(bytes, options));
}

/** Reads a file, decompresses it if it is gzipped, and parses it. What is wrong is said of the file. */
export async function loadFile<T>(path: FilePath, parser: (bytes: Uint8Array) => T | Promise<T>): Promise<T> {
  const name = path instanceof URL ? fileURLToPath(path) : path;
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const advice = cause.code === 'ERR_FS_FILE_TOO_LARGE' ? `; ${smaller}` : '';
    throw Object.assign(new ArgumentError(`${name}: cannot be read: ${cause.message}${advice}`), { cause });
  });
  try {
    return await parser(decompressed(bytes));
  } catch (cause) {
    if (cause instanceof FileError) throw new FileError(`${name}: ${cause.message}`, { cause });
    if (!(cause instanceof ArgumentError)) throw cause;
    throw Object.assign(new ArgumentError(`${name}: ${cause.message}`), { cause });
  }
}

const smaller = 'split it, or take fewer rows or columns';

/** Files of more than 2 GiB are not read, and what would be one is not decompressed. */
const mostBytes = 2 ** 31 - 1;

function decompressed(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes });
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    const message =
      cause.code === 'ERR_BUFFER_TOO_LARGE'
        ? `decompressed, it has more than ${mostBytes} bytes; ${smaller}`
        : `the gzip file is damaged: ${cause.message}`;
    throw Object.assign(new ArgumentError(message), { cause });
  }
}
