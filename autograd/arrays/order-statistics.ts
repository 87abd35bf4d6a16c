/** Quantiles, the largest entries, places in a sorted list, and counts. */
import * as lib from '../../lib/index.ts';
import { plain, toFloating, toTensor } from '../core/plain.ts';
import type { Tensor, TensorLike } from '../core/tensor.ts';
import { ones } from '../create.ts';
import { add, negate } from '../operations/addition.ts';
import { multiply, subtract } from '../operations/arithmetic.ts';
import { cast } from '../operations/cast.ts';
import { equal, greaterEqual, less, logicalAnd, logicalOr } from '../operations/comparisons.ts';
import { scatterAdd } from '../operations/gathering.ts';
import { concatenate, stack } from '../operations/joining.ts';
import { requireCount } from '../operations/operands.ts';
import { type AxisOptions, argsort, sort, takeAlongAxis } from '../operations/ordering.ts';
import { max, min, type ReductionOptions, reduction, withoutAxes } from '../operations/reductions.ts';
import { reshape, transpose } from '../operations/reshaping.ts';
import { where } from '../operations/selection.ts';
import { slice } from '../operations/slicing.ts';
import { isMissing } from './elementwise.ts';

/**
 * The quantile q of the entries over the given axes, interpolated linearly between the two entries beside it
 * (numpy's default). For a list of q, the result has a first axis for them. NaN if an entry is NaN.
 * @throws ArgumentError for a q outside of [0, 1], or if there are no entries.
 * @example quantile(tensor([1, 2, 4]), 0.25).item(); // 1.5
 */
export function quantile(
  x: TensorLike,
  q: number | readonly number[],
  options: ReductionOptions = {},
): Tensor {
  return quantileOf('quantile', x, q, options);
}

/** The quantile 0.5 of the entries over the given axes. @example median(tensor([3, 1, 2])).item(); // 2 */
export function median(x: TensorLike, options: ReductionOptions = {}): Tensor {
  return quantileOf('median', x, 0.5, options);
}

function quantileOf(
  operation: string,
  x: TensorLike,
  q: number | readonly number[],
  options: ReductionOptions,
): Tensor {
  const { input, axes: reduced, keepDims } = reduction(operation, x, options);
  const kept = input.shape.map((_, axis) => axis).filter((axis) => !reduced.includes(axis));
  const count = lib.sizeOf(reduced.map((axis) => input.shape[axis] as number));
  if (count === 0) throw new lib.ArgumentError(`${operation}: wanted at least one entry, got none`);
  const rows = reshape(transpose(input, [...kept, ...reduced]), [
    ...kept.map((axis) => input.shape[axis] as number),
    count,
  ]);
  const sorted = sort(rows);
  const entry = (i: number) => slice(sorted, [...kept.map(() => null), i]);
  const hasNaN = isMissing(entry(count - 1)); // NaN comes last.
  const at = (share: number) => {
    const place = requireShare(operation, share) * (count - 1);
    const [below, part] = [Math.floor(place), place % 1];
    const value = part === 0 ? entry(below) : between(entry(below), entry(below + 1), part);
    const found = where(hasNaN, Number.NaN, value);
    const whole = lib.reducedShape(input.shape, reduced, true);
    return withoutAxes(reshape(found, whole), input.shape, reduced, keepDims);
  };
  if (!Array.isArray(q)) return at(q as number);
  if (q.length === 0) throw new lib.ArgumentError(`${operation}: wanted at least one q, got none`);
  return stack(q.map(at));
}

/** a + (b − a)·part; a where they are equal, which also holds between infinities. */
function between(a: Tensor, b: Tensor, part: number): Tensor {
  const distance = subtract(b, a);
  return add(a, multiply(where(equal(a, b), 0, distance), part));
}

function requireShare(operation: string, q: number): number {
  if (typeof q === 'number' && q >= 0 && q <= 1) return q;
  throw new lib.ArgumentError(`${operation}: wanted q from 0 to 1, got ${lib.describe(q)}`);
}

/** The largest entries, and where they stood. */
export interface TopK {
  /** In descending order. */
  readonly values: Tensor;
  /** int32; of equal entries the first comes first. */
  readonly indices: Tensor;
}

/**
 * The k largest entries along an axis (by default the last), NaN last.
 * @throws ArgumentError unless k is a whole number from 0 to the axis's length.
 * @example topK(tensor([1, 3, 2]), 2).values; // [3, 2]
 */
