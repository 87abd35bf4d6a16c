/** How WebAssembly encodes numbers, lists and names (WebAssembly Core Specification 2.0, chapter 5.2). */

/** The bytes of machine code, or of a part of it. */
export type Code = readonly number[];

/**
 * An unsigned integer in LEB128: seven bits in each byte, the least significant ones first.
 * @example unsigned(624485); // [0xe5, 0x8e, 0x26]
 */
export function unsigned(value: number): Code {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...bytes, rest];
}

/** A signed 32-bit integer in LEB128. @example signed(-123456); // [0xc0, 0xbb, 0x78] */
export function signed(value: number): Code {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    // Bit 6 of the last byte is the sign. If it has the wrong value, we need one more byte.
    if ((rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0)) return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}

/** The bytes of a float32, little-endian. */
export function float32(value: number): Code {
  return [...new Uint8Array(new Float32Array([value]).buffer)];
}

/** The bytes of a float64, little-endian. */
export function float64(value: number): Code {
  return [...new Uint8Array(new Float64Array([value]).buffer)];
}

/** A list: its length, then its items. */
export function vector(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

/** A name in UTF-8, with its length. */
export function name(text: string): Code {
  const bytes = [...new TextEncoder().encode(text)];
  return [...unsigned(bytes.length), ...bytes];
}

/** A section of a module: its number, its length in bytes, and its contents. An empty list has no section. */
export function section(id: number, items: readonly Code[]): Code {
  if (items.length === 0) return [];
  const body = vector(items);
  return [id, ...unsigned(body.length), ...body];
}
