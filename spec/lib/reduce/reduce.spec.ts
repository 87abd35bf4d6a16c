import { expect } from 'chai';
import {
  ArgumentError,
  argmax,
  argmin,
  broadcastTo,
  cast,
  copy,
  cumulativeSum,
  DTypeError,
  elementwiseBackend,
  full,
  max,
  min,
  type NDArray,
  product,
  setElementwiseBackend,
  slice,
  sum,
  transpose,
  wrap,
} from '../../../lib/index.ts';
import { reduceAxes } from '../../../lib/reduce/axes.ts';
import {
  expectArray,
  expectNumbers,
  expectPure,
  float32,
  float64,
  int32,
  layouts,
  mask,
  numbersOf,
  sample,
} from '../support.ts';

type Reduction = (a: NDArray, axes: readonly number[], keepDims?: boolean) => NDArray;

const reductions: Record<string, [Reduction, (values: readonly number[]) => number]> = {
  sum: [sum, (values) => values.reduce((a, b) => a + b, 0)],
  product: [product, (values) => values.reduce((a, b) => a * b, 1)],
  max: [max, (values) => Math.max(...values)],
  min: [min, (values) => Math.min(...values)],
};

describe('reductions', () => {
  for (const [name, [operation, reference]] of Object.entries(reductions)) {
    it(`${name} over every set of axes, of a transposed view too`, () => {
      const plain = sample([2, 3, 4, 2]);
      for (const a of [plain, transpose(plain, [2, 0, 3, 1])]) {
        for (let subset = 0; subset < 16; subset++) {
          const axes = [0, 1, 2, 3].filter((axis) => (subset >> axis) & 1);
          const wanted = groupsOf(a, axes).map(reference);
          const result = expectPure(() => operation(a, axes), a);
          expect(result.shape).to.deep.equal(a.shape.filter((_, axis) => !axes.includes(axis)));
          expectNumbers(result, wanted, 1e-14, `${name} over ${axes}`);
          const kept = operation(a, axes, true);
          expect(kept.shape).to.deep.equal(a.shape.map((n, axis) => (axes.includes(axis) ? 1 : n)));
          expectNumbers(kept, wanted, 1e-14);
        }
      }
    });

    it(`${name} of every layout, both precisions, along both axes`, () => {
      for (const dtype of ['float32', 'float64'] as const) {
        for (const [layout, a] of Object.entries(layouts([9, 7], dtype))) {
          for (const axis of [0, 1]) {
            const wanted = groupsOf(a, [axis]).map(reference);
            expectNumbers(
              operation(a, [axis - 2]),
              wanted,
              dtype === 'float32' ? 1e-6 : 1e-14,
              `${name} ${layout}`,
            );
          }
        }
      }
    });

    it(`${name} passes NaN on`, () => {
      expectArray(
        operation(
          float64([
            [1, Number.NaN, 3],
            [1, 2, 3],
          ]),
          [1],
        ),
        [Number.NaN, reference([1, 2, 3])],
      );
      expectArray(
        operation(
          float64([
            [1, 2],
            [Number.NaN, 2],
          ]),
          [0],
        ),
        [Number.NaN, reference([2, 2])],
      );
    });

    it(`${name} of a scalar is the scalar`, () => {
      expectArray(operation(float64(3), []), 3);
    });
  }

  it('of nothing', () => {
    const empty = full([3, 0], 0, 'float32');
    expectArray(sum(empty, [1]), [0, 0, 0], 'float32');
    expectArray(product(empty, [0, 1]), 1);
    expectArray(sum(empty, [0]), []);
    expectArray(max(empty, [0]), []);
    expect(() => max(empty, [1])).to.throw(ArgumentError, 'max: there is nothing to take it of');
    expect(() => min(empty, [0, 1])).to.throw(ArgumentError, '[3, 0]');
    expect(() => argmax(empty, 1)).to.throw(ArgumentError, 'argmax');
  });

  it('look at axes side by side without a copy, and at others as the last ones of a copy', () => {
    const a = sample([2, 3, 4]);
    const seenFor = (axes: readonly number[]) => {
      let seen: unknown;
      reduceAxes('sum', a, axes, false, (x, _, folded) => (seen = [x === a.data, folded]), 'isFine');
      return seen;
    };
    for (const [axes, before, length, after] of [
      [[], 1, 1, 24],
      [[0], 1, 2, 12],
      [[1], 2, 3, 4],
      [[2], 6, 4, 1],
      [[0, 1], 1, 6, 4],
      [[2, 1], 2, 12, 1],
      [[0, 1, 2], 1, 24, 1],
    ] as const) {
      expect(seenFor(axes), `${axes}`).to.deep.equal([true, { before, length, after }]);
    }
    expect(seenFor([0, 2])).to.deep.equal([false, { before: 3, length: 8, after: 1 }]);
  });

  it('refuse masks and missing axes', () => {
    expect(() => sum(mask([true]), [0])).to.throw(DTypeError, 'sum: wanted numbers, got bool');
    expect(() => sum(float32([1]), [1])).to.throw(ArgumentError, 'sum: there is no axis 1');
    expectArray(
      sum(
        int32([
          [1, 2],
          [3, 4],
        ]),
        [0],
      ),
      [4, 6],
      'int32',
    );
  });
});

