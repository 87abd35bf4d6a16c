/** Brings data to the scale that networks learn best from: mean 0 and standard deviation 1. */
import {
  add,
  divide,
  equal,
  mean,
  multiply,
  sqrt,
  square,
  subtract,
  type Tensor,
  where,
} from '../../autograd/index.ts';
import { completeOptions, DTypeError, formatShape, isFloating, ShapeError } from '../../lib/index.ts';

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
 * Shifts and scales data to mean 0 and standard deviation 1. `restore` is the way back.
 *
 * @param data [n, d], float32 or float64, n and d ≥ 1
 * @throws ShapeError for another rank or empty data; DTypeError for another dtype; ArgumentError for an
 * unknown option
 * @example
 * const { data, restore } = standardize(digits().images);
 */
export function standardize(data: Tensor, options: StandardizeOptions = {}): Standardized {
  const { perFeature } = completeOptions('standardize', { perFeature: false }, options);
  if (data.rank !== 2 || data.size === 0) {
    throw new ShapeError(`standardize: wanted data of shape [n, d], got ${formatShape(data.shape)}`);
  }
  if (!isFloating(data.dtype)) {
    throw new DTypeError(`standardize: wanted float32 or float64, got ${data.dtype}; cast it first`);
  }
  const reduction = perFeature ? { axes: [0] } : {};
  const centre = mean(data, reduction);
  const deviation = sqrt(mean(square(subtract(data, centre)), reduction));
  const scale = where(equal(deviation, 0), 1, deviation);
  return {
    data: divide(subtract(data, centre), scale),
    mean: centre,
    scale,
    restore: (x) => add(multiply(x, scale), centre),
  };
}
