/** Values moved: slices, embeddings, windows, and what is looked up by an index. */
import { type Shape, sizeOf } from '../../../lib/index.ts';
import type { ArrayType } from '../../core/tensor.ts';
import type { Value } from '../formulas/array-writer.ts';
import { integers } from './text.ts';
import type { Writer } from './writer.ts';

/** Along each axis `lengths` elements, from `starts`, `steps` (also negative) apart. */
export function slice(
  w: Writer,
  x: Value,
  starts: readonly number[],
  steps: readonly number[],
  lengths: Shape,
): Value {
  const isEmpty = lengths.map((length) => length === 0);
  const lowest = lowestOf(starts, steps, lengths).map((start, i) => (isEmpty[i] ? 0 : start));
  const limits = lowest.map((start, i) =>
    isEmpty[i] ? 0 : start + ((lengths[i] as number) - 1) * Math.abs(steps[i] as number) + 1,
  );
  return turned(w, w.slice(x, lowest, limits, steps.map(Math.abs)), steps);
}

/** The transpose of `slice`: zeros of a shape, with x where the slice reads. */
export function embed(
  w: Writer,
  x: Value,
  shape: Shape,
  starts: readonly number[],
  steps: readonly number[],
): Value {
  const type = { shape, dtype: x.dtype };
  if (sizeOf(x.shape) === 0) return w.full(0, type);
  const low = lowestOf(starts, steps, x.shape);
  const interior = steps.map((step) => Math.abs(step) - 1);
  const high = shape.map((size, i) => {
    const count = x.shape[i] as number;
    return size - (low[i] as number) - count - (count - 1) * (interior[i] as number);
  });
  const attributes = [
    `edge_padding_low = ${integers(low)}`,
    `edge_padding_high = ${integers(high)}`,
    `interior_padding = ${integers(interior)}`,
  ].join(', ');
  const zero = w.full(0, { shape: [], dtype: x.dtype });
  return w.operation('pad', [turned(w, x, steps), zero], type, attributes);
}

/** What a window sees at each of its places: a slice for each entry of the window, side by side. */
export function windows(w: Writer, x: Value, window: Shape, strides: readonly number[], shape: Shape): Value {
  const [batch = 0, channels = 0] = [x.shape[0], x.shape.at(-1)];
  const places = shape.slice(1, 1 + window.length);
  const parts = entriesOf(window).map((offset) => {
    const seen = slice(w, x, [0, ...offset, 0], [1, ...strides, 1], [batch, ...places, channels]);
    return w.reshape(seen, [batch, ...places, 1, channels]);
  });
  return w.reshape(w.concatenate(parts, 1 + window.length), shape);
}

/** The transpose of `windows`: each entry of the window is put where it was read, and all are added. */
export function sumWindows(
  w: Writer,
  x: Value,
  shape: Shape,
  window: Shape,
  strides: readonly number[],
): Value {
  const [batch = 0, channels = 0] = [shape[0], shape.at(-1)];
  const places = x.shape.slice(1, 1 + window.length);
  const flat = w.reshape(x, [batch, ...places, sizeOf(window), channels]);
  const parts = entriesOf(window).map((offset, i) => {
    const [ones, zeros] = [places.map(() => 1), places.map(() => 0)];
    const size = [batch, ...places, 1, channels];
    const part = slice(w, flat, [0, ...zeros, i, 0], [1, ...ones, 1, 1], size);
    return embed(
      w,
      w.reshape(part, [batch, ...places, channels]),
      shape,
      [0, ...offset, 0],
      [1, ...strides, 1],
    );
  });
  return parts.reduce((sum, part) => w.add(sum, part));
}

/** The rows of x at the indices, which may count from the end. */
export function gather(w: Writer, x: Value, indices: Value): Value {
  const [length = 0, ...rest] = x.shape;
  const rank = indices.shape.length;
  const numbers = [
    `offset_dims = [${rest.map((_, i) => rank + i).join(', ')}]`,
    `collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = ${rank}`,
  ].join(', ');
  const attributes = [
    `dimension_numbers = #stablehlo.gather<${numbers}>`,
    `slice_sizes = ${integers([1, ...rest])}`,
    'indices_are_sorted = false',
  ].join(', ');
  const shape = [...indices.shape, ...rest];
  return w.operation('gather', [x, fromStart(w, indices, length)], { shape, dtype: x.dtype }, attributes);
}

