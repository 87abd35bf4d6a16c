/** Text from bytes. */
import { ArgumentError } from '../../lib/index.ts';
import { requireBytes } from '../formats/binary.ts';

const marks = [
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
] as const;
/** V8 has no longer strings, and decoding more ends its process. */
const longestText = 2 ** 29 - 24;
/** PK\3\4 */
const archive = [0x50, 0x4b, 3, 4];

/**
 * The text of a file, in the encoding that its byte order mark names; without one, in the encoding given, or
 * UTF-8.
 *
 * @param encoding a label of the Encoding Standard, such as 'latin1' or 'shift_jis'
 * @throws ArgumentError for bytes that are no text in that encoding, or have zero bytes as no text has; for
 * more than a string can hold (512 MB); for an encoding that is not known
 * @example const { points } = parseCsv(decodeText(bytes, 'latin1'));
 */
export function decodeText(bytes: Uint8Array, encoding?: string): string {
  requireBytes('decodeText', bytes);
  const marked = marks.find((mark) => mark.bytes.every((byte, i) => bytes[i] === byte))?.encoding;
  const used = marked ?? encoding ?? 'utf-8';
  const isSaid = encoding !== undefined || marked !== undefined;
  const refuse = (why: string, cause?: unknown) =>
    Object.assign(new ArgumentError(`decodeText: this is no text in ${used}${why}`), { cause });
  if (archive.every((byte, i) => bytes[i] === byte))
    throw refuse(': it is a zip archive, as those of spreadsheets (.xlsx, .ods); save the table as .csv');
  const mostBytes = longestText * (/^utf-?16/i.test(used) ? 2 : 1);
  if (bytes.length > mostBytes)
    throw new ArgumentError(
      `decodeText: ${bytes.length} bytes are more text than one string holds (${mostBytes}); take fewer rows or columns, or write the numbers as .npy or .parquet`,
    );
  const text = decoded(used, bytes, (cause) =>
    refuse(isSaid ? '' : "; say which it is, such as 'latin1'", cause),
  );
  if (!text.includes('\0')) return text;
  throw refuse(isSaid ? ': it has zero bytes' : ": it has zero bytes; say which it is, such as 'utf-16le'");
}

function decoded(encoding: string, bytes: Uint8Array, refuse: (cause: unknown) => ArgumentError): string {
  const decoder = decoderOf(encoding);
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw refuse(cause);
  }
}

function decoderOf(encoding: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch (cause) {
    throw Object.assign(new ArgumentError(`decodeText: there is no encoding '${encoding}'`), { cause });
  }
}
