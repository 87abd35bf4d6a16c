import { expect } from 'chai';
import type { DType, NDArray, Shape } from '../../../lib/index.ts';
import * as lib from '../../../lib/index.ts';
import { binaryScalars, type ScalarName, unaryScalars } from '../../../lib/program/scalars.ts';
import { useDirtyMemory } from '../../tools/dirty-memory.ts';
import { type Both, eagerly, expectBitsWithBoth, Twin } from './twin.ts';

const dtypes = ['float32', 'float64', 'int32', 'uint32', 'bool'] as const;
// Below and above the size from which loops compute several numbers at a time: one that leaves a rest of
// vectors and of numbers, and whole rows of sixteen.
const shapes: readonly Shape[] = [[5], [7, 11], [4, 32]];

// biome-ignore format: a list
const edges: Readonly<Record<DType, readonly number[]>> = {
  float32: [0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 3, NaN, Infinity, -Infinity, 1e-40, 3e38, -3e38, 1e-7, 90, -104, 20, 0.999],
  float64: [0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 3, NaN, Infinity, -Infinity, 5e-324, 1e308, -1e308, 1e-17, 710, -746, 40, 0.999],
  int32: [0, 1, -1, 7, -9, 2 ** 31 - 1, -(2 ** 31), 65536, 46341],
  uint32: [0, 1, 7, 2 ** 32 - 1, 2 ** 31, 65536, 92682],
  bool: [0, 1],
};

interface Look {
  /** The shape of the array that is looked at as [rows, columns]. */
  readonly from: (rows: number, columns: number) => Shape;
  readonly change: (array: NDArray, rows: number, columns: number) => NDArray;
}

const looks: Readonly<Record<string, Look>> = {
  transposed: { from: (m, n) => [n, m], change: (a) => lib.transpose(a, [1, 0]) },
  reversed: { from: (m, n) => [m, n], change: (a, m, n) => lib.slice(a, [m - 1, n - 1], [-1, -1], [-1, -1]) },
  'every second': { from: (m, n) => [2 * m, 2 * n], change: (a, m, n) => lib.slice(a, [1, 0], [2 * m, 2 * n], [2, 2]) }, // biome-ignore format: one line
  'a row': { from: (_, n) => [n], change: (a, m, n) => lib.broadcastTo(a, [m, n]) },
  'a column': { from: (m) => [m, 1], change: (a, m, n) => lib.broadcastTo(a, [m, n]) },
  'a number': { from: () => [], change: (a, m, n) => lib.broadcastTo(a, [m, n]) },
  reshaped: { from: (m, n) => [n, m], change: (a, m, n) => lib.reshape(a, [m, n]) },
};