/** Zeros with the updates added to their rows at the indices. */
export function scatterAdd(w: Writer, updates: Value, indices: Value, type: ArrayType): Value {
  const [length = 0, ...rest] = type.shape;
  const rank = indices.shape.length;
  const numbers = [
    `update_window_dims = [${rest.map((_, i) => rank + i).join(', ')}], inserted_window_dims = [0]`,
    `scatter_dims_to_operand_dims = [0], index_vector_dim = ${rank}`,
  ].join(', ');
  const attributes = [
    `scatter_dimension_numbers = #stablehlo.scatter<${numbers}>`,
    'indices_are_sorted = false',
    'unique_indices = false',
  ].join(', ');
  const region = w.combining('add', type.dtype);
  const inputs = [w.full(0, type), fromStart(w, indices, length), updates];
  return w.operation('scatter', inputs, type, attributes, region);
}

/** The index of the first largest (smallest) element along an axis, or of the first NaN. */
export function position(w: Writer, x: Value, axis: number, reduction: 'maximum' | 'minimum'): Value {
  const best = w.reduce(reduction, x, [axis], reduction === 'maximum' ? -Infinity : Infinity);
  const places = x.shape.map((_, i) => i).filter((i) => i !== axis);
  const isBest = w.compare('EQ', x, w.broadcast(best, x.shape, places));
  const found = w.binary('or', isBest, w.compare('NE', x, x));
  const index = w.iota({ shape: x.shape, dtype: 'int32' }, axis);
  return w.reduce('minimum', w.select(found, index, 2 ** 31 - 1), [axis], 2 ** 31 - 1);
}

/** The indices that sort x along an axis; equal elements keep their order, and NaN comes last. */
export function argsort(w: Writer, x: Value, axis: number): Value {
  const index = w.iota({ shape: x.shape, dtype: 'int32' }, axis);
  return w.sortedBy(x, index, axis, (inner, a, b) => {
    const isNotANumber = (y: Value) => inner.compare('NE', y, y);
    const beforeNaN = inner.binary('and', isNotANumber(b), inner.unary('not', isNotANumber(a)));
    return inner.binary('or', inner.compare('LT', a, b), beforeNaN);
  });
}

/** Partial sums along an axis: sums over windows that begin before the array. */
export function cumulativeSum(w: Writer, x: Value, axis: number): Value {
  if (sizeOf(x.shape) === 0) return x;
  const alongAxis = (value: number, other: number) => x.shape.map((_, i) => (i === axis ? value : other));
  const length = x.shape[axis] as number;
  const padding = alongAxis(length - 1, 0).map((low) => `[${low}, 0]`);
  const ones = integers(alongAxis(1, 1));
  const attributes = [
    `window_dimensions = ${integers(alongAxis(length, 1))}`,
    `window_strides = ${ones}, base_dilations = ${ones}, window_dilations = ${ones}`,
    `padding = dense<[${padding.join(', ')}]> : tensor<${padding.length}x2xi64>`,
  ].join(', ');
  const region = w.combining('add', x.dtype);
  const zero = w.full(0, { shape: [], dtype: x.dtype });
  return w.operation('reduce_window', [x, zero], { ...x }, attributes, region);
}

/** The indices counted from the start. */
function fromStart(w: Writer, indices: Value, length: number): Value {
  return w.select(w.compare('LT', indices, 0), w.add(indices, length), indices);
}

function turned(w: Writer, x: Value, steps: readonly number[]): Value {
  const axes = steps.flatMap((step, axis) => (step < 0 ? [axis] : []));
  return axes.length === 0 ? x : w.operation('reverse', [x], { ...x }, `dimensions = ${integers(axes)}`);
}

/** The lowest index along each axis. */
function lowestOf(starts: readonly number[], steps: readonly number[], lengths: Shape): readonly number[] {
  return starts.map((start, i) => {
    const step = steps[i] as number;
    return step > 0 ? start : start + step * ((lengths[i] as number) - 1);
  });
}

/** All entries of a window, the last index running fastest. */
function entriesOf([size, ...rest]: Shape): readonly (readonly number[])[] {
  if (size === undefined) return [[]];
  return Array.from({ length: size }, (_, i) => entriesOf(rest).map((entry) => [i, ...entry])).flat();
}
