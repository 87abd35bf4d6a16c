/** Data at the scale that networks learn from: mean 0 and standard deviation 1. */
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
   * Each feature (column) by its own mean and scale rather than all by the same. Default false, which keeps
   * the geometry.
   */
  readonly perFeature?: boolean;
}

export interface Standardized {
  /** (x − mean) / scale, of the shape and dtype of x. */
  readonly data: Tensor;
  /** [], or [d] per feature. */
  readonly mean: Tensor;
  /**
   * The standard deviation, with the data as the whole population; 1 where there is no spread. [], or [d] per
   * feature.
   */
  readonly scale: Tensor;
  /** The inverse, scale·x + mean, for any x that broadcasts; differentiable. */
  readonly restore: (x: Tensor) => Tensor;
}

/**
 * Shifts and scales data to mean 0 and standard deviation 1, and says how to come back.
 *
 * @param data [n, d], float32 or float64, n and d ≥ 1
 * @throws ShapeError, DTypeError, or ArgumentError for an unknown option
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