export function topK(x: TensorLike, k: number, options: AxisOptions = {}): TopK {
  const given = lib.completeOptions('topK', { axis: -1 }, options);
  const input = toFloating('topK', x);
  const axis = lib.normalizeAxis('topK', given.axis, input.rank);
  const length = input.shape[axis] as number;
  if (requireCount('topK', 'k', k) > length)
    throw new lib.ArgumentError(`topK: wanted k up to ${length}, the length of axis ${axis}, got ${k}`);
  const order = argsort(negate(input), { axis });
  const indices = slice(
    order,
    input.shape.map((_, i) => (i === axis ? ([0, k] as const) : null)),
  );
  return { values: takeAlongAxis(input, indices, { axis }), indices };
}

export interface SearchOptions {
  /** 'left', the default: the number of entries below the value. 'right': of entries up to the value. */
  readonly side?: 'left' | 'right';
}

/**
 * Where each value belongs in an ascending list, [n]: how many entries of the list stand before it, int32,
 * like the values. NaN belongs at the end.
 * @throws ShapeError unless the list has one axis.
 * @example searchSorted(tensor([1, 2, 3]), tensor([2.5, 0])); // [2, 0]
 */
export function searchSorted(list: Tensor, values: TensorLike, options: SearchOptions = {}): Tensor {
  const { side } = lib.completeOptions('searchSorted', { side: 'left' }, options);
  if (side !== 'left' && side !== 'right')
    throw new lib.ArgumentError(`searchSorted: wanted side 'left' or 'right', got ${lib.describe(side)}`);
  const [entries, wanted] = [toFloating('searchSorted', list), toFloating('searchSorted', values)];
  if (entries.rank !== 1)
    throw new lib.ShapeError(`searchSorted: wanted a list, [n], got ${lib.formatShape(entries.shape)}`);
  const flat = reshape(wanted, [wanted.size]);
  const [n, m] = [entries.size, flat.size];
  // Equal numbers keep their order when sorted, so the first in the joined list come first. A value's rank
  // among all, less its rank among the values, is the number of entries before it.
  const isLeft = side === 'left';
  const ranks = ranksOf(concatenate(isLeft ? [flat, entries] : [entries, flat]));
  const own = slice(ranks, [isLeft ? [0, m] : [n, n + m]]);
  return reshape(cast(subtract(own, ranksOf(flat)), 'int32'), wanted.shape);
}

/** At which place each entry stands when they are sorted, float64. */
function ranksOf(x: Tensor): Tensor {
  return cast(argsort(cast(argsort(x), 'float64')), 'float64');
}

/**
 * How often each of the numbers 0, …, length − 1 occurs: [length], int32. With weights, like the indices: the
 * sum of the weights of each.
 * @throws ArgumentError for an index that is not from 0 to length − 1; DTypeError unless they are int32.
 * @example binCount(tensor([0, 2, 2], { dtype: 'int32' }), 3); // [1, 0, 2]
 */
export function binCount(
  indices: Tensor,
  length: number,
  options: { readonly weights?: Tensor } = {},
): Tensor {
  const { weights } = lib.completeOptions('binCount', { weights: undefined }, options);
  const places = toTensor('binCount', indices);
  requireCount('binCount', 'length', length);
  if (places.dtype !== 'int32')
    throw new lib.DTypeError(`binCount: wanted int32 indices, got ${places.dtype}; cast them first`);
  if (places.hasValues) requireCountable(places, length);
  if (weights) return scatterAdd(toFloating('binCount', weights), places, length);
  return cast(scatterAdd(ones(places.shape, { dtype: 'float64' }), places, length), 'int32');
}

/** Negative numbers count from the end in other functions. Here they are no numbers to count. */
function requireCountable(indices: Tensor, length: number): void {
  const wrong = lib.flat(indices.plainArray('binCount')).find((index) => index < 0 || index >= length);
  if (wrong !== undefined)
    throw new lib.ArgumentError(`binCount: wanted numbers from 0 to ${length - 1}, got ${wrong}`);
}

export interface HistogramOptions {
  /** The number of bins of equal width; by default 10. */
  readonly bins?: number;
  /** Where the first bin begins and the last ends; by default at the smallest and the largest entry. */
  readonly range?: readonly [low: number, high: number];
}

