/** Random numbers in SIMD: the bits of the plain loops, for any keys, counts and counters. */
import { expect } from 'chai';
import {
  type DType,
  elementwiseBackend,
  type NDArray,
  normalQuantile,
  random,
  reshape,
  setElementwiseBackend,
  setThreads,
  slice,
  threadCount,
} from '../../../lib/index.ts';
import { randomBlocks, randomWords } from '../../../lib/random/bits.ts';

const { bits, key, normal, split, uniform } = random;

type Numbers = Uint32Array | Float32Array | Float64Array;

describe('random numbers in SIMD', () => {
  const backend = elementwiseBackend();
  const threads = threadCount();
  beforeEach(() => setElementwiseBackend('auto'));
  afterEach(() => {
    setElementwiseBackend(backend);
    setThreads(threads);
  });

  it('words and blocks are those of the plain loops', () => {
    const draws = [
      ...[0, 1, 3, 5, 63, 64, 65, 2047, 2048, 2049, 4095, 4096, 4097, 2 ** 16 + 1].map((count) => [1, count]),
      ...[0, 1, 2, 3, 5, 17, 64, 1365, 1366, 4095, 4096, 4097, 5000].map((count) => [7, count]),
      ...[1, 2, 3].map((count) => [9001, count]),
      [0, 5],
    ] as [keyCount: number, count: number][];
    for (const [keyCount, count] of draws) {
      const keys = someKeys(keyCount);
      // From 0, and from counters whose lower word wraps around within a vector or at its end.
      for (const from of [0, 2 ** 32 - 1, 3 * 2 ** 32 - 50, 2 ** 33 - 64, 2 ** 52 + 1]) {
        const what = `${keyCount} keys, ${count} from ${from}`;
        expectPlain(() => randomWords(keys, count, from), what);
        expectPlain(() => randomBlocks(keys, count, from), what);
      }
    }
  });

  it("are JAX's where the counter's higher word changes, in the first and in later keys", () => {
    // jax.extend.random.threefry_2x32 of jax 0.10.2: the key (1, 2), the counters (7, 2³² − 2) to (8, 1)
    const wanted = [
      3192302460, 3452596066, 1297005964, 2431815800, 2081432497, 3355248145, 2612038897, 6951905,
    ];
    const keys = Uint32Array.from({ length: 200 }, (_, i) => 1 + (i % 2));
    const blocks = randomBlocks(keys, 4, 2 ** 35 - 2);
    for (let i = 0; i < 100; i++) expect([...blocks.subarray(8 * i, 8 * i + 8)]).to.deep.equal(wanted);
    const words = randomWords(keys, 4, 2 ** 35 - 2);
    expect([...words.subarray(0, 2)]).to.deep.equal([
      ((wanted[0] as number) ^ (wanted[1] as number)) >>> 0,
      ((wanted[2] as number) ^ (wanted[3] as number)) >>> 0,
    ]);
  });

  it('of many keys are those of each, and the blocks are the keys that split gives', () => {
    const many = split(key(3), 11);
    const each = Array.from({ length: 11 }, (_, i) => slice(many, [i, 0], [i + 1, 2], [1, 1])).map((k) =>
      reshape(k, [2]),
    );
    const count = 100;
    const rowsOf = (all: NDArray) =>
      each.map((_, i) => (all.data as Numbers).subarray(i * count, (i + 1) * count));
    for (const dtype of ['float32', 'float64'] as const) {
      const [uniforms, normals] = [
        uniform(many, [count], dtype, { low: -2, high: 3 }),
        normal(many, [count], dtype),
      ];
      expect([uniforms.shape, normals.shape]).to.deep.equal([
        [11, count],
        [11, count],
      ]);
      each.forEach((k, i) => {
        expect(rowsOf(uniforms)[i]).to.deep.equal(uniform(k, [count], dtype, { low: -2, high: 3 }).data);
        expect(rowsOf(normals)[i]).to.deep.equal(normal(k, [count], dtype).data);
      });
    }
    each.forEach((k, i) => {
      expect(rowsOf(bits(many, [count]))[i]).to.deep.equal(bits(k, [count]).data);
    });
    const children = each.flatMap((k) => [...(split(k, 5).data as Uint32Array)]);
    expect([...(split(many, 5).data as Uint32Array)]).to.deep.equal(children);
    expect(split(many, 5).shape).to.deep.equal([11, 5, 2]);
  });

  it('uniform numbers are those of the plain loops, in both precisions and on any interval', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      for (const [low, high] of [
        [0, 1],
        [-1, 1],
        [-0, 0.1],
        [-3, -2.9],
        [1e-40, 3e-39],
        [-1e30, 1e30],
        [0.1, 0.1 + 1e-7],
      ] as const) {
        for (const count of [0, 1, 3, 5, 64, 66, 4097, 2 ** 16 + 1]) {
          expectPlain(
            () => uniform(key(count), [count], dtype, { low, high }).data as Numbers,
            `[${low}, ${high})`,
          );
        }
      }
    }
  });

  it('normal numbers are the quantiles of uniform ones, bit for bit, on any number of threads', () => {
    for (const [dtype, counts] of [
      ['float32', [0, 1, 3, 5, 63, 64, 65, 2 ** 16 + 1, 2 ** 18 + 3]],
      ['float64', [0, 1, 5, 64, 2 ** 12 + 1]],
    ] as [DType, number[]][]) {
      const low = dtype === 'float32' ? -1 + 2 ** -24 : -1 + 2 ** -53;
      for (const count of counts) {
        setThreads(1);
        const composed = normalQuantile(uniform(key(5), [count], dtype, { low, high: 1 })).data as Numbers;
        for (const number of [1, 2, 3]) {
          setThreads(number);
          expectSame(
            normal(key(5), [count], dtype).data as Numbers,
            composed,
            `${dtype}, ${count}, ${number} threads`,
          );
        }
      }
    }
  });

  it('normal numbers in float32 are next to those of the plain loops', () => {
    const simd = normal(key(6), [2 ** 16 + 1]).data as Float32Array;
    setElementwiseBackend('javascript');
    const plain = normal(key(6), [2 ** 16 + 1]).data as Float32Array;
    expect(
      plain.every((value, i) => Math.abs(value - (simd[i] as number)) <= 1.2e-7 * Math.abs(value)),
    ).to.equal(true);
  });

  it('the mean, variance, skewness and kurtosis of normal numbers, within 4.5 standard errors', () => {
    const count = 2 ** 18;
    const x = normal(key(9), [count]).data as Float32Array;
    const moment = (power: number) => x.reduce((sum, value) => sum + value ** power, 0) / count;
    // E[x^k] of N(0, 1), and the variance of x^k
    for (const [power, expected, variance] of [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
    ] as const) {
      expect(Math.abs(moment(power) - expected), `x^${power}`).to.be.below(4.5 * Math.sqrt(variance / count));
    }
  });
});

function someKeys(count: number): Uint32Array {
  return Uint32Array.from({ length: 2 * count }, (_, i) => Math.imul(i + 1, 0x9e3779b9) >>> 0);
}

/** Computes the same in SIMD and by the plain loops. */
function expectPlain(draw: () => Numbers, what: string): void {
  setElementwiseBackend('javascript');
  const plain = draw();
  setElementwiseBackend('auto');
  expectSame(draw(), plain, what);
}

function expectSame(got: Numbers, wanted: Numbers, what: string): void {
  expect(got.length, what).to.equal(wanted.length);
  const differs = wanted.findIndex((value, i) => !Object.is(value, got[i]));
  if (differs >= 0) expect.fail(`${what}: number ${differs} is ${got[differs]}, wanted ${wanted[differs]}`);
}
