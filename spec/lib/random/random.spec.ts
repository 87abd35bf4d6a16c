import { expect } from 'chai';
import {
  ArgumentError,
  DTypeError,
  elementwiseBackend,
  erfc,
  type Key,
  type NDArray,
  normalQuantile,
  random,
  reshape,
  ShapeError,
  setElementwiseBackend,
  slice,
  toNested,
  wrap,
} from '../../../lib/index.ts';
import { forEachBlock } from '../../../lib/random/bits.ts';
import { multiplierOf } from '../../../lib/random/integers.ts';
import { threefry } from '../../../lib/random/threefry.ts';
import { expectArray, expectNumbers, float64, int32, numbersOf, readGolden } from '../support.ts';

const { bits, foldIn, key, normal, permutation, randint, split, uniform } = random;

interface Case {
  readonly seed: number;
  readonly [name: string]: unknown;
}

describe('random numbers', () => {
  for (const golden of readGolden<{ cases: Case[] }>('random').cases) {
    it(`of seed ${golden.seed} are JAX's`, () => {
      const k = key(golden.seed);
      const exact: Record<string, unknown> = {
        key: toNested(k),
        split2: toNested(split(k)),
        split3: toNested(split(k, 3)),
        fold_in_5: toNested(foldIn(k, 5)),
        bits7: toNested(bits(k, [7])),
        bits2x3: toNested(bits(k, [2, 3])),
        uniform5_f32: toNested(uniform(k, [5])),
        uniform5_f64: toNested(uniform(k, [5], 'float64')),
        permutation8: toNested(permutation(k, 8)),
        randint6_0_10: toNested(randint(k, [6], 0, 10)),
      };
      for (const [name, value] of Object.entries(exact)) expect(value, name).to.deep.equal(golden[name]);
      expectNumbers(normal(k, [5]), golden.normal5_f32 as number[], 1e-6);
      expectNumbers(normal(k, [5], 'float64'), golden.normal5_f64 as number[], 1e-12);
    });
  }

  it('are the same for the same key, and others for another', () => {
    const k = key(7);
    expect(normal(k, [100]).data).to.deep.equal(normal(k, [100]).data);
    expect(normal(k, [100]).data).not.to.deep.equal(normal(key(8), [100]).data);
    expect(bits(foldIn(k, 0), [4]).data).not.to.deep.equal(bits(foldIn(k, 1), [4]).data);
  });

  it('do not depend on the shape but on the place in it', () => {
    expect(bits(key(0), [6]).data).to.deep.equal(bits(key(0), [2, 3]).data);
    expect(bits(key(0), []).data[0]).to.equal(bits(key(0), [6]).data[0]);
    expect(bits(key(0), [2, 0]).data.length).to.equal(0);
  });
});

describe('keys', () => {
  it('are two words, the lower 32 bits of the seed last', () => {
    expectArray(key(5), [0, 5], 'uint32');
    expectArray(key(2 ** 32 + 3), [1, 3]);
    expectArray(key(-1), [0, 2 ** 32 - 1]);
    expectArray(key(-(2 ** 31)), [0, 2 ** 31]);
    expect(() => key(-(2 ** 31) - 1)).to.throw(ArgumentError, 'key: wanted an integer seed');
  });

  it('have one block for each of so many counters, from a first one on', () => {
    const visited: (readonly number[])[] = [];
    forEachBlock(Uint32Array.of(0, 1, 0, 2), 3, 7, ({ first, second }, i) =>
      visited.push([i, first, second]),
    );
    const wanted = [1, 2].flatMap((seed, place) =>
      [7, 8, 9].map((counter, i) => {
        const block = { first: 0, second: 0 };
        threefry(0, seed, 0, counter, block);
        return [3 * place + i, block.first, block.second];
      }),
    );
    expect(visited).to.deep.equal(wanted);
  });

  it('fold in a number, or one each', () => {
    const many = split(key(1), 3);
    const each = foldIn(many, int32([4, 0, 9]));
    [4, 0, 9].forEach((data, i) => {
      const alone = foldIn(reshape(slice(many, [i, 0], [i + 1, 2], [1, 1]), [2]), data);
      expectArray(reshape(slice(each, [i, 0], [i + 1, 2], [1, 1]), [2]), toNested(alone));
    });
    expect(() => foldIn(many, int32([4, 0]))).to.throw(
      ShapeError,
      'foldIn: wanted a number for each key, [3], got',
    );
    expect(foldIn(key(1), 2 ** 32 - 1).shape).to.deep.equal([2]);
    expect(() => foldIn(key(1), 2 ** 32)).to.throw(ArgumentError, 'foldIn: wanted an integer from 0 to');
    expect(() => foldIn(many, float64([4, 0, 1]))).to.throw(
      DTypeError,
      'foldIn: wanted int32 or uint32 numbers',
    );
  });

  it('and only they, are taken', () => {
    expect(() => key(0.5)).to.throw(ArgumentError, 'key: wanted an integer seed');
    expect(split(key(0), 0).shape).to.deep.equal([0, 2]);
    expect(() => split(key(0), -1)).to.throw(ArgumentError, 'split');
    expect(() => foldIn(key(0), -1)).to.throw(ArgumentError, 'foldIn');
    expect(() => normal(0 as unknown as Key, [2])).to.throw(
      ArgumentError,
      'normal: wanted a key first, such as key(0), got number 0',
    );
    expect(() => normal(key(0), [2], 'int32')).to.throw(
      DTypeError,
      'normal: wanted float32 or float64, got int32',
    );
    expect(() => uniform(key(0), [-2])).to.throw(ArgumentError, 'uniform: wanted a shape');
    expect(() => uniform(key(0), [2], 'int32')).to.throw(DTypeError, 'uniform: wanted float32 or float64');
    const halfAKey = wrap(Uint32Array.of(1), [1]);
    for (const [name, draw] of Object.entries({ bits, uniform, normal, randint, permutation })) {
      const call = () => (draw as (key: Key, ...rest: unknown[]) => unknown)(halfAKey, [2], 0, 1);
      expect(call).to.throw(
        ArgumentError,
        `${name}: wanted a key first, such as key(0), got uint32 of shape [1]`,
      );
    }
    expect(() => split(float64([0, 1]))).to.throw(ArgumentError, 'split: wanted a key first');
    expect(() => bits(key(0), [-1])).to.throw(ArgumentError, 'bits: wanted a shape');
  });
});

