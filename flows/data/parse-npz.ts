/** Reads NumPy's .npz, a zip archive of .npy files. */
import { unzipSync } from 'fflate';
import type { Tensor } from '../../autograd/index.ts';
import { ArgumentError, completeOptions } from '../../lib/index.ts';
import type { ParseOptions } from '../formats/binary.ts';
import { parseNpy } from './parse-npy.ts';

/**
 * Reads the arrays in a .npz file, which `numpy.savez` or `numpy.savez_compressed` wrote. The result has one
 * tensor for each name. `parseNpy` says which dtypes they get.
 *
 * Source: NumPy's documentation of `numpy.lib.format`.
 * @param bytes the whole file
 * @throws ArgumentError for bytes that are not a zip archive, a damaged archive, or an entry that `parseNpy`
 * cannot read
 * @example const { images, labels } = parseNpz(bytes);
 */
export function parseNpz(bytes: Uint8Array, options: ParseOptions = {}): Readonly<Record<string, Tensor>> {
  completeOptions('parseNpz', { dtype: undefined }, options);
  const entries = Object.entries(unzip(bytes)).map(([file, content]) => {
    if (!file.endsWith('.npy'))
      throw new ArgumentError(`parseNpz: wanted an archive of .npy files, got '${file}' in it`);
    return [file.slice(0, -'.npy'.length), parseEntry(file, content, options)] as const;
  });
  return Object.fromEntries(entries);
}

/** The best compression of Deflate (RFC 1951): 2 bits stand for a run of 258 bytes, so 1,032 to 1. */
const greatestDeflation = 1032;

function unzip(bytes: Uint8Array): Readonly<Record<string, Uint8Array>> {
  try {
    return unzipSync(bytes, {
      filter({ name, size, originalSize }) {
        // fflate allocates the size that the archive claims for an entry, before it reads the entry. A small
        // file could claim gigabytes. So we reject a size that Deflate cannot reach.
        if (originalSize <= greatestDeflation * Math.min(size, bytes.length) + 1024) return true;
        throw new Error(`${size} bytes cannot be '${name}' of ${originalSize} bytes`);
      },
    });
  } catch (cause) {
    throw asArgumentError(`parseNpz: this is no readable .npz file: ${(cause as Error).message}`, cause);
  }
}

function parseEntry(file: string, content: Uint8Array, options: ParseOptions): Tensor {
  try {
    return parseNpy(content, options);
  } catch (cause) {
    if (!(cause instanceof ArgumentError)) throw cause;
    throw asArgumentError(`parseNpz: '${file}': ${cause.message}`, cause);
  }
}

function asArgumentError(message: string, cause: unknown): ArgumentError {
  return Object.assign(new ArgumentError(message), { cause });
}
