/** How WebAssembly writes numbers, lists and names down (WebAssembly Core Specification 2.0, chapter 5.2). */

/** Machine code, or part of it: bytes. */
export type Code = readonly number[];

/**
 * An unsigned integer, seven bits a byte, least significant first (LEB128).
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
    // The last byte's bit 6 is the sign, so one more byte is needed where it would lie.
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

/** A section of a module: its number, its length in bytes, its contents. Empty lists need no section. */
export function section(id: number, items: readonly Code[]): Code {
  if (items.length === 0) return [];
  const body = vector(items);
  return [id, ...unsigned(body.length), ...body];
}
