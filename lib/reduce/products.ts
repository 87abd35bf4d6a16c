/** Products and running sums. */
import { dtypeOf, flat, type NDArray, wrap } from '../array.ts';
import { allocate, type TypedArray } from '../dtype.ts';
import { requireDType } from '../requirements.ts';
import { normalizeAxis, sizeOf } from '../shape.ts';
import { type Folded, fold, reduceAxes } from './axes.ts';

/**
 * The product over some axes; 1 if there is no element. Throws a DTypeError for masks.
 * @example product(a, [0]);
 */
export function product(a: NDArray, axes: readonly number[], keepDims = false): NDArray {
  requireDType('product', a, 'numbers');
  return reduceAxes('product', a, axes, keepDims, productLoop, 'isFine');
}

/**
 * The running sums along an axis, y_j = x_0 + … + x_j, in the shape and dtype of `a`. The sums are in
 * float64. Throws a DTypeError for masks, an ArgumentError if the axis does not exist.
 *
 * @example cumulativeSum(wrap(Float32Array.of(1, 2, 3), [3]), 0); // 1 3 6
 */
export function cumulativeSum(a: NDArray, axis: number): NDArray {
  requireDType('cumulativeSum', a, 'numbers');
  const folded = fold(a.shape, normalizeAxis('cumulativeSum', axis, a.shape.length), 1);
  const y = allocate(sizeOf(a.shape), dtypeOf(a));
  cumulativeSumLoop(flat(a), y, folded);
  return wrap(y, a.shape);
}

function productLoop(x: TypedArray, y: TypedArray, { before, length, after }: Folded): void {
  for (let i = 0; i < before; i++) {
    for (let k = 0; k < after; k++) {
      const start = i * length * after + k;
      let product = 1;
      for (let j = 0; j < length; j++) product *= x[start + j * after] as number;
      y[i * after + k] = product;
    }
  }
}

function cumulativeSumLoop(x: TypedArray, y: TypedArray, { before, length, after }: Folded): void {
  for (let i = 0; i < before; i++) {
    for (let k = 0; k < after; k++) {
      const start = i * length * after + k;
      let running = 0;
      for (let j = 0; j < length; j++) {
        running += x[start + j * after] as number;
        y[start + j * after] = running;
      }
    }
  }
}
