/** Text from bytes. */
import { ArgumentError } from '../../lib/index.ts';

const marks = [
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
] as const;

/**
 * The text of a file, in the encoding that its byte order mark names; without one, in the encoding given, or
 * UTF-8.
 *
 * @param encoding a label of the Encoding Standard, such as 'latin1' or 'shift_jis'
 * @throws ArgumentError for bytes that are no text in that encoding, or an encoding that is not known
 * @example const { points } = parseCsv(decodeText(bytes, 'latin1'));
 */
export function decodeText(bytes: Uint8Array, encoding?: string): string {
  const marked = marks.find((mark) => mark.bytes.every((byte, i) => bytes[i] === byte))?.encoding;
  const used = marked ?? encoding ?? 'utf-8';
  try {
    return decoderOf(used).decode(bytes);
  } catch (cause) {
    if (cause instanceof ArgumentError) throw cause;
    const advice =
      encoding === undefined && marked === undefined ? "; say which it is, such as 'latin1'" : '';
    throw Object.assign(new ArgumentError(`decodeText: this is no text in ${used}${advice}`), { cause });
  }
}

function decoderOf(encoding: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch (cause) {
    throw Object.assign(new ArgumentError(`decodeText: there is no encoding '${encoding}'`), { cause });
  }
}
