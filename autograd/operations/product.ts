/** The product over axes. A partial product that overflows or underflows spoils no result in range. */
import * as lib from '../../lib/index.ts';
import { toTensor } from '../core/plain.ts';
import type { Tensor, TensorLike } from '../core/tensor.ts';
import { add } from './addition.ts';
import { abs, multiply } from './arithmetic.ts';
import { broadcastTo } from './broadcasting.ts';
import { cast } from './cast.ts';
import { greater, less, logicalAnd } from './comparisons.ts';
import { concatenate } from './joining.ts';
import { zerosOf } from './operands.ts';
import { type ReductionOptions, reduction, withoutAxes } from './reductions.ts';
import { where } from './selection.ts';
import { type AxisSlice, slice } from './slicing.ts';

/**
 * The product over the given axes; 1 if there are no entries. It multiplies in pairs, in float64, so that its
 * derivatives are right also where a factor is 0. Only the result can overflow or underflow, no part of it.
 * @example product(tensor([[1, 2], [3, 4]]), { axes: 1 }); // [2, 12]
 */
export function product(x: TensorLike, options: ReductionOptions = {}): Tensor {
  const { input, axes, keepDims } = reduction('product', x, options);
  const value = cast(input, 'float64');
  const bits = input.dtype === 'float32' ? 150 : 1075;
  const { value: result } = unscaled(axes.reduce(productAlong, { value, exponent: zerosOf(value), bits }));
  return withoutAxes(cast(result, input.dtype), input.shape, axes, keepDims);
}

/** The numbers value·2^(unit·exponent). The exponent is a whole number and a constant. */
interface Scaled {
  readonly value: Tensor;
  readonly exponent: Tensor;
  /** Each |value| lies between 2^±bits, or is 0 or ∞. */
  readonly bits: number;
}

// One unit brings every float64 number between 2^±boundBits. Of numbers there, every product is in range.
const unit = 700;
const boundBits = 400;

/** Halves the axis by multiplying neighbours until one entry is left. */
function productAlong(x: Scaled, axis: number): Scaled {
  const { shape } = x.value;
  const length = shape[axis] as number;
  if (length === 1) return x;
  if (length === 0) {
    const value = broadcastTo(toTensor('product', 1, 'float64'), lib.reducedShape(shape, [axis], true));
    return { value, exponent: zerosOf(value), bits: 0 };
  }
  const { value, exponent, bits } = x.bits > 500 ? rescaled(x) : x;
  return productAlong(
    { value: halve(value, axis, multiply), exponent: halve(exponent, axis, add), bits: 2 * bits },
    axis,
  );
}

function halve(x: Tensor, axis: number, combine: (a: Tensor, b: Tensor) => Tensor): Tensor {
  const length = x.shape[axis] as number;
  const even = length - (length % 2);
  const part = (range: AxisSlice) =>
    slice(
      x,
      x.shape.map((_, i) => (i === axis ? range : null)),
    );
  const halved = combine(part([0, even, 2]), part([1, even, 2]));
  return length === even ? halved : concatenate([halved, part([even, length])], axis);
}

/** The same numbers, each value within the bounds (or 0, infinite or NaN). */
function rescaled(x: Scaled): Scaled {
  const size = abs(x.value);
  const isSmall = logicalAnd(greater(size, 0), less(size, 2 ** -boundBits));
  return { ...moved(x, isSmall, greater(size, 2 ** boundBits)), bits: boundBits };
}

/** The same numbers with exponent 0, or those to which they overflow or underflow. */
function unscaled(x: Scaled): Scaled {
  return [1, 2, 3].reduce((rest) => moved(rest, greater(rest.exponent, 0), less(rest.exponent, 0)), x);
}

/**
 * The same numbers, with one unit moved from exponent to value, or from value to exponent, where so marked.
 */
function moved({ value, exponent, bits }: Scaled, toValue: Tensor, toExponent: Tensor): Scaled {
  const chosen = (up: number, down: number, neither: number) =>
    where(
      toValue,
      toTensor('product', up, 'float64'),
      where(toExponent, toTensor('product', down, 'float64'), neither),
    );
  return {
    value: multiply(value, chosen(2 ** unit, 2 ** -unit, 1)),
    exponent: add(exponent, chosen(-1, 1, 0)),
    bits,
  };
}
