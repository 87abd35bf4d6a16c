/** Arrays from numbers. */
import { type NDArray, wrap } from './array.ts';
import { allocate, type DType } from './dtype.ts';
import { ArgumentError } from './errors.ts';
import { elementOf } from './nested.ts';
import { checkShape, type Shape, sizeOf } from './shape.ts';

/**
 * An array whose elements are all `value`. Throws an `ArgumentError`, with the name of the operation, for a
 * bad shape, or a value that the dtype does not hold.
 * @example full([2, 2], 1, 'float32');
 */
export function full(shape: Shape, value: number, dtype: DType, operation = 'full'): NDArray {
  checkShape(operation, shape);
  const data = allocate(sizeOf(shape), dtype, operation);
  if (!Object.is(value, 0)) data.fill(elementOf(operation, value, dtype));
  return wrap(data, shape);
}

/**
 * The numbers start, start + step, … below stop (above it if step < 0), as [n]. Throws an `ArgumentError` if
 * step is 0, or if the dtype does not hold a number.
 * @example arange(0, 5, 2, 'int32'); // 0 2 4
 */
export function arange(start: number, stop: number, step: number, dtype: DType): NDArray {
  const size = Math.max(0, Math.ceil((stop - start) / step));
  if (step === 0 || !Number.isFinite(size)) {
    throw new ArgumentError(`arange: cannot go from ${start} to ${stop} in steps of ${step}`);
  }
  const data = allocate(size, dtype, 'arange');
  for (let i = 0; i < size; i++) data[i] = elementOf('arange', start + i * step, dtype);
  return wrap(data, [size]);
}

/**
 * `count` equally spaced numbers from start to stop, both included, as [count]. Throws an `ArgumentError` if
 * the dtype does not hold a number.
 * @example linspace(0, 1, 3, 'float32'); // 0 0.5 1
 */
export function linspace(start: number, stop: number, count: number, dtype: DType): NDArray {
  checkShape('linspace', [count]);
  const data = allocate(count, dtype, 'linspace');
  const step = (stop - start) / (count - 1);
  for (let i = 0; i < count; i++) {
    const value = i === 0 ? start : i === count - 1 ? stop : start + i * step;
    data[i] = elementOf('linspace', value, dtype);
  }
  return wrap(data, [count]);
}

/** The identity matrix, [n, n]. @example eye(2, 'float32'); */
export function eye(n: number, dtype: DType): NDArray {
  checkShape('eye', [n]);
  const data = allocate(n * n, dtype, 'eye');
  for (let i = 0; i < n; i++) data[i * n + i] = 1;
  return wrap(data, [n, n]);
}
