/** NumPy's .npz: a zip archive of .npy files. */
import { unzipSync } from 'fflate';
import type { Tensor } from '../../autograd/index.ts';
import { ArgumentError, completeOptions } from '../../lib/index.ts';
import type { ParseOptions } from '../formats/binary.ts';
import { parseNpy } from './parse-npy.ts';

/**
 * The arrays in a .npz file, by name, as `numpy.savez` or `numpy.savez_compressed` wrote them. For dtypes see
 * `parseNpy`.
 *
 * @param bytes the whole file
 * @throws ArgumentError for what is no zip archive, is damaged, or holds anything but arrays that `parseNpy`
 * reads.
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

// Deflate's best: two bits for a run of 258.
const greatestDeflation = 1032;

function unzip(bytes: Uint8Array): Readonly<Record<string, Uint8Array>> {
  try {
    return unzipSync(bytes, {
      filter({ name, size, originalSize }) {
        // The archive says how large its entries are, and so much memory is taken before a byte is read: not
        // on its word alone.
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
