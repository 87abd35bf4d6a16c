/** The test that a GPU must pass before we use it. */
import type { Matrix, ProductSize } from '../kernel.ts';
import { isElement } from './check.ts';
import type { GpuDevice } from './device.ts';

interface Case {
  readonly title: string;
  readonly a: Matrix;
  readonly b: Matrix;
  readonly size: ProductSize;
}

/** Multiplies a few small matrices and checks every element. Says what is wrong; undefined if nothing is. */
export function selfTest(device: GpuDevice): string | undefined {
  for (const { title, a, b, size } of cases()) {
    const product = device.product(a, b, size);
    for (let i = 0; i < size.rows; i++) {
      for (let j = 0; j < size.columns; j++) {
        const value = product[i]?.[j] ?? 0;
        if (!isElement(value, a, b, size.depth, i, j)) return `it fails the self-test: ${title}`;
      }
    }
  }
  return device.isLost ? 'its context was lost during the self-test' : undefined;
}

function cases(): Case[] {
  const shape = { rows: 5, depth: 7, columns: 3 };
  const special = [1, Number.NaN, 2, 3, Number.POSITIVE_INFINITY, 4, 5, 6, 7];
  const long = { rows: 2, depth: 1500, columns: 2 };
  return [
    { title: 'a product', a: rowMajor(numbers(35), 7), b: rowMajor(numbers(21), 3), size: shape },
    { title: 'a product with aᵀ', a: columnMajor(numbers(35), 5), b: rowMajor(numbers(21), 3), size: shape },
    { title: 'a product with bᵀ', a: rowMajor(numbers(35), 7), b: columnMajor(numbers(21), 7), size: shape },
    {
      title: 'a product with aᵀ, bᵀ',
      a: columnMajor(numbers(35), 5),
      b: columnMajor(numbers(21), 7),
      size: shape,
    },
    {
      title: 'a sum of 1500 terms',
      a: rowMajor(numbers(3000), 1500),
      b: rowMajor(numbers(3000), 2),
      size: long,
    },
    {
      title: 'NaN and infinity must pass',
      a: rowMajor(special, 3),
      b: rowMajor(numbers(9), 3),
      size: { rows: 3, depth: 3, columns: 3 },
    },
  ];
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.sin(1 + i));
}

function rowMajor(values: readonly number[], columns: number): Matrix {
  return { data: Float32Array.from(values), offset: 0, rowStride: columns, columnStride: 1 };
}

function columnMajor(values: readonly number[], rows: number): Matrix {
  return { data: Float32Array.from(values), offset: 0, rowStride: 1, columnStride: rows };
}
