/** Padding, repeating, reordering and picking parts: compositions of views, `embed` and `gather`. */
import * as lib from '../../lib/index.ts';
import { plain, toTensor } from '../core/plain.ts';
import type { Tensor } from '../core/tensor.ts';
import { broadcastTo } from './broadcasting.ts';
import { cast } from './cast.ts';
import { equal, greaterEqual, lessEqual } from './comparisons.ts';
import { concatenate } from './joining.ts';
import { requireCount } from './operands.ts';
import { expandDims, reshape } from './reshaping.ts';
import { where } from './selection.ts';
import { type AxisSlice, embed, slice } from './slicing.ts';

/**
 * x with `[before, after]` further entries along each axis, all of the given value (by default 0).
 * @throws ArgumentError unless there is a pair of whole widths ≥ 0 for each axis.
 * @example pad(tensor([1, 2]), [[1, 2]]); // [0, 1, 2, 0, 0]
 */
export function pad(
  source: Tensor,
  widths: readonly (readonly [before: number, after: number])[],
  value = 0,
): Tensor {
  const x = toTensor('pad', source);
  const isPair = (pair: unknown) =>
    Array.isArray(pair) && pair.length === 2 && pair.every((width) => Number.isInteger(width) && width >= 0);
  if (!Array.isArray(widths) || widths.length !== x.rank || !widths.every(isPair)) {
    throw new lib.ArgumentError(
      `pad: wanted a pair of whole widths ≥ 0 for each of the ${x.rank} axes, got ${JSON.stringify(widths)}`,
    );
  }
  const shape = x.shape.map(
    (length, axis) =>
      length +
      (widths[axis] as readonly [number, number])[0] +
      (widths[axis] as readonly [number, number])[1],
  );
  const starts = widths.map(([before]) => before);
  const steps = widths.map(() => 1);
  const padded = embed(x, shape, starts, steps);
  if (value === 0) return padded;
  const inside = embed(plain(lib.full(x.shape, 1, x.dtype)), shape, starts, steps);
  return where(equal(inside, 1), padded, value);
}

/**
 * The entries along the given axes (by default all) in reverse order; a view.
 * @example flip(tensor([1, 2, 3])); // [3, 2, 1]
 */
export function flip(source: Tensor, axes?: number | readonly number[]): Tensor {
  const x = toTensor('flip', source);
  const flipped = lib.normalizeAxes('flip', axes, x.rank);
  return slice(
    x,
    x.shape.map((_, axis) => (flipped.includes(axis) ? [undefined, undefined, -1] : null)),
  );
}

/**
 * The entries along an axis moved on by `shift` places; those that leave at the end return at the beginning.
 * @example roll(tensor([1, 2, 3]), 1, 0); // [3, 1, 2]
 */
export function roll(source: Tensor, shift: number, axis: number): Tensor {
  const x = toTensor('roll', source);
  const place = lib.normalizeAxis('roll', axis, x.rank);
  const length = x.shape[place] as number;
  requireCount('roll', 'shift', Math.abs(shift));
  const cut = length === 0 ? 0 : (((length - shift) % length) + length) % length;
  return cut === 0 ? x : concatenate([along(x, place, [cut, length]), along(x, place, [0, cut])], place);
}

/**
 * Copies of x side by side, `counts[axis]` of them along each axis.
 * @throws ArgumentError unless there is a count for each axis.
 * @example tile(tensor([1, 2]), [2]); // [1, 2, 1, 2]
 */
export function tile(source: Tensor, counts: readonly number[]): Tensor {
  const x = toTensor('tile', source);
  if (!Array.isArray(counts) || counts.length !== x.rank) {
    const got = lib.describe(counts);
    throw new lib.ArgumentError(`tile: wanted a count for each of the ${x.rank} axes, got ${got}`);
  }
  for (const count of counts) requireCount('tile', 'count', count);
  const expanded = reshape(
    x,
    x.shape.flatMap((length) => [1, length]),
  );
  const copies = broadcastTo(
    expanded,
    x.shape.flatMap((length, axis) => [counts[axis] as number, length]),
  );
  const shape = x.shape.map((length, axis) => length * (counts[axis] as number));
  return lib.inMemoryOf('tile', () => reshape(copies, shape));
}

/**
 * Each entry along an axis `count` times in a row.
 * @example repeat(tensor([1, 2]), 2, 0); // [1, 1, 2, 2]
 */
export function repeat(source: Tensor, count: number, axis: number): Tensor {
  const x = toTensor('repeat', source);
  const place = lib.normalizeAxis('repeat', axis, x.rank);
  requireCount('repeat', 'count', count);
  const expanded = expandDims(x, place + 1);
  const copies = broadcastTo(
    expanded,
    expanded.shape.map((length, i) => (i === place + 1 ? count : length)),
  );
  const shape = x.shape.map((length, i) => (i === place ? length * count : length));
  return lib.inMemoryOf('repeat', () => reshape(copies, shape));
}

/**
 * x cut along an axis (by default the first) into equal parts, or into parts of the given lengths; views.
 * @throws ShapeError unless the lengths are whole and add up to the axis's length.
 * @example split(tensor([1, 2, 3]), [1, 2]); // [[1], [2, 3]]
 */
