/** Writes a grey picture as a PNG, which takes a signature and three chunks. */
import { crc32, deflateSync } from 'node:zlib';

/** A grey picture: `pixels` row by row, from 0 (black) to 255 (white). */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/**
 * A grey picture as the bytes of a .png file, 8 bits a pixel.
 *
 * Source: W3C, "Portable Network Graphics (PNG) Specification", sections 5 and 11.
 * @example writeFileSync('samples.png', formatPng({ width: 1, height: 1, pixels: Uint8Array.of(255) }));
 */
export function formatPng({ width, height, pixels }: Raster): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8); // 8 bits, grey, deflate, filters by row, not interlaced
  const rows = Buffer.alloc(height * (width + 1)); // Each row begins with its filter: 0 is none.
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
