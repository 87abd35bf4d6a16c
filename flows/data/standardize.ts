/** Data at the scale that networks learn from: mean 0 and standard deviation 1. */
import { add, fromNDArray, multiply, type Tensor, toNDArray } from '../../autograd/index.ts';
import {
  allocate,
  completeOptions,
  DTypeError,
  flat,
  formatShape,
  isFloating,
  ShapeError,
  type TypedArray,
  wrap,
} from '../../lib/index.ts';
import { requireTensor } from '../checks.ts';

export interface StandardizeOptions {
  /**
   * Whether each feature (column) gets its own mean and scale. By default all features share one mean and one
   * scale, which keeps the geometry.
   */
  readonly perFeature?: boolean;
}

export interface Standardized {
  /** (x − mean) / scale, of the shape and dtype of x. */
  readonly data: Tensor;
  /** The mean: [], or [d] with `perFeature`. */
  readonly mean: Tensor;
  /**
   * The standard deviation of the data as a whole population (divided by n, not n − 1). It is 1 where all
   * values are equal. [], or [d] with `perFeature`.
   */
  readonly scale: Tensor;
  /** The inverse, scale·x + mean, for any x that broadcasts. It is differentiable. */
  readonly restore: (x: Tensor) => Tensor;
}

/**
 * Shifts and scales data to mean 0 and standard deviation 1, and says how to come back. The moments are taken
 * in float64, in two passes, whatever the dtype and the units.
 *
 * @param data [n, d], float32 or float64, n and d ≥ 1
 * @throws ShapeError for another rank or empty data; DTypeError for another dtype; ArgumentError for an
 * unknown option
 * @example
 * const { data, restore } = standardize(digits().images);
 */
export function standardize(data: Tensor, options: StandardizeOptions = {}): Standardized {
  const { perFeature } = completeOptions('standardize', { perFeature: false }, options);
  requireTensor('standardize', 'data', data);
  if (data.rank !== 2 || data.size === 0) {
    throw new ShapeError(`standardize: wanted data of shape [n, d], got ${formatShape(data.shape)}`);
  }
  if (!isFloating(data.dtype)) {
    throw new DTypeError(`standardize: wanted float32 or float64, got ${data.dtype}; cast it first`);
  }
  const values = flat(toNDArray(data));
  const width = perFeature ? (data.shape[1] as number) : 1;
  const moments = columnMoments(values, width);
  const scales = moments.deviation.map((deviation) => deviation || 1);
  const scaled = allocate(values.length, data.dtype);
  for (let i = 0; i < values.length; i++)
    scaled[i] = ((values[i] as number) - (moments.mean[i % width] as number)) / (scales[i % width] as number);
  const asTensor = (list: Float64Array): Tensor => {
    const typed = allocate(list.length, data.dtype);
    typed.set(list);
    return fromNDArray(wrap(typed, perFeature ? [width] : []));
  };
  const [mean, scale] = [asTensor(moments.mean), asTensor(scales)];
  return {
    data: fromNDArray(wrap(scaled, data.shape)),
    mean,
    scale,
    restore: (x) => add(multiply(x, scale), mean),
  };
}

/** Of each column: its mean, and its standard deviation with the data as the whole population. */
export interface Moments {
  readonly mean: Float64Array;
  /** Exactly 0 for a column of one value, whose mean is then that value. */
  readonly deviation: Float64Array;
}

/** The moments of the columns of a table, row by row; of a table of width 1, those of all its numbers. */
export function columnMoments(values: TypedArray, width: number): Moments {
  const count = values.length / width;
  const sum = (term: (value: number, j: number) => number) => {
    // Kahan's compensated summation, a column each.
    const [sums, lost] = [new Float64Array(width), new Float64Array(width)];
    for (let i = 0, j = 0; i < values.length; i++) {
      const added = term(values[i] as number, j) - (lost[j] as number);
      const next = (sums[j] as number) + added;
      lost[j] = next - (sums[j] as number) - added;
      sums[j] = next;
      j = j + 1 === width ? 0 : j + 1;
    }
    return sums;
  };
  // Away from the first row, so that a constant is met exactly, and a large offset costs no digits.
  const first = values.slice(0, width);
  const mean = sum((value, j) => value - (first[j] as number)).map(
    (total, j) => (first[j] as number) + total / count,
  );
  // In units of the greatest distance, whose square neither over- nor underflows.
  const greatest = new Float64Array(width);
  for (let i = 0; i < values.length; i++) {
    const j = i % width;
    greatest[j] = Math.max(greatest[j] as number, Math.abs((values[i] as number) - (mean[j] as number)));
  }
  const squares = sum((value, j) =>
    greatest[j] === 0 ? 0 : ((value - (mean[j] as number)) / (greatest[j] as number)) ** 2,
  );
  const deviation = squares.map((square, j) => (greatest[j] as number) * Math.sqrt(square / count));
  return { mean, deviation };
}