describe('sums of repeated elements', () => {
  it('read each once: 4·10⁹ elements need neither time nor memory', () => {
    const ones = broadcastTo(full([1, 1], 1, 'float32'), [65536, 65536]);
    expect(sum(ones, [0, 1]).data[0]).to.equal(2 ** 32);
    const rows = broadcastTo(wrap(Float64Array.of(1, 2, 3.5), [1, 3]), [2 ** 30, 3]);
    expect([...sum(rows, [0]).data]).to.deep.equal([1, 2, 3.5].map((x) => x * 2 ** 30));
    expect(sum(rows, [0, 1], true).data[0]).to.equal(6.5 * 2 ** 30);
  });

  it('from 2²⁴ elements on, are multiples of each element', () => {
    // 2²⁴·x is exact in float64. A sum of so many tenths is not.
    const tenths = broadcastTo(float64(0.1), [2 ** 24]);
    expect(sum(tenths, [0]).data[0]).to.equal(0.1 * 2 ** 24);
  });

  it('have the bits of the sums of a copy', () => {
    const values = Float64Array.of(0.1, -0, 1 / 3, 1e300, Infinity, -2.5);
    for (const data of [values, Float32Array.from(values)]) {
      for (const count of [2, 3, 100, 1000]) {
        const repeated = broadcastTo(wrap(data, [6, 1]), [6, count]);
        for (const axes of [[1], [0, 1]]) {
          const [got, wanted] = [sum(repeated, axes), sum(copy(repeated), axes)];
          expect([...got.data], `${count}`).to.deep.equal([...wanted.data]);
        }
      }
    }
  });
});

describe('pairwise sums', () => {
  // After 2⁵³, float64 has even numbers only: it takes up no 1 that is added to it alone. Each result shows
  // how many ones were added up elsewhere first.
  const big = 2 ** 53;

  it('of a row add four sums of a block of 128 each, then blocks by halves, then the rest', () => {
    const row = (length: number) =>
      wrap(
        Float64Array.from({ length }, (_, i) => (i === 0 ? big : 1)),
        [length],
      );
    const sumOf = (length: number) => Number(sum(row(length), [0]).data[0]) - big;
    expect(sumOf(8)).to.equal(6); // big + 1, 2 and 2 + 2
    expect(sumOf(9)).to.equal(6);
    expect(sumOf(128)).to.equal(96);
    expect(sumOf(3 * 128)).to.equal(96 + 128 + 128);
    expect(sumOf(3 * 128 + 3)).to.equal(96 + 128 + 128 + 4); // 3 is halfway, and 4 is even in units of 2
  });

  it('of rows add four rows at a time, up to 128 of them, and then halves', () => {
    const sumsOf = (length: number, isOne: (row: number) => boolean) => {
      const rows = Array.from({ length }, (_, row) => (row === 0 ? big : Number(isOne(row))));
      const columns = wrap(Float64Array.from(rows.flatMap((x) => [x, x])), [length, 2]);
      return Array.from(sum(columns, [0]).data, (x) => x - big);
    };
    const all = () => true;
    expect(sumsOf(4, all)).to.deep.equal([2, 2]); // (big + 1) + (1 + 1)
    expect(sumsOf(7, all)).to.deep.equal([4, 4]); // 3 is halfway, and 4 is even in units of 2
    expect(sumsOf(8, all)).to.deep.equal([6, 6]);
    const fourth = (row: number) => row % 4 === 0;
    expect(sumsOf(128, fourth)).to.deep.equal([0, 0]);
    expect(sumsOf(129, fourth)).to.deep.equal([16, 16]); // of the second half
  });

  it('2·10⁷ float32 ones sum exactly', () => {
    const ones = wrap(new Float32Array(2e7).fill(1), [2e7]);
    expectArray(sum(ones, [0]), 2e7, 'float32');
    expectArray(sum(wrap(ones.data, [1e7, 2]), [0]), [1e7, 1e7]);
  });

  it('10⁷ float64 values 0.1 sum to 1e-9', () => {
    const tenths = wrap(new Float64Array(1e7).fill(0.1), [1e7]);
    const [total] = numbersOf(sum(tenths, [0])) as [number];
    expect(Math.abs(total - 1e6)).to.be.at.most(1e-9);
    for (const column of numbersOf(sum(wrap(tenths.data, [1e6, 10]), [0]))) {
      expect(Math.abs(column - 1e5)).to.be.at.most(1e-9);
    }
    expect(
      Math.abs((numbersOf(sum(broadcastTo(float64(0.1), [1e6]), [0]))[0] as number) - 1e5),
    ).to.be.at.most(1e-9);
  });
});

