/** The files in a zip archive: fflate inflates them, and all that the archive says of them is checked. */
import { inflateSync } from 'fflate';
import { ArgumentError } from '../../lib/index.ts';
import { named } from '../formats/shown-text.ts';

/** A file in an archive, as the directory at the archive's end describes it. */
interface Entry {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where its own header begins, and its bytes, and where they end. */
  readonly begin: number;
  readonly dataStart: number;
  readonly end: number;
}

/** Signatures, and how long each record is without its names and comments. */
const endOfDirectory = { signature: 0x06054b50, length: 22 };
const directoryEntry = { signature: 0x02014b50, length: 46 };
const localHeader = { signature: 0x04034b50, length: 30 };
/** Deflate's best: two bits for a run of 258. */
const greatestDeflation = 1032;
const longestComment = 0xffff;
/** What zip writes in the place of a number that needs 64 bits. */
const elsewhere = 0xffffffff;

/**
 * The files, by name, whose names `wanted` accepts.
 *
 * Source: PKWARE's APPNOTE.TXT, sections 4.3 and 4.4.
 * @throws ArgumentError for what is no zip archive, is cut off, or whose bytes are not those that were
 * packed; for entries that share bytes, as a zip bomb's do, or are larger than their bytes can say.
 */
export function unzip(bytes: Uint8Array, wanted: (name: string) => boolean): ReadonlyMap<string, Uint8Array> {
  const entries = readDirectory(bytes);
  requireApart(entries);
  const files = new Map<string, Uint8Array>();
  for (const entry of entries) {
    if (!wanted(entry.name)) continue;
    if (files.has(entry.name)) throw new ArgumentError(`${named(entry.name)} is in it twice`);
    files.set(entry.name, contentOf(bytes, entry));
  }
  return files;
}

function readDirectory(bytes: Uint8Array): readonly Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (at === elsewhere || count === 0xffff)
    throw new ArgumentError('it is a zip64 archive, which is not read here');
  return Array.from({ length: count }, () => {
    requireRecord(view, at, directoryEntry, end);
    const nameLength = view.getUint16(at + 28, true);
    const next =
      at + directoryEntry.length + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw new ArgumentError('its directory is cut off');
    const entry = entryAt(view, at, nameLength, bytes);
    at = next;
    return entry;
  });
}

/** The record at the end, which only a comment follows. */
function findEnd(view: DataView): number {
  const last = view.byteLength - endOfDirectory.length;
  for (let at = last; at >= Math.max(0, last - longestComment); at--)
    if (view.getUint32(at, true) === endOfDirectory.signature) return at;
  throw new ArgumentError('it has no zip directory at its end');
}

function entryAt(view: DataView, at: number, nameLength: number, bytes: Uint8Array): Entry {
  const nameStart = at + directoryEntry.length;
  const name = new TextDecoder().decode(bytes.subarray(nameStart, nameStart + nameLength));
  const [compressedSize, size] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
  const begin = view.getUint32(at + 42, true);
  requireRecord(view, begin, localHeader, view.byteLength);
  const dataStart =
    begin + localHeader.length + view.getUint16(begin + 26, true) + view.getUint16(begin + 28, true);
  const end = dataStart + compressedSize;
  if (end > view.byteLength) throw new ArgumentError(`${named(name)} is cut off`);
  return {
    name,
    method: view.getUint16(at + 10, true),
    encrypted: (view.getUint16(at + 8, true) & 1) === 1,
    crc: view.getUint32(at + 16, true),
    ...{ compressedSize, size, begin, dataStart, end },
  };
}

function requireRecord(
  view: DataView,
  at: number,
  { signature, length }: typeof localHeader,
  limit: number,
): void {
  if (at + length <= limit && view.getUint32(at, true) === signature) return;
  throw new ArgumentError('its directory points to where nothing is');
}

function requireApart(entries: readonly Entry[]): void {
  let reached = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin)) {
    if (begin < reached) throw new ArgumentError(`${named(name)} shares its bytes with another entry`);
    reached = end;
  }
}

function contentOf(bytes: Uint8Array, { name, method, encrypted, size, crc, ...entry }: Entry): Uint8Array {
  const packed = bytes.subarray(entry.dataStart, entry.end);
  if (encrypted) throw new ArgumentError(`${named(name)} is encrypted`);
  if (method !== 0 && method !== 8)
    throw new ArgumentError(`${named(name)} is packed by method ${method}; wanted stored or deflated`);
  // So much memory is taken before a byte is read: not on the archive's word alone.
  if (method === 0 ? size !== packed.length : size > greatestDeflation * packed.length + 1024)
    throw new ArgumentError(`${packed.length} bytes cannot be ${named(name)} of ${size} bytes`);
  const content = method === 0 ? packed : inflated(packed, size, name);
  if (content.length === size && crc32(content) === crc) return content;
  throw new ArgumentError(`${named(name)} is damaged: its checksum (CRC-32) is another`);
}

function inflated(packed: Uint8Array, size: number, name: string): Uint8Array {
  try {
    // With room for one more byte, so that what is too long is seen to be.
    return inflateSync(packed, { out: new Uint8Array(size + 1) });
  } catch (cause) {
    const error = new ArgumentError(`${named(name)} is damaged: ${(cause as Error).message}`);
    throw Object.assign(error, { cause });
  }
}

/** Of each byte, by the reversed polynomial 0xedb88320. */
const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++)
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (remainders[(crc ^ byte) & 0xff] as number);
  return ~crc >>> 0;
}