export function split(source: Tensor, parts: number | readonly number[], axis = 0): readonly Tensor[] {
  const x = toTensor('split', source);
  const place = lib.normalizeAxis('split', axis, x.rank);
  const length = x.shape[place] as number;
  const isList = Array.isArray(parts);
  const count = isList ? parts.length : requireCount('split', 'number of parts', parts as number);
  // Each part of a number of parts has an entry, so that a great number is an error and no long list.
  const lengths = isList
    ? (parts as readonly number[])
    : new Array<number>(count > Math.max(length, 1) ? 0 : count).fill(length / count);
  const total = lengths.reduce((a, b) => a + b, 0);
  if (
    lengths.length !== count ||
    total !== length ||
    !lengths.every((part) => Number.isInteger(part) && part >= 0)
  ) {
    throw new lib.ShapeError(
      `split: cannot cut axis ${place} of ${lib.formatShape(x.shape)} into ${JSON.stringify(parts)}`,
    );
  }
  let end = 0;
  return lengths.map((part) => {
    end += part;
    return along(x, place, [end - part, end]);
  });
}

/**
 * The diagonals of the matrices in the last two axes; a view where x is contiguous.
 * @example diagonal(tensor([[1, 2], [3, 4]])); // [1, 4]
 */
export function diagonal(source: Tensor): Tensor {
  const x = toTensor('diagonal', source);
  const [rows, columns] = matrixShape('diagonal', x);
  const flat = reshape(x, [...x.shape.slice(0, -2), rows * columns]);
  const count = Math.min(rows, columns);
  return along(flat, flat.rank - 1, [0, count * (columns + 1), columns + 1]);
}

/**
 * Matrices with the entries of the last axis on their diagonals.
 * @example diagonalMatrix(tensor([1, 2])); // [[1, 0], [0, 2]]
 */
export function diagonalMatrix(source: Tensor): Tensor {
  const x = toTensor('diagonalMatrix', source);
  const length = x.shape[lib.normalizeAxis('diagonalMatrix', -1, x.rank)] as number;
  const batch = x.shape.slice(0, -1);
  const ones = batch.map(() => 1);
  const flat = embed(x, [...batch, length * length], [...batch.map(() => 0), 0], [...ones, length + 1]);
  return reshape(flat, [...batch, length, length]);
}

/**
 * The matrices in the last two axes, with 0 above diagonal number `offset`.
 * @example lowerTriangle(tensor([[1, 2], [3, 4]])); // [[1, 0], [3, 4]]
 */
export function lowerTriangle(source: Tensor, offset = 0): Tensor {
  const x = toTensor('lowerTriangle', source);
  const [rows, columns] = matrixShape('lowerTriangle', x);
  return where(lessEqual(range(columns), diagonalColumn(rows, offset)), x, 0);
}

/**
 * The matrices in the last two axes, with 0 below diagonal number `offset`.
 * @example upperTriangle(tensor([[1, 2], [3, 4]])); // [[1, 2], [0, 4]]
 */
export function upperTriangle(source: Tensor, offset = 0): Tensor {
  const x = toTensor('upperTriangle', source);
  const [rows, columns] = matrixShape('upperTriangle', x);
  return where(greaterEqual(range(columns), diagonalColumn(rows, offset)), x, 0);
}

/**
 * 1 at each index and 0 elsewhere, along a new last axis of length `count`; zeros for an index out of bounds.
 * @throws DTypeError unless the indices are int32.
 * @example oneHot(tensor([1, 0], { dtype: 'int32' }), 2); // [[0, 1], [1, 0]]
 */
export function oneHot(
  positions: Tensor,
  count: number,
  options: { readonly dtype?: lib.DType } = {},
): Tensor {
  const { dtype } = lib.completeOptions('oneHot', { dtype: 'float32' }, options);
  const indices = toTensor('oneHot', positions);
  if (indices.dtype !== 'int32')
    throw new lib.DTypeError(`oneHot: wanted int32 indices, got ${indices.dtype}; cast them first`);
  const classes = plain(lib.arange(0, requireCount('oneHot', 'count', count), 1, 'int32'));
  return cast(equal(expandDims(indices, -1), classes), dtype);
}

function along(x: Tensor, axis: number, part: AxisSlice): Tensor {
  return slice(
    x,
    x.shape.map((_, i) => (i === axis ? part : null)),
  );
}

function range(length: number): Tensor {
  return plain(lib.arange(0, length, 1, 'float64'));
}

/** For each row, the column where diagonal number `offset` crosses it: [rows, 1]. */
function diagonalColumn(rows: number, offset: number): Tensor {
  return reshape(plain(lib.arange(offset, offset + rows, 1, 'float64')), [rows, 1]);
}

function matrixShape(operation: string, x: Tensor): readonly [rows: number, columns: number] {
  if (x.rank < 2)
    throw new lib.ShapeError(`${operation}: wanted matrices, got shape ${lib.formatShape(x.shape)}`);
  return [x.shape.at(-2) as number, x.shape.at(-1) as number];
}
