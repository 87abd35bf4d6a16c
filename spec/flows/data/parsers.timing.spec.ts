/** However a file is made, reading it, or refusing it, takes time in proportion to its bytes. */
import { expect } from 'chai';
import { parseCsv, parseNpy } from '../../../flows/data/index.ts';
import { FluxionError } from '../../../lib/index.ts';

/** Milliseconds of processor time. */
function timeOf(parse: () => unknown): number {
  const { user } = process.cpuUsage();
  try {
    parse();
  } catch (error) {
    if (!(error instanceof FluxionError)) throw error;
  }
  return (process.cpuUsage().user - user) / 1000;
}

describe('parsers, given what was quadratic or worse', () => {
  // Each cell copied those before it: 20 s for 80 kB. Now a quarter of a second at most.
  for (const piece of ['1,', '1,2\n', '"",', '"a"b,', '"1\n', '"1"2\n', '#\n', ' ', '\r', '"']) {
    it(`parseCsv, 40,000 times ${JSON.stringify(piece)}`, () => {
      expect(timeOf(() => parseCsv(`x\n${piece.repeat(40_000)}`))).to.be.below(4000);
    });
  }

  // The pattern tried all ways to cut the digits: 1.2 s for 26 of them, twice as long for each more.
  it('parseNpy, a shape of 60,000 digits, and of 30,000 axes', () => {
    for (const shape of [`${'1'.repeat(60_000)}x,`, '1,'.repeat(30_000)]) {
      const header = new TextEncoder().encode(
        `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape}), }`,
      );
      const start = Uint8Array.of(
        0x93,
        0x4e,
        0x55,
        0x4d,
        0x50,
        0x59,
        1,
        0,
        header.length & 255,
        header.length >> 8,
      );
      expect(timeOf(() => parseNpy(new Uint8Array([...start, ...header])))).to.be.below(1000);
    }
  });
});
