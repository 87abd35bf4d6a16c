import { expect } from 'chai';
import {
  broadcastTo,
  type DType,
  DTypeError,
  full,
  type MatmulBackend,
  matmul,
  matmulBackend,
  type NDArray,
  requireInnerLength,
  ShapeError,
  setMatmulBackend,
  slice,
  transpose,
} from '../../../lib/index.ts';
import { expectArray, expectPure, float32, float64, int32, numbersOf, sample } from '../support.ts';

for (const backend of ['javascript', 'wasm', 'auto'] as const)
  describe(`matmul (${backend})`, () => {
    const before = matmulBackend();
    beforeEach(() => setMatmulBackend(backend));
    afterEach(() => setMatmulBackend(before));

    it('agrees with the plain triple loop on many sizes, in all memory orders', () => {
      const sizes = [
        [1, 1, 1],
        [2, 2, 2],
        [3, 2, 1],
        [1, 7, 5],
        [5, 7, 1],
        [4, 1, 6],
        [3, 4, 2],
        [7, 5, 3],
        [16, 16, 16],
        [17, 31, 13],
        [97, 40, 5],
        [5, 300, 4],
        [100, 257, 3],
        [2, 3, 515],
        [1, 300, 40],
        [40, 300, 1],
        [1, 50, 1],
        // Sizes around the borders at which WebAssembly's kernels change: few rows or columns, blocks, rows
        // of 4096 bytes, columns of 1024 bytes.
        [3, 50, 9],
        [50, 30, 2],
        [33, 18, 4],
        [9, 1024, 16],
        [3, 257, 520],
        [66, 2, 520],
        [70, 17, 24],
        [6, 20, 1024],
        [256, 3, 13],
      ] as const;
      for (const [rows, depth, columns] of sizes) {
        for (const dtype of ['float32', 'float64'] as const) {
          for (const a of orders([rows, depth], dtype, 1)) {
            for (const b of orders([depth, columns], dtype, 2)) {
              const c = expectPure(() => matmul(a, b), a, b);
              expect(c.shape).to.deep.equal([rows, columns]);
              expectProduct(c, a, b, dtype, backend);
            }
          }
        }
      }
    });

    it('reads operands through any strides', () => {
      const sizes = [
        [2, 2, 2],
        [2, 3, 3],
        [3, 2, 3],
        [3, 1, 2],
      ] as const;
      for (const [rows, depth, columns] of sizes) {
        for (const a of reversedAndRepeated([rows, depth], 1)) {
          for (const b of reversedAndRepeated([depth, columns], 2))
            expectProduct(matmul(a, b), a, b, 'float64', backend);
        }
      }
    });

    it('of nothing', () => {
      expectArray(
        matmul(full([2, 0], 1, 'float32'), full([0, 3], 1, 'float32')),
        [
          [0, 0, 0],
          [0, 0, 0],
        ],
        'float32',
      );
      expectArray(matmul(full([1, 0], 1, 'float32'), full([0, 1], 1, 'float32')), [[0]]);
      expect(matmul(full([0, 2], 1, 'float64'), full([2, 3], 1, 'float64')).shape).to.deep.equal([0, 3]);
      expect(matmul(full([0, 2, 2], 1, 'float64'), full([2, 3], 1, 'float64')).shape).to.deep.equal([
        0, 2, 3,
      ]);
    });

    it('broadcasts batches', () => {
      const cases = [
        [
          [3, 2, 4],
          [4, 5],
        ],
        [
          [2, 4],
          [3, 4, 5],
        ],
        [
          [3, 2, 4],
          [3, 4, 5],
        ],
        [
          [2, 1, 3, 2],
          [5, 2, 4],
        ],
        [
          [2, 5, 1, 2],
          [1, 2, 1],
        ],
        // More rows than a block of the plain kernel has.
        [
          [2, 100, 3],
          [2, 3, 2],
        ],
      ] as const;
      for (const [left, right] of cases) {
        const [a, b] = [sample(left), sample(right, 'float64', -2, 2, 2)];
        const c = matmul(a, b);
        const batch = c.shape.slice(0, -2);
        const [wideA, wideB] = [
          broadcastTo(a, [...batch, ...left.slice(-2)]),
          broadcastTo(b, [...batch, ...right.slice(-2)]),
        ];
        for (const index of indicesOf(batch)) {
          const [x, y, z] = [wideA, wideB, c].map((array) => array.pick(...index, null, null)) as [
            NDArray,
            NDArray,
            NDArray,
          ];
          expectProduct(z, x, y, 'float64');
        }
      }
    });

    it('of a transposed batch, and of one that lies apart in memory', () => {
      const a = transpose(sample([4, 3, 2]), [2, 1, 0]);
      const b = sample([4, 5], 'float64', -2, 2, 2);
      const c = matmul(a, b);
      for (const i of [0, 1]) expectProduct(c.pick(i, null, null), a.pick(i, null, null), b, 'float64');
      const everySecond = slice(sample([4, 3, 4]), [0, 0, 0], [4, 3, 4], [2, 1, 1]);
      const d = matmul(everySecond, b);
      for (const i of [0, 1])
        expectProduct(d.pick(i, null, null), everySecond.pick(i, null, null), b, 'float64');
    });

    if (backend === 'javascript')
      it('sums float32 in float64', () => {
        const row = [2 ** 24, ...new Array<number>(600).fill(1), -(2 ** 24)];
        const a = float32([row, row]);
        expectArray(
          matmul(a, full([602, 2], 1, 'float32')),
          [
            [600, 600],
            [600, 600],
          ],
          'float32',
        );
        expectArray(matmul(float32([row]), full([602, 1], 1, 'float32')), [[600]], 'float32');
      });

    it('keeps NaN and infinity where they belong', () => {
      const c = matmul(
        float64([
          [Number.NaN, 1],
          [1, 1],
          [Infinity, 1],
        ]),
        float64([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      );
      expectArray(c, [
        [Number.NaN, Number.NaN, Number.NaN],
        [5, 7, 9],
        [Infinity, Infinity, Infinity],
      ]);
    });

    it('the same call gives the same bits', () => {
      const [a, b] = [sample([50, 300], 'float32'), sample([300, 70], 'float32', -2, 2, 2)];
      expect(matmul(a, b).data).to.deep.equal(matmul(a, b).data);
    });

    it('refuses what does not fit', () => {
      expect(() => matmul(sample([2, 3]), sample([2, 3]))).to.throw(
        ShapeError,
        'matmul: the shapes [2, 3] and [2, 3] do not fit: 3 columns meet 2 rows',
      );
      expect(() => matmul(sample([3]), sample([3, 2]))).to.throw(ShapeError, 'matmul: wanted two matrices');
      expect(() => requireInnerLength([2, 3], [3])).not.to.throw();
      expect(() => requireInnerLength([3], [2, 3])).to.throw(ShapeError, '3 columns meet 2 rows');
      expect(() => requireInnerLength([2, 3], [2])).to.throw(ShapeError, '3 columns meet 2 rows');
      expect(() => matmul(sample([2, 1, 2]), sample([3, 2, 1]))).to.throw(
        ShapeError,
        'matmul: cannot broadcast',
      );
      expect(() => matmul(sample([2, 2], 'float32'), sample([2, 2]))).to.throw(
        DTypeError,
        'float32 and float64',
      );
      expect(() => matmul(int32([[1]]), int32([[1]]))).to.throw(
        DTypeError,
        'matmul: wanted float32 or float64',
      );
    });
  });

function orders(shape: readonly [number, number], dtype: DType, seed: number): NDArray[] {
  const [rows, columns] = shape;
  return [
    sample(shape, dtype, -1, 1, seed),
    transpose(sample([columns, rows], dtype, -1, 1, seed), [1, 0]),
    slice(sample([rows, 2 * columns], dtype, -1, 1, seed), [rows - 1, 2 * columns - 1], [-1, -1], [-1, -2]),
  ];
}

/** Views that no transposition makes: of the left half, from either end, and of one row or column again. */
function reversedAndRepeated(shape: readonly [number, number], seed: number): NDArray[] {
  const [rows, columns] = shape;
  const one = (lengths: readonly number[]) => sample(lengths, 'float64', -1, 1, seed);
  return [
    slice(one([rows, 2 * columns]), [0, 0], [rows, columns], [1, 1]),
    slice(one(shape), [0, columns - 1], [rows, -1], [1, -1]),
    slice(one(shape), [rows - 1, 0], [-1, columns], [-1, 1]),
    broadcastTo(one([1, columns]), shape),
    broadcastTo(one([rows, 1]), shape),
    broadcastTo(one([1, 1]), shape),
  ];
}

function expectProduct(
  c: NDArray,
  a: NDArray,
  b: NDArray,
  dtype: DType,
  backend: MatmulBackend = 'auto',
): void {
  const [rows, depth, columns] = [a.shape[0] as number, a.shape[1] as number, b.shape[1] as number];
  const [x, y, z] = [numbersOf(a), numbersOf(b), numbersOf(c)];
  // JavaScript sums in float64 and rounds once. WebAssembly rounds up to `depth` times, and each number is at
  // most the sum of the magnitudes.
  const roundings = backend === 'javascript' ? 1 : depth + 1;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let [wanted, magnitude] = [0, 0];
      for (let k = 0; k < depth; k++) {
        const term = (x[i * depth + k] as number) * (y[k * columns + j] as number);
        wanted += term;
        magnitude += Math.abs(term);
      }
      const error = Math.abs((z[i * columns + j] as number) - wanted);
      const size = backend === 'javascript' ? Math.max(1, Math.abs(wanted)) : Math.max(1, magnitude);
      const tolerance = dtype === 'float32' ? 6e-8 * size * roundings : 1e-13 * depth;
      if (!(error <= tolerance))
        expect.fail(`[${rows}, ${depth}] × [${depth}, ${columns}]: off by ${error} at ${i}, ${j}`);
    }
  }
}

function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (heads, length) => heads.flatMap((head) => Array.from({ length }, (_, i) => [...head, i])),
    [[]],
  );
}
