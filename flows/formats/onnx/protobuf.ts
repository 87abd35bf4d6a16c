/**
 * Protocol buffers, as far as ONNX needs them: fields of whole numbers, of floats, of text and of messages
 * within.
 */

/** The bytes of a message, or of a part of one. */
export type Bytes = readonly number[] | Uint8Array;

/**
 * A field of whole numbers, one entry for each; negative ones as 64-bit two's complement.
 * Source: the protocol buffers' documentation, "Encoding".
 */
export function integers(field: number, ...values: readonly number[]): Bytes {
  return values.flatMap((value) => [...varint(field << 3), ...varint(value)]);
}

/** A field of bytes: text, raw data, or a message. */
export function bytes(field: number, content: Bytes | string): Bytes {
  const data = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return join([...varint((field << 3) | 2), ...varint(data.length)], data);
}

/** A message from its fields. */
export function join(...parts: readonly Bytes[]): Uint8Array {
  return joinAll(parts);
}

/** The same of a list, which may be longer than a call's arguments can be. */
export function joinAll(parts: readonly Bytes[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** Seven bits a byte, the low ones first; a set eighth bit says that more follow. */
function varint(value: number): number[] {
  const result: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) result.push(Number(rest & 0x7fn) | 0x80);
  return [...result, Number(rest)];
}