describe('reductions in SIMD', () => {
  const before = elementwiseBackend();
  afterEach(() => setElementwiseBackend(before));

  /**
   * Compares SIMD with the plain loops, in both precisions. The results must be the same to the last bit,
   * with the sign of zero and NaN.
   */
  function expectSameBits(operation: Reduction, singles: NDArray, axes: readonly number[]): void {
    for (const a of [singles, cast(singles, 'float64')]) expectSameBitsOf(operation, a, axes);
  }

  function expectSameBitsOf(operation: Reduction, a: NDArray, axes: readonly number[]): void {
    const [simd, plain] = (['auto', 'javascript'] as const).map((backend) => {
      setElementwiseBackend(backend);
      return operation(a, axes);
    }) as [NDArray, NDArray];
    expect(simd.shape).to.deep.equal(plain.shape);
    plain.data.forEach((wanted, i) => {
      if (!Object.is(simd.data[i], wanted)) {
        expect.fail(`[${a.shape}] over [${axes}], element ${i}: got ${simd.data[i]} for ${wanted}`);
      }
    });
  }

  for (const [name, operation] of Object.entries({ sum, max, min })) {
    it(`${name} has the bits of the plain loop, for all lengths and widths`, () => {
      const lengths = [...Array.from({ length: 20 }, (_, i) => i + 1), 31, 32, 33, 127, 128, 129, 257, 900];
      for (const length of lengths) {
        for (const width of [1, 2, 3, 4, 5, 6, 7, 16, 33]) {
          for (const axis of [0, 1, 2]) expectSameBits(operation, noise([8, length, width]), [axis]);
        }
      }
      // Longer than a page, and wider than the room for results.
      for (const shape of [[8200], [3, 20_001], [20_001, 5], [7, 5003], [2, 300, 70]]) {
        for (const axis of shape.keys()) expectSameBits(operation, noise(shape), [axis]);
      }
    });

    it(`${name} of any view, over several axes`, () => {
      const cube = noise([9, 10, 11]);
      const views = [transpose(cube, [2, 0, 1]), slice(cube, [8, 0, 10], [-1, 10, -1], [-2, 1, -1]), cube];
      for (const a of views) {
        for (const axes of [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]])
          expectSameBits(operation, a, axes);
      }
    });

    it(`${name} passes on every NaN and infinity, and knows the signs of zero`, () => {
      for (let at = 0; at < 70; at++) {
        for (const value of [Number.NaN, Infinity, -Infinity]) {
          const a = noise([70, 9]);
          a.data.set([value, value], at * 9 + (at % 8));
          expectSameBits(operation, a, [0]);
          expectSameBits(operation, transpose(a, [1, 0]), [1]);
          const columns = numbersOf(operation(a, [0]));
          columns.forEach((result, j) => {
            const isTouched = j === at % 8 || j === (at % 8) + 1;
            if (Number.isNaN(value)) expect(Number.isNaN(result)).to.equal(isTouched);
          });
        }
      }
      const zeros = wrap(
        Float32Array.from({ length: 700 }, (_, i) => (i % 3 === 0 ? -0 : 0)),
        [70, 10],
      );
      for (const axis of [0, 1]) expectSameBits(operation, zeros, [axis]);
      expectSameBits(operation, full([70, 10], -0, 'float32'), [0]);
    });
  }

  it('sums are the exact ones, rounded, where it does not cancel', () => {
    setElementwiseBackend('auto');
    for (const shape of [
      [1024, 16],
      [16, 1024],
    ]) {
      const a = noise(shape);
      a.data.forEach((value, i) => {
        a.data[i] = Math.abs(value);
      });
      for (const axis of [0, 1]) {
        const exact = groupsOf(a, [axis]).map(
          (values) => Number(values.reduce((total, x) => total + inUnits(x), 0n)) / units,
        );
        expectArray(sum(a, [axis]), exact.map(Math.fround), 'float32');
      }
    }
  });

  const units = 2 ** 40;

  /** These floats are whole multiples of 2⁻⁴⁰. */
  function inUnits(x: number): bigint {
    return BigInt(x * units);
  }
});