export interface Histogram {
  /** [bins], int32. A bin has its lower edge, and the last one also its upper edge. */
  readonly counts: Tensor;
  /** [bins + 1], ascending. */
  readonly edges: Tensor;
}

/**
 * How many entries lie in each of the bins. Entries outside of the range, and NaN, are not counted.
 * @throws ArgumentError unless there is a bin, and the range is ascending; without a range, for NaN and ∞.
 * @example histogram(tensor([1, 2, 2.5]), { bins: 2, range: [1, 3] }).counts; // [1, 2]
 */
export function histogram(x: TensorLike, options: HistogramOptions = {}): Histogram {
  const { bins, range } = lib.completeOptions('histogram', { bins: 10, range: undefined }, options);
  if (requireCount('histogram', 'number of bins', bins) === 0)
    throw new lib.ArgumentError('histogram: wanted at least one bin, got 0');
  const input = toFloating('histogram', x);
  const edges = edgesOf(input, bins, range);
  const place = subtract(cast(searchSorted(edges, input, { side: 'right' }), 'float64'), 1);
  const last = slice(edges, [bins]);
  const isInside = logicalAnd(
    greaterEqual(place, 0),
    logicalOr(less(place, bins), greaterEqual(last, input)),
  );
  // What lies outside goes into one more bin, which is dropped.
  const bin = where(isInside, where(less(place, bins), place, bins - 1), bins);
  const all = binCount(cast(reshape(bin, [bin.size]), 'int32'), bins + 1);
  return { counts: slice(all, [[0, bins]]), edges };
}

function edgesOf(x: Tensor, bins: number, range: readonly [number, number] | undefined): Tensor {
  const steps = plain(lib.arange(0, bins + 1, 1, x.dtype as 'float32' | 'float64'));
  const shares = multiply(steps, 1 / bins);
  if (range !== undefined) {
    const [low, high] = Array.isArray(range) ? range : [Number.NaN, Number.NaN];
    if (!(low < high))
      throw new lib.ArgumentError(
        `histogram: wanted a range [low, high] with low < high, got ${lib.describe(range)}`,
      );
    return add(multiply(subtract(1, shares), low), multiply(shares, high));
  }
  if (x.size === 0) return shares; // from 0 to 1, as in numpy
  const [low, high] = [min(x), max(x)];
  if (low.hasValues && !Number.isFinite(subtract(high, low).item()))
    throw new lib.ArgumentError('histogram: wanted finite entries, got NaN or infinite ones; give a range');
  const half = where(less(low, high), 0, 0.5); // equal entries: a bin of width 1 around them, as in numpy
  return add(multiply(subtract(1, shares), subtract(low, half)), multiply(shares, add(high, half)));
}

export interface Unique {
  /** The values that occur, ascending, NaN last. */
  readonly values: Tensor;
  /** For each entry of x, where its value stands in `values`, int32. */
  readonly inverse: Tensor;
  /** How often each value occurs, int32. */
  readonly counts: Tensor;
}

/**
 * The values that occur in x. Their number depends on the values, so x must have some: not within `compile`,
 * `vmap` or `grad`.
 * @throws LevelError where there are no values.
 * @example unique(tensor([3, 1, 3])).values; // [1, 3]
 */
export function unique(x: TensorLike): Unique {
  const input = toTensor('unique', x);
  const entries = lib.flat(input.plainArray('unique'));
  const order = Array.from(entries.keys()).sort((i, j) =>
    compare(entries[i] as number, entries[j] as number),
  );
  const inverse = new Int32Array(entries.length);
  const values: number[] = [];
  const counts: number[] = [];
  for (const i of order) {
    const value = entries[i] as number;
    if (values.length === 0 || compare(values.at(-1) as number, value) !== 0) {
      values.push(value);
      counts.push(0);
    }
    inverse[i] = values.length - 1;
    counts[values.length - 1] = (counts.at(-1) as number) + 1;
  }
  const list = (numbers: readonly number[], dtype: lib.DType) =>
    plain(lib.fromNested('unique', numbers, dtype));
  return {
    values: list(values, input.dtype),
    inverse: plain(lib.wrap(inverse, input.shape)),
    counts: list(counts, 'int32'),
  };
}

/** Ascending, NaN last; 0 and −0 are equal, and so are two NaN. */
function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b || 0;
}
