/**
 * The generator: Threefry-2x32 with 20 rounds (J. K. Salmon et al., Parallel random numbers: as easy as 1, 2,
 * 3, 2011). It is a block cipher that encrypts a counter: the i-th random number is a function of the key and
 * i, so there is no state.
 */

/** `threefry` writes its result into a block. If it returned a pair, each call would allocate one. */
export interface Block {
  first: number;
  second: number;
}

/** Encrypts the counter (x0, x1) with the key (k0, k1), all 32-bit words, and writes the block to `out`. */
export function threefry(k0: number, k1: number, x0: number, x1: number, out: Block): void {
  // After every four rounds we add two of the three key words, each time the next two, and the number of this
  // injection.
  let injected = k1;
  let next = k0 ^ k1 ^ parity;
  let last = k0;
  let first = (x0 + k0) | 0;
  let second = (x1 + k1) | 0;
  for (let injection = 1; injection <= 5; injection++) {
    const counts = rotations(injection);
    for (let round = 0; round < 4; round++) {
      const count = counts[round] as number;
      first = (first + second) | 0;
      second = ((second << count) | (second >>> (32 - count))) ^ first;
    }
    first = (first + injected) | 0;
    second = (second + next + injection) | 0;
    const used = injected;
    injected = next;
    next = last;
    last = used;
  }
  out.first = first >>> 0;
  out.second = second >>> 0;
}

/** A constant of Skein's key schedule. With it, the third key word is not 0 for a key of zeros. */
export const parity = 0x1bd11bda;

/** The number of bits by which each of the four rounds before an injection rotates. */
export function rotations(injection: number): Uint8Array {
  return injection % 2 === 1 ? oddRotations : evenRotations;
}

const oddRotations = new Uint8Array([13, 15, 26, 6]);
const evenRotations = new Uint8Array([17, 29, 16, 24]);
