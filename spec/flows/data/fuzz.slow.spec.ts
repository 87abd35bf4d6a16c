import { expect } from 'chai';
import * as fc from 'fast-check';
import { FluxionError, Tensor, tensor, treeLeaves } from '../../../autograd/index.ts';
import { formatNpz } from '../../../flows/formats/format-npz.ts';
import { formatCsv, formatNpy, parseCsv, parseIdx, parseNpy, parseNpz } from '../../../flows/index.ts';

const points = tensor([
  [1, 2.5],
  [-3, 4e10],
  [0, 7],
]);
/** Points in so many rows, whose files are long enough to measure. */
const rows = (count: number) =>
  tensor(
    Array.from({ length: count }, (_, i) => [i, Math.sin(i)]),
    { dtype: 'float64' },
  );
const longIdx = (count: number) => {
  const head = Uint8Array.of(0, 0, 8, 2, count >> 24, count >> 16, count >> 8, count, 0, 0, 0, 2);
  return new Uint8Array([...head, ...new Uint8Array(2 * count)]);
};
const encode = (text: string) => new TextEncoder().encode(text);
// Two axes of lengths 2 and 3, unsigned bytes
const idx = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);

/** Each parser of bytes, and a good file to spoil. */
const parsers = {
  parseNpy: {
    parse: (bytes: Uint8Array): unknown => parseNpy(bytes),
    good: formatNpy(points),
    long: (n: number) => formatNpy(rows(n)),
  },
  parseNpz: {
    parse: (bytes: Uint8Array): unknown => parseNpz(bytes),
    good: formatNpz({ x: points }),
    long: (n: number) => formatNpz({ x: rows(n) }),
  },
  parseIdx: { parse: (bytes: Uint8Array): unknown => parseIdx(bytes), good: idx, long: longIdx },
  parseCsv: {
    parse: (bytes: Uint8Array): unknown => parseCsv(new TextDecoder().decode(bytes)).points,
    good: encode(formatCsv(points, ['x', 'y'])),
    long: (n: number) => encode(formatCsv(rows(n), ['x', 'y'])),
  },
};

/** Milliseconds of this process. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

for (const [name, { parse, good, long }] of Object.entries(parsers)) {
  describe(`${name}, given any bytes`, () => {
    it('reads the good file', () => {
      expect(treeLeaves(parse(good)).every((leaf) => leaf instanceof Tensor)).to.equal(true);
    });

    it('answers, or throws an error of ours, and allocates no more than the file deserves', () => {
      const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
      const spoiled = fc
        .tuple(fc.array(change, { minLength: 1, maxLength: 6 }), fc.nat(good.length))
        .map(([changes, length]) => {
          const bytes = good.slice();
          for (const [at, byte] of changes) bytes[at] = byte;
          return bytes.subarray(0, length < good.length / 4 ? length : good.length);
        });
      const property = fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), spoiled), (bytes) => {
        try {
          // A number takes at least a byte of the file, and here eight of memory at most.
          const numbers = treeLeaves(parse(bytes)).reduce<number>(
            (sum, leaf) => sum + (leaf as Tensor).size,
            0,
          );
          expect(numbers).to.be.at.most(8 * bytes.length + 8);
        } catch (error) {
          if (!(error instanceof FluxionError)) throw error;
          expect(error.message).to.match(/^parse(Npy|Npz|Idx|Csv): /);
        }
      });
      const [time, heap] = [processorTime(), process.memoryUsage().heapUsed];
      fc.assert(property, { numRuns: 10_000, seed: 2026 });
      // Files of some hundred bytes: 10,000 of them take seconds, and nothing of them stays.
      expect(processorTime() - time).to.be.below(60_000);
      expect(process.memoryUsage().heapUsed - heap).to.be.below(500e6);
    });

    it('takes time in proportion to the file', () => {
      const timeOf = (count: number) => {
        const bytes = long(count);
        const repeats = 3;
        const times = Array.from({ length: repeats }, () => {
          const start = processorTime();
          parse(bytes);
          return processorTime() - start;
        });
        return Math.min(...times);
      };
      timeOf(2000); // compiles
      const [short, large] = [timeOf(20_000), timeOf(160_000)];
      // Eight times the rows: eight times the time, and not 64 times. Below 10 ms nothing can be said.
      expect(large).to.be.below(24 * Math.max(short, 10));
    });
  });
}
