/** Arrays as text, for people. */
import { dtypeOf, type NDArray, requireArray } from './array.ts';
import { type DType, isFloating } from './dtype.ts';
import { formatShape, sizeOf } from './shape.ts';

/** Of an array with more elements, we show only the first and the last few entries of each axis. */
const elideAbove = 1000;
const edgeEntries = 3;

/**
 * The values in aligned columns with brackets around each axis, then the dtype and the shape. A
 * floating-point number has at most four digits after the point. The notation is scientific if some magnitude
 * is 10⁷ or more, or below 10⁻⁴. Of an array with more than 1000 elements we show the ends of each axis.
 *
 * @example
 * formatArray(eye(2, 'float32'));
 * // [[1, 0],
 * //  [0, 1]] float32 [2, 2]
 */
export function formatArray(a: NDArray): string {
  requireArray('formatArray', a);
  const isElided = sizeOf(a.shape) > elideAbove;
  const shown = a.shape.map((length) => shownIndices(length, isElided));
  const values = collect(a, shown);
  const format = chooseFormat(values, dtypeOf(a));
  // Not Math.max(...lengths): an array of 17 axes shows more numbers than a call takes arguments.
  const width = values.reduce((most, value) => Math.max(most, format(value).length), 0);
  const text = layOut(a, shown, (value) => format(value).padStart(width));
  return `${text} ${dtypeOf(a)} ${formatShape(a.shape)}`;
}

/** The indices of an axis that we show. `null` stands for those that we leave out. */
type Shown = readonly (number | null)[];

function shownIndices(length: number, isElided: boolean): Shown {
  const all = Array.from({ length }, (_, i) => i);
  if (!isElided || length <= 2 * edgeEntries) return all;
  return [...all.slice(0, edgeEntries), null, ...all.slice(-edgeEntries)];
}

function collect(a: NDArray, shown: readonly Shown[]): number[] {
  const values: number[] = [];
  visit(a, shown, 0, a.offset, (value) => values.push(value));
  return values;
}

function visit(
  a: NDArray,
  shown: readonly Shown[],
  axis: number,
  offset: number,
  call: (value: number) => void,
): void {
  const indices = shown[axis];
  if (indices === undefined) {
    call(a.data[offset] as number);
    return;
  }
  for (const i of indices)
    if (i !== null) visit(a, shown, axis + 1, offset + i * (a.stride[axis] as number), call);
}

function layOut(a: NDArray, shown: readonly Shown[], format: (value: number) => string): string {
  function block(axis: number, offset: number): string {
    const indices = shown[axis];
    if (indices === undefined) return format(a.data[offset] as number);
    const isLast = axis === a.shape.length - 1;
    // Entries of the last axis share a line. Empty lines separate matrices.
    const separator = isLast ? ', ' : `,${'\n'.repeat(a.shape.length - axis - 1)}${' '.repeat(axis + 1)}`;
    const parts = indices.map((i) =>
      i === null ? '…' : block(axis + 1, offset + i * (a.stride[axis] as number)),
    );
    return `[${parts.join(separator)}]`;
  }
  return block(0, a.offset);
}

/** One notation for all values of an array. */
function chooseFormat(values: readonly number[], dtype: DType): (value: number) => string {
  if (dtype === 'bool') return (value) => (value === 0 ? 'false' : 'true');
  if (!isFloating(dtype)) return String;
  const finite = values.filter(Number.isFinite);
  if (finite.every(Number.isInteger) && finite.every((value) => Math.abs(value) < 1e7)) return numberText;
  const magnitudes = finite.filter((value) => value !== 0).map(Math.abs);
  const largest = magnitudes.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const smallest = magnitudes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (largest >= 1e7 || smallest < 1e-4) return (value) => special(value) ?? value.toExponential(4);
  return (value) => special(value) ?? value.toFixed(4);
}

function numberText(value: number): string {
  return special(value) ?? String(value);
}

function special(value: number): string | null {
  return Number.isFinite(value) ? null : Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞';
}
