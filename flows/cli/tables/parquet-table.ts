/** Tables from Apache Parquet, by the optional package hyparquet. */
import * as zlib from 'node:zlib';
import type { CutTable } from '../../data/parse-csv.ts';
import { FileError } from '../../files/index.ts';
import { cutRows } from './json-table.ts';

/** @throws FileError if hyparquet is not installed, or cannot read the file */
export async function cutParquet(bytes: Uint8Array): Promise<CutTable> {
  const { parquetReadObjects } = await hyparquet();
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const rows = await parquetReadObjects({ file, compressors: compressors() }).catch((cause: unknown) => {
    const { message } = cause as Error;
    const advice = message.includes('compression codec') ? '; write it with snappy or gzip' : '';
    throw new FileError(`hyparquet cannot read it: ${message}${advice}`, { cause });
  });
  return cutRows(rows.map((row, i) => ({ line: i + 1, value: withDates(row) })));
}

async function hyparquet() {
  try {
    return await import('hyparquet');
  } catch (cause) {
    throw new FileError('Parquet files need the package hyparquet: npm install hyparquet', { cause });
  }
}

/** Node has Zstandard from 22.15 on. */
function compressors() {
  const { zstdDecompressSync: zstd } = zlib as { zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array };
  return {
    GZIP: unpackedBy(zlib.gunzipSync),
    BROTLI: unpackedBy(zlib.brotliDecompressSync),
    ...(zstd && { ZSTD: unpackedBy(zstd) }),
  };
}

function unpackedBy(unpack: (bytes: Uint8Array) => Uint8Array) {
  return (bytes: Uint8Array) => new Uint8Array(unpack(bytes));
}

/** Dates as ISO 8601, without the time of day if all of it is 0. */
function withDates(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const shown = (value: unknown) =>
    value instanceof Date
      ? value
          .toISOString()
          .replace(/T00:00:00\.000Z$/, '')
          .replace('.000Z', 'Z')
      : value;
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, shown(value)]));
}