/** float32 numbers between −1 and 1, always the same ones: multiples of 2⁻³⁰. */
function noise(shape: readonly number[]): NDArray {
  let state = 12345;
  const size = shape.reduce((product, n) => product * n, 1);
  const data = Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 2 ** 30 - 1;
  });
  return wrap(data, shape);
}

describe('argmax and argmin', () => {
  it('find the first extremum along either axis', () => {
    const a = float64([
      [1, 5, 5],
      [7, 0, 0],
    ]);
    expectArray(
      expectPure(() => argmax(a, 1), a),
      [1, 0],
      'int32',
    );
    expectArray(argmax(a, 0), [1, 0, 0], 'int32');
    expectArray(argmin(a, -1), [0, 1], 'int32');
    expectArray(argmin(transpose(a, [1, 0]), 0), [0, 1]);
    expectArray(argmax(float64([-Infinity, -Infinity]), 0), 0);
    expectArray(argmin(float64([Infinity, Infinity]), 0), 0);
  });

  it('work along a middle axis', () => {
    const a = float64([
      [
        [1, 9],
        [5, 2],
        [3, 4],
      ],
      [
        [7, 0],
        [6, 8],
        [8, 1],
      ],
    ]);
    expectArray(argmax(a, 1), [
      [1, 0],
      [2, 1],
    ]);
    expectArray(argmin(a, 1), [
      [0, 1],
      [1, 0],
    ]);
  });

  it('tell the largest numbers apart', () => {
    expectArray(argmax(float64([1e308, Number.MAX_VALUE]), 0), 1);
    expectArray(argmin(float64([-1e308, -Number.MAX_VALUE]), 0), 1);
  });

  it('find the first NaN', () => {
    expectArray(argmax(float64([1, Number.NaN, 9, Number.NaN]), 0), 1);
    expectArray(argmin(float64([Number.NaN, -9]), 0), 0);
  });
});

describe('cumulativeSum', () => {
  it('adds up along either axis', () => {
    const a = float64([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expectArray(
      expectPure(() => cumulativeSum(a, 1), a),
      [
        [1, 3, 6],
        [4, 9, 15],
      ],
      'float64',
    );
    expectArray(cumulativeSum(a, 0), [
      [1, 2, 3],
      [5, 7, 9],
    ]);
    expectArray(cumulativeSum(transpose(a, [1, 0]), 0), [
      [1, 4],
      [3, 9],
      [6, 15],
    ]);
    expectArray(cumulativeSum(full([0], 1, 'float32'), 0), []);
  });

  it('adds up along a middle axis', () => {
    const a = float64([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ]);
    expectArray(cumulativeSum(a, 1), [
      [
        [1, 2],
        [4, 6],
      ],
      [
        [5, 6],
        [12, 14],
      ],
    ]);
  });
});

/** For each element of the result, in row-major order, the numbers that the reduction combines into it. */
function groupsOf(a: NDArray, axes: readonly number[]): number[][] {
  const groups = new Map<string, number[]>();
  const index = a.shape.map(() => 0);
  for (const value of numbersOf(a)) {
    const kept = index.filter((_, axis) => !axes.includes(axis)).join();
    groups.set(kept, [...(groups.get(kept) ?? []), value]);
    for (let axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = ((index[axis] as number) + 1) % (a.shape[axis] as number);
      if (index[axis] !== 0) break;
    }
  }
  return [...groups.values()];
}
