/** Sums and products of programs, at every size at which they are computed in another way. */
import { expect } from 'chai';
import type { NDArray, Shape } from '../../../lib/index.ts';
import * as lib from '../../../lib/index.ts';
import { loadProgram } from '../../../lib/program/index.ts';
import { sample } from '../support.ts';
import { type Both, expectBits, expectBitsWithBoth, Twin, withEachBackend } from './twin.ts';

const floats = ['float32', 'float64'] as const;

describe('compiled sums', () => {
  const lengths = [1, 2, 3, 5, 63, 64, 127, 128, 129, 200, 255, 256, 257, 383, 384, 385, 1000];

  for (const dtype of floats) {
    it(`over the last axis keep the order of lib, ${dtype}`, () => {
      for (const length of lengths) for (const before of [1, 2, 5]) expectSum([before, length], 1, 2, dtype);
    });

    it(`over the first axis keep the order of lib, ${dtype}`, () => {
      for (const length of lengths)
        for (const after of [2, 3, 4, 5, 17]) expectSum([length, after], 0, 1, dtype);
    });

    it(`over axes between others, over several and over all, ${dtype}`, () => {
      for (const length of lengths) expectSum([2, length, 3], 1, 2, dtype);
      for (const [first, end] of [[0, 3], [0, 2], [1, 3], [1, 1], [0, 0]] as const) expectSum([3, 50, 7], first, end, dtype); // biome-ignore format: one line
    });

    it(`of views, of repeated numbers and of what a loop has in registers, ${dtype}`, () => {
      expectBitsWithBoth(
        () => {
          const twin = new Twin();
          const x = twin.input([150, 9], dtype);
          const turned = twin.view(x, [9, 150], (a) => lib.transpose(a, [1, 0])) as Both;
          const same = twin.number(0.1, turned);
          const outputs = [turned, same, twin.map('exp', [turned])].flatMap((y) => [
            twin.sum(y, 0, 1),
            twin.sum(y, 1, 2),
            twin.sum(y, 0, 2),
          ]);
          return { program: twin.finish(outputs), outputs };
        },
        draws(dtype, [[150, 9]]),
      );
    });
  }

  function expectSum(shape: Shape, first: number, end: number, dtype: (typeof floats)[number]): void {
    const label = `${lib.formatShape(shape)} over ${first} to ${end}`;
    expectBitsWithBoth(
      () => {
        const twin = new Twin();
        const outputs = [twin.sum(twin.input(shape, dtype), first, end)];
        return { program: twin.finish(outputs), outputs };
      },
      draws(dtype, [shape]),
      label,
    );
  }
});