describe('compiled loops', () => {
  useDirtyMemory();

  for (const dtype of dtypes) {
    for (const name of [...unaryScalars, ...binaryScalars, 'where'] as const) {
      const count = operandsOf(name);
      if (name === 'cast' || !isTakenByLib(name, dtype)) continue;
      it(`${name} of ${dtype} gives the bits of lib`, () => {
        for (const shape of shapes) {
          const draws = [0, 1].map((seed) => inputsOf(name, dtype, shape, seed));
          expectBitsWithBoth(() => {
            const twin = new Twin();
            const inputs = (draws[0] as NDArray[]).map((array) => twin.input(shape, lib.dtypeOf(array)));
            expect(inputs.length).to.equal(count);
            const outputs = [twin.map(name, inputs)];
            return { program: twin.finish(outputs), outputs };
          }, draws);
        }
      });
    }

    for (const to of dtypes) {
      if (to === dtype) continue;
      it(`casts ${dtype} to ${to} as lib does`, () => {
        for (const shape of shapes) {
          expectBitsWithBoth(() => {
            const twin = new Twin();
            const outputs = [twin.map('cast', [twin.input(shape, dtype)], to)];
            return { program: twin.finish(outputs), outputs };
          }, [[edgeNumbers(dtype, shape, 1)]]);
        }
      });
    }

    it(`reads ${dtype} through any strides`, () => {
      for (const [rows, columns] of [
        [3, 5],
        [8, 12],
        [65, 3],
        [1, 70],
      ] as const) {
        for (const [label, look] of Object.entries(looks)) {
          const input = look.from(rows, columns);
          expectBitsWithBoth(
            () => {
              const twin = new Twin();
              const [x, y] = [twin.input(input, dtype), twin.input([rows, columns], dtype)];
              const seen = twin.view(x, [rows, columns], (a) => look.change(a, rows, columns)) as Both;
              const outputs = [
                twin.map('equal', [seen, y]),
                twin.map('where', [twin.map('notEqual', [y, seen]), seen, y]),
              ];
              return { program: twin.finish(outputs), outputs };
            },
            [[edgeNumbers(dtype, input, 2), edgeNumbers(dtype, [rows, columns], 3)]],
            `${label} [${rows}, ${columns}]`,
          );
        }
      }
    });
  }

  it('covers what lib takes', () => {
    const taken = (dtype: DType) => [...unaryScalars, ...binaryScalars].filter((name) => name !== 'cast' && isTakenByLib(name, dtype)); // biome-ignore format: one line
    expect(taken('float32').length).to.equal(unaryScalars.length + binaryScalars.length - 4);
    expect(taken('float64')).to.deep.equal(taken('float32'));
    expect(taken('int32')).to.include.members(['add', 'multiply', 'less', 'equal']);
    expect(taken('bool')).to.deep.equal(['logicalNot', 'equal', 'notEqual', 'logicalAnd', 'logicalOr']);
  });

  it('share what sigmoid, silu and its slope have in common, number by number', () => {
    for (const shape of shapes) {
      expectBitsWithBoth(() => {
        const twin = new Twin();
        const inputs = [twin.input(shape, 'float32'), twin.input(shape, 'float32')];
        const outputs = inputs.flatMap((x) =>
          (['silu', 'siluSlope', 'sigmoid'] as const).map((name) => twin.map(name, [x])),
        );
        return { program: twin.finish(outputs), outputs };
      }, [[edgeNumbers('float32', shape, 1), edgeNumbers('float32', shape, 2)]]);
    }
  });

  it('compute the slope of silu where silu is computed, though later loops ask for it', () => {
    const twin = new Twin();
    const x = twin.map('negate', [twin.input([16, 16], 'float32')]);
    const y = twin.map('silu', [x]);
    const later = twin.map('negate', [twin.product(y, y)]);
    const outputs = [twin.map('multiply', [later, twin.map('siluSlope', [x])])];
    const loops = twin.finish(outputs).kernels.filter((kernel) => kernel.kind === 'loop');
    const names = loops.map(({ values }) =>
      values.flatMap((value) => (value.kind === 'operation' ? [value.name] : [])),
    );
    expect(names).to.deep.equal([
      ['negate', 'silu', 'siluSlope'],
      ['negate', 'multiply'],
    ]);
  });

  it('of no elements write nothing', () => {
    for (const shape of [[0], [3, 0], [0, 70]]) {
      expectBitsWithBoth(() => {
        const twin = new Twin();
        const x = twin.input(shape, 'float32');
        const outputs = [twin.map('exp', [x]), twin.map('cast', [x], 'int32')];
        return { program: twin.finish(outputs), outputs };
      }, [[lib.full(shape, 1, 'float32')]]);
    }
  });
});

function operandsOf(name: ScalarName): number {
  if (name === 'where') return 3;
  return (binaryScalars as readonly string[]).includes(name) ? 2 : 1;
}

function isTakenByLib(name: Exclude<ScalarName, 'cast'>, dtype: DType): boolean {
  try {
    eagerly(name)(...inputsOf(name, dtype, [1], 0));
    return true;
  } catch (error) {
    if (error instanceof lib.DTypeError) return false;
    throw error;
  }
}

function inputsOf(name: ScalarName, dtype: DType, shape: Shape, seed: number): readonly NDArray[] {
  return Array.from({ length: operandsOf(name) }, (_, i) =>
    edgeNumbers(name === 'where' && i === 0 ? 'bool' : dtype, shape, 5 * seed + i),
  );
}

/** Numbers at the edges of a dtype, and others between; in an order that pairs each with many. */
function edgeNumbers(dtype: DType, shape: Shape, seed: number): NDArray {
  const list = edges[dtype];
  const data = lib.allocate(lib.sizeOf(shape), dtype);
  for (let i = 0; i < data.length; i++) {
    const pick = (i * (2 * seed + 1) + Math.floor(i / list.length) * (seed + 1)) % list.length;
    data[i] = list[pick] as number;
  }
  return lib.wrap(data, shape);
}
