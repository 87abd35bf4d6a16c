import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { toTensor } from '../core/plain.ts';
import { definePrimitive, eachInput, type Primitive } from '../core/primitive.ts';
import type { ArrayType, PartialCotangent, Tensor } from '../core/tensor.ts';
import { linear } from './linear.ts';
import { batchAll, zerosOf } from './operands.ts';
import { reshape } from './reshaping.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    slice: Window;
    embed: Places;
  }
}

/** A strided box of indices: along each axis `lengths` of them, from `starts`, `steps` (≠ 0) apart. */
interface Window {
  readonly starts: readonly number[];
  readonly steps: readonly number[];
  readonly lengths: lib.Shape;
}

const slicePrimitive: Primitive<'slice'> = linear('slice', {
  shape: (x, { lengths }) => ({ shape: lengths, dtype: x.dtype }),
  evaluate: (x, { starts, steps, lengths }) =>
    lib.slice(
      x,
      starts,
      starts.map((start, axis) => start + (lengths[axis] as number) * (steps[axis] as number)),
      steps,
    ),
  transpose: (values, { starts, steps }, { shape }): Part => ({
    values,
    place: { shape, starts, steps },
    addUp: addParts,
  }),
  batch: (x, window, size) => applyOne(slicePrimitive, [x], batchWindow(window, size)),
});

/** Where `embed` adds its inputs to zeros: a window for each. */
interface Places {
  readonly shape: lib.Shape;
  readonly windows: readonly lib.Placement[];
}

const embedPrimitive: Primitive<'embed'> = definePrimitive({
  name: 'embed',
  shape: ([x], { shape }) => [{ shape, dtype: (x as ArrayType).dtype }],
  evaluate: (parts, { shape, windows }) => [lib.embed(parts, shape, windows)],
  forward: (tangents, at) => [
    applyOne(
      embedPrimitive,
      tangents.map((t, i) => t ?? zerosOf(at.inputType(i))),
      at.params,
    ),
  ],
  reverse: eachInput((input) => ({
    needs: {},
    pull: ([w], at) => {
      const { starts, steps } = at.params.windows[input] as lib.Placement;
      return w ? applyOne(slicePrimitive, [w], { starts, steps, lengths: at.inputType(input).shape }) : null;
    },
  })),
  batch: (parts, batched, size, { shape, windows }) => [
    applyOne(embedPrimitive, batchAll(parts, batched, size), {
      shape: [size, ...shape],
      windows: windows.map(({ starts, steps }) => ({ starts: [0, ...starts], steps: [1, ...steps] })),
    }),
  ],
});

type Part = PartialCotangent<lib.Placement & { readonly shape: lib.Shape }>;

/** The cotangent of a tensor of which slices were taken. */
function addParts(parts: readonly Part[]): Tensor {
  const windows = parts.map(({ place: { starts, steps } }) => ({ starts, steps }));
  const { shape } = (parts[0] as Part).place;
  return applyOne(
    embedPrimitive,
    parts.map(({ values }) => values),
    { shape, windows },
  );
}

/**
 * What to take along one axis: everything (`null`), one index (the axis is dropped), or `[start, stop, step]`
 * as in Python: stop excluded, negative positions count from the end, `undefined` means up to the border.
 */
export type AxisSlice =
  | null
  | number
  | readonly [start?: number | undefined, stop?: number | undefined, step?: number];

/**
 * A part of x, as a view. `parts` has an entry for each axis; an axis without one is taken whole.
 * @throws ArgumentError for an index out of bounds, a step of 0, or too many entries.
 * @example slice(x, [[1, 4, 2], [undefined, undefined, -1]]); // Python's x[1:4:2, ::-1]
 */
export function slice(source: Tensor, parts: readonly AxisSlice[]): Tensor {
  const x = toTensor('slice', source);
  if (!Array.isArray(parts)) {
    throw new lib.ArgumentError(
      `slice: wanted a list with an entry per axis, such as [0, [1, 3]], got ${String(parts)}`,
    );
  }
  if (parts.length > x.rank) {
    throw new lib.ArgumentError(
      `slice: got ${parts.length} entries for the ${x.rank} axes of ${lib.formatShape(x.shape)}`,
    );
  }
  const ranges = x.shape.map((length, axis) => resolveRange(parts[axis] ?? null, length, axis));
  const window = {
    starts: ranges.map((range) => range.start),
    steps: ranges.map((range) => range.step),
    lengths: ranges.map((range) => range.count),
  };
  const taken = applyOne(slicePrimitive, [x], window);
  return reshape(
    taken,
    taken.shape.filter((_, axis) => typeof parts[axis] !== 'number'),
  );
}

/**
 * Zeros of the given shape with x written into the strided window that begins at `starts`: the transpose of
 * `slice`.
 * @example embed(tensor([1, 2]), [5], [1], [2]); // [0, 1, 0, 2, 0]
 */
export function embed(
  x: Tensor,
  shape: lib.Shape,
  starts: readonly number[],
  steps: readonly number[],
): Tensor {
  const input = toTensor('embed', x);
  lib.checkShape('embed', shape);
  for (const list of [shape, starts, steps]) {
    if (Array.isArray(list) && list.length === input.rank && list.every(Number.isInteger)) continue;
    throw new lib.ArgumentError(
      `embed: wanted a length, a start and a step, whole numbers, for each of the ${input.rank} axes of ${lib.formatShape(input.shape)}`,
    );
  }
  return applyOne(embedPrimitive, [input], { shape, windows: [{ starts, steps }] });
}

function batchWindow({ starts, steps, lengths }: Window, size: number): Window {
  return { starts: [0, ...starts], steps: [1, ...steps], lengths: [size, ...lengths] };
}

function resolveRange(part: AxisSlice, length: number, axis: number) {
  if (part === null) return { start: 0, step: 1, count: length };
  if (typeof part === 'number') return { start: resolveIndex(part, length, axis), step: 1, count: 1 };
  if (!Array.isArray(part) || !part.every((end) => end === undefined || Number.isInteger(end))) {
    const got = Array.isArray(part) ? lib.formatShape(part) : lib.describe(part);
    throw new lib.ArgumentError(
      `slice: wanted a whole number or a list of them for axis ${axis}, got ${got}; to look up by a tensor, use gather`,
    );
  }
  const [from, to, step = 1] = part as readonly [number?, number?, number?];
  if (step === 0) {
    throw new lib.ArgumentError(`slice: wanted a whole step other than 0 on axis ${axis}, got ${step}`);
  }
  const [first, last] = step > 0 ? [0, length] : [length - 1, -1];
  const clamp = (position: number) => {
    const counted = position < 0 ? position + length : position;
    return Math.min(Math.max(counted, step > 0 ? 0 : -1), step > 0 ? length : length - 1);
  };
  const start = from === undefined ? first : clamp(from);
  const stop = to === undefined ? last : clamp(to);
  return { start, step, count: Math.max(0, Math.ceil((stop - start) / step)) };
}

function resolveIndex(index: number, length: number, axis: number): number {
  const counted = index < 0 ? index + length : index;
  if (Number.isInteger(index) && counted >= 0 && counted < length) return counted;
  throw new lib.ArgumentError(`slice: index ${index} is out of bounds for axis ${axis} of length ${length}`);
}
