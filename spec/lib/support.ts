/** Helpers of the specs of lib: arrays of plain numbers in awkward layouts, and comparisons. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import {
  allocate,
  broadcastTo,
  type DType,
  flat,
  fromNested,
  type NDArray,
  type Nested,
  type Shape,
  sizeOf,
  slice,
  toNested,
  transpose,
  wrap,
} from '../../lib/index.ts';

export const float64 = (nested: Nested): NDArray => fromNested('spec', nested, 'float64');
export const float32 = (nested: Nested): NDArray => fromNested('spec', nested, 'float32');
export const int32 = (nested: Nested): NDArray => fromNested('spec', nested, 'int32');
export const mask = (nested: Nested): NDArray => fromNested('spec', nested, 'bool');

/** The numbers of an array. It reads them by the strides, without the functions that it helps to test. */
export function numbersOf(a: NDArray): number[] {
  const numbers: number[] = [];
  function visit(axis: number, offset: number): void {
    if (axis === a.shape.length) numbers.push(a.data[offset] as number);
    else
      for (let i = 0; i < (a.shape[axis] as number); i++)
        visit(axis + 1, offset + i * (a.stride[axis] as number));
  }
  visit(0, a.offset);
  return numbers;
}

/** Numbers in (low, high), the same for the same seed: multiples of 2⁻¹², which float32 holds exactly. */
export function sample(shape: Shape, dtype: DType = 'float64', low = -2, high = 2, seed = 1): NDArray {
  const data = allocate(sizeOf(shape), dtype);
  let state = seed * 2654435761;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    data[i] = Math.round((low + ((high - low) * (state >>> 8)) / 2 ** 24) * 4096) / 4096;
  }
  return wrap(data, shape);
}

/**
 * Arrays of one shape in the memory orders that an operation may meet: plain, transposed, reversed, every
 * second row, stride 0.
 */
export function layouts(
  shape: readonly [number, number],
  dtype: DType = 'float64',
  seed = 1,
): Record<string, NDArray> {
  const [rows, columns] = shape;
  return {
    plain: sample(shape, dtype, -2, 2, seed),
    transposed: transpose(sample([columns, rows], dtype, -2, 2, seed), [1, 0]),
    reversed: slice(sample(shape, dtype, -2, 2, seed), [rows - 1, columns - 1], [-1, -1], [-1, -1]),
    strided: slice(
      sample([2 * rows + 1, columns], dtype, -2, 2, seed),
      [1, 0],
      [2 * rows + 1, columns],
      [2, 1],
    ),
    row: broadcastTo(sample([columns], dtype, -2, 2, seed), shape),
    column: broadcastTo(sample([rows, 1], dtype, -2, 2, seed), shape),
    scalar: broadcastTo(sample([], dtype, -2, 2, seed), shape),
  };
}

/** Compares relative to the wanted number if that is larger than 1. NaN and infinities must match. */
export function expectNumbers(got: NDArray, wanted: readonly number[], tolerance: number, label = ''): void {
  const numbers = numbersOf(got);
  expect(numbers.length, label).to.equal(wanted.length);
  numbers.forEach((x, i) => {
    const y = wanted[i] as number;
    const error =
      x === y || (Number.isNaN(x) && Number.isNaN(y)) ? 0 : Math.abs(x - y) / Math.max(1, Math.abs(y));
    if (!(error <= tolerance)) expect.fail(`${label}: got ${x}, wanted ${y} at ${i}`);
  });
}

/** Runs something and checks that none of its arguments changed a byte of data. */
export function expectPure<T>(run: () => T, ...inputs: readonly NDArray[]): T {
  const before = inputs.map((a) => ({ data: a.data.slice(), shape: [...a.shape], stride: [...a.stride] }));
  const result = run();
  inputs.forEach((a, i) => {
    expect({ data: a.data, shape: [...a.shape], stride: [...a.stride] }).to.deep.equal(before[i]);
  });
  return result;
}

export function expectArray(got: NDArray, wanted: Nested, dtype?: DType): void {
  expect(toNested(got)).to.deep.equal(wanted);
  if (dtype !== undefined) expect(flat(got).constructor).to.equal(allocate(0, dtype).constructor);
}

export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8')) as T;
}
