/** A checksum within a safetensors file, so that no bit of it can change unseen. */
import { createHash } from 'node:crypto';

/** Where the checksum will stand, in the file's metadata. */
export const unsealed = '0'.repeat(64);

/**
 * The bytes, with the SHA-256 of all of them in the place of `unsealed`, which must be among the metadata.
 */
export function sealed(bytes: Uint8Array): Uint8Array {
  const result = Buffer.from(bytes);
  result.write(digest(bytes), result.indexOf(unsealed), 'latin1');
  return result;
}

/** Whether the bytes are those that were sealed with this checksum. */
export function isSealed(bytes: Uint8Array, checksum: string): boolean {
  const original = Buffer.from(bytes);
  const at = original.indexOf(checksum, 0, 'latin1');
  if (!/^[0-9a-f]{64}$/.test(checksum) || at < 0) return false;
  original.write(unsealed, at, 'latin1');
  return digest(original) === checksum;
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