describe('compiled products', () => {
  // Around the sizes at which the kernel takes other tiles, scalar products, or the transposed product.
  const sizes = [1, 2, 4, 5, 12, 13, 17, 33];

  for (const dtype of floats) {
    it(`have the bits of lib for all sizes and layouts, ${dtype}`, () => {
      for (const rows of sizes)
        for (const columns of sizes)
          for (const depth of [1, 15, 16]) {
            const turn = (rows + columns + depth) % 4;
            expectProduct({ rows, depth, columns }, turn % 2 === 1, turn >= 2, [], dtype);
          }
    });

    it(`of every layout, for every method, ${dtype}`, () => {
      for (const [
        rows,
        depth,
        columns,
      ] of [[3, 17, 40], [40, 17, 3], [40, 17, 10], [6, 40, 33], [36, 40, 20], [70, 5, 65]] as const) // biome-ignore format: one line
        for (const left of [false, true])
          for (const right of [false, true]) expectProduct({ rows, depth, columns }, left, right, [], dtype);
    });

    it(`of batches, ${dtype}`, () => {
      for (const batch of [[3], [2, 3], [1]])
        for (const left of [false, true])
          for (const right of [false, true])
            for (const [rows, depth, columns] of [
              [5, 7, 6],
              [2, 30, 12],
              [20, 18, 3],
            ] as const)
              expectProduct({ rows, depth, columns }, left, right, batch, dtype);
    });

    it(`of products, whose rows lie further apart than they are long, ${dtype}`, () => {
      expectBitsWithBoth(
        () => {
          const twin = new Twin();
          const [a, b] = [twin.input([9, 7], dtype), twin.input([7, 5], dtype)];
          const first = twin.product(a, b);
          const turned = twin.view(first, [5, 9], (x) => lib.transpose(x, [1, 0])) as Both;
          const outputs = [
            first,
            twin.product(turned, first),
            twin.map('exp', [first]),
            twin.sum(first, 0, 1),
            twin.sum(first, 1, 2),
            twin.join([first, twin.map('negate', [first])], 1),
            twin.view(first, [45], (x) => lib.reshape(x, [45])) as Both,
          ];
          return { program: twin.finish(outputs), outputs };
        },
        draws(dtype, [
          [9, 7],
          [7, 5],
        ]),
      );
    });

    it(`of repeated rows and of constants, ${dtype}`, () => {
      expectBitsWithBoth(
        () => {
          const twin = new Twin();
          const x = twin.input([6], dtype);
          const rows = twin.view(x, [8, 6], (a) => lib.broadcastTo(a, [8, 6])) as Both;
          const same = twin.constant(lib.full([6, 11], 0.3, dtype));
          const other = twin.constant(lib.transpose(sample([11, 6], dtype), [1, 0]));
          const outputs = [twin.product(rows, same), twin.product(rows, other)];
          return { program: twin.finish(outputs), outputs };
        },
        draws(dtype, [[6]]),
      );
    });
  }

  it('take nothing from the memory behind a matrix, though tiles reach there', () => {
    withEachBackend(() => {
      const twin = new Twin();
      const [a, b] = [twin.input([5, 3], 'float32'), twin.input([3, 5], 'float32')];
      const outputs = [twin.product(a, b)];
      const loaded = loadProgram(twin.finish(outputs));
      const memory = new Float32Array((loaded.inputs[0] as NDArray).data.buffer);
      memory.fill(Number.NaN);
      expectBits(loaded, outputs, [sample([5, 3], 'float32'), sample([3, 5], 'float32')]);
      expect(memory.includes(Number.NaN)).to.equal(true);
    });
  });

  interface Size {
    readonly rows: number;
    readonly depth: number;
    readonly columns: number;
  }

  function expectProduct(
    { rows, depth, columns }: Size,
    leftTurned: boolean,
    rightTurned: boolean,
    batch: Shape,
    dtype: (typeof floats)[number],
  ): void {
    const order = [...batch.keys(), batch.length + 1, batch.length];
    const shapes = [
      [...batch, rows, depth],
      [...batch, depth, columns],
    ] as const;
    const turned = [leftTurned, rightTurned];
    const stored = shapes.map((shape, i) => (turned[i] ? order.map((axis) => shape[axis] as number) : shape));
    const label = `${lib.formatShape(shapes[0])} × ${lib.formatShape(shapes[1])}, turned: ${turned.join(', ')}`;
    expectBitsWithBoth(
      () => {
        const twin = new Twin();
        const [a, b] = stored.map((shape, i) => {
          const x = twin.input(shape, dtype);
          return turned[i] ? (twin.view(x, shapes[i] as Shape, (m) => lib.transpose(m, order)) as Both) : x;
        });
        const outputs = [twin.product(a as Both, b as Both)];
        return { program: twin.finish(outputs), outputs };
      },
      draws(dtype, stored),
      label,
    );
  }
});

/** Two draws of arrays of these shapes. */
function draws(dtype: lib.DType, shapes: readonly Shape[]): readonly (readonly NDArray[])[] {
  return [1, 2].map((seed) => shapes.map((shape, i) => sample(shape, dtype, -2, 2, 10 * seed + i)));
}