describe('distributions', () => {
  const count = 40_000;

  it('uniform: its range, and the Kolmogorov–Smirnov distance', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const x = uniform(key(1), [count], dtype, { low: -3, high: 5 });
      expect(Math.min(...numbersOf(x))).to.be.at.least(-3);
      expect(Math.max(...numbersOf(x))).to.be.below(5);
      expect(distance(x, (value) => (value + 3) / 8)).to.be.below(1.95 / Math.sqrt(count));
    }
    expect(() => uniform(key(0), [1], 'float32', { low: 1, high: 1 })).to.throw(ArgumentError, 'low < high');
    // In float32 these are one number, an infinite width, and two infinities.
    for (const [low, high] of [
      [1000, 1000 + 1e-5],
      [-3e38, 3e38],
      [1e39, 2e39],
    ] as const) {
      // biome-ignore format: pairs
      expect(() => uniform(key(0), [1], 'float32', { low, high })).to.throw(ArgumentError, 'in float32');
      expect(uniform(key(0), [1], 'float64', { low, high }).shape).to.deep.equal([1]);
    }
    expect(() => uniform(key(0), [1], 'float32', { min: 0 } as object)).to.throw(
      ArgumentError,
      "unknown option 'min'",
    );
  });

  it('uniform: never its upper end, where rounding would give it', () => {
    const epsilon = Number.EPSILON;
    const backend = elementwiseBackend();
    for (const name of ['auto', 'javascript'] as const) {
      setElementwiseBackend(name);
      for (const [dtype, low, high, last] of [
        ['float32', 1000, 1001, 1001 - 2 ** -14],
        ['float32', -1, 2 ** 24, 2 ** 24 - 1],
        ['float32', -(2 ** 24), -4, -4 - 2 ** -21],
        ['float32', -1e10, 0, -(2 ** -149)],
        ['float32', -(2 ** -149), 0, -(2 ** -149)],
        ['float64', -Number.MIN_VALUE, 0, -Number.MIN_VALUE],
        ['float64', 1e15, 1e15 + 1, 1e15 + 0.875],
        ['float64', 1, 1 + 2 * epsilon, 1 + epsilon],
      ] as const) {
        const x = numbersOf(uniform(key(3), [300_000], dtype, { low, high }));
        const largest = x.reduce((a, b) => Math.max(a, b));
        expect(largest, `${dtype} [${low}, ${high})`).to.be.at.most(last);
        if (low > 0) expect(largest).to.equal(last);
        expect(x.reduce((a, b) => Math.min(a, b))).to.be.at.least(low);
      }
    }
    setElementwiseBackend(backend);
  });

  it('normal: the Kolmogorov–Smirnov distance, in both precisions', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const x = normal(key(2), [count], dtype);
      const cdf = (value: number) => 0.5 * (numbersOf(erfc(float64(-value * Math.SQRT1_2)))[0] as number);
      expect(distance(x, cdf)).to.be.below(1.95 / Math.sqrt(count));
    }
  });

  it('normal: finite where the uniform number is the least', () => {
    // Of these 32 bits, float32 numbers take the 23 highest.
    expect(numbersOf(bits(key(4), [1e6]))[286683]! >>> 9).to.equal(0);
    expect(numbersOf(normal(key(4), [1e6]))[286683]).to.be.closeTo(-5.42, 0.01);
    const least = normalQuantile(float64(random.lowestOfNormal('float64')));
    expect(numbersOf(least)[0]).to.be.closeTo(-8.29, 0.01);
  });

  it('randint: its range, all values, even frequencies', () => {
    const drawn = numbersOf(randint(key(7), [count], -2, 3));
    for (const value of [-2, -1, 0, 1, 2]) {
      const frequency = drawn.filter((each) => each === value).length / count;
      expect(Math.abs(frequency - 0.2)).to.be.below(4.5 * Math.sqrt(0.16 / count));
    }
    expect(numbersOf(randint(key(7), [500], -(2 ** 31), 2 ** 31 - 1)).some((value) => value < 0)).to.equal(
      true,
    );
    expect(() => randint(key(7), [1], 3, 3)).to.throw(
      ArgumentError,
      'randint: wanted int32 numbers low < high',
    );
    expect(() => randint(key(7), [1], 0.5, 3)).to.throw(ArgumentError);
  });

  it('randint: the ranges of int32 that it takes, and 2³² mod their size', () => {
    const range = (low: number, high: number) => () => randint(key(3), [4], low, high);
    for (const [low, high] of [
      [-(2 ** 31), 2 ** 31 - 1],
      [-(2 ** 31) + 1, 2 ** 31],
      [5, 6],
    ] as const) {
      for (const x of numbersOf(range(low, high)())) expect(x).to.be.within(low, high - 1);
    }
    for (const [low, high] of [
      [-(2 ** 31) - 1, 0],
      [0, 2 ** 31 + 1],
      [-(2 ** 31), 2 ** 31],
      [5, 5],
      [0.5, 2],
      [0, 2.5],
    ] as const) {
      expect(range(low, high)).to.throw(ArgumentError, 'randint: wanted int32 numbers low < high');
    }
    for (const span of [1, 3, 10, 1000, 2 ** 16 - 1]) expect(multiplierOf(span)).to.equal(2 ** 32 % span);
    // From 2¹⁶ on, JAX's product of uint32 numbers overflows to 0.
    expect(multiplierOf(2 ** 16 + 1)).to.equal(0);
  });

  it('randint and permutation: of several keys, those of each', () => {
    const many = split(key(4), 3);
    const [integers, orders] = [randint(many, [5], 0, 1000), permutation(many, 5)];
    for (const i of [0, 1, 2]) {
      const alone = reshape(slice(many, [i, 0], [i + 1, 2], [1, 1]), [2]);
      const row = (a: NDArray) => numbersOf(a).slice(5 * i, 5 * i + 5);
      expect(row(integers)).to.deep.equal(numbersOf(randint(alone, [5], 0, 1000)));
      expect(row(orders)).to.deep.equal(numbersOf(permutation(alone, 5)));
    }
  });

  it('permutation: each number once, each first equally often', () => {
    expectArray(permutation(key(0), 0), []);
    expectArray(permutation(key(0), 1), [0]);
    expect(numbersOf(permutation(key(8), 3000)).sort((a, b) => a - b)).to.deep.equal(
      Array.from({ length: 3000 }, (_, i) => i),
    );
    const first = numbersOf(permutation(split(key(9), 5000), 4)).filter((_, i) => i % 4 === 0);
    for (const value of [0, 1, 2, 3]) {
      const frequency = first.filter((each) => each === value).length / 5000;
      expect(Math.abs(frequency - 0.25)).to.be.below(4.5 * Math.sqrt(0.1875 / 5000));
    }
  });

  it('permutation: from 1626 numbers on it sorts twice by random bits, as JAX does', () => {
    const [n, rows] = [
      2000,
      (k: Key) => [0, 1].map((i) => reshape(slice(split(k), [i, 0], [i + 1, 2], [1, 1]), [2])),
    ];
    let k = key(8);
    let order = Array.from({ length: n }, (_, i) => i);
    for (let round = 0; round < 2; round++) {
      const [next, now] = rows(k) as [Key, Key];
      const words = numbersOf(bits(now, [n]));
      const places = order.map((_, i) => i).sort((i, j) => words[i]! - words[j]!);
      order = places.map((place) => order[place]!);
      k = next;
    }
    expectArray(permutation(key(8), n), order);
  });
});

/**
 * The largest gap between the empirical and the exact distribution function. One seed in a thousand gives a
 * gap above 1.95/√n.
 */
function distance(x: NDArray, cdf: (value: number) => number): number {
  const sorted = numbersOf(x).sort((a, b) => a - b);
  return Math.max(
    ...sorted.map((value, i) =>
      Math.max(cdf(value) - i / sorted.length, (i + 1) / sorted.length - cdf(value)),
    ),
  );
}
