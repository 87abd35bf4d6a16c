/** Converts nested lists of JS numbers to arrays, and arrays to nested lists. */
import { flat, type NDArray, requireArray, wrap } from './array.ts';
import { allocate, type DType, dtypeOfData, isFloating } from './dtype.ts';
import { ArgumentError, describe, ShapeError } from './errors.ts';
import { formatShape, type Shape, sizeOf } from './shape.ts';

/** A number, or a list of lists … of numbers. Booleans count as 0 and 1. */
export type Nested = number | boolean | readonly Nested[];

/**
 * An array from nested lists.
 *
 * @throws ShapeError if the lists are ragged; ArgumentError for an element that is no number, or, for an
 * integer dtype, no integer in the range of that dtype.
 * @example
 * fromNested('tensor', [[1, 2], [3, 4]], 'float32').shape; // [2, 2]
 */
export function fromNested(operation: string, nested: Nested, dtype: DType): NDArray {
  const shape = shapeOf(operation, nested);
  const data = allocate(sizeOf(shape), dtype, operation);
  let next = 0;

  function fill(part: Nested, axis: number): void {
    const length = Array.isArray(part) ? part.length : undefined;
    if (length !== shape[axis]) {
      const found = length === undefined ? 'a number' : `a list of ${length}`;
      const wanted = axis < shape.length ? `a list of ${shape[axis]}` : 'a number';
      throw new ShapeError(
        `${operation}: the nested lists are ragged: wanted ${wanted} at depth ${axis}, got ${found}`,
      );
    }
    if (Array.isArray(part)) for (const child of part) fill(child, axis + 1);
    else data[next++] = elementOf(operation, part, dtype);
  }

  fill(nested, 0);
  return wrap(data, shape);
}

/** The values as nested lists; a number (or boolean) if the shape is `[]`. */
export function toNested(a: NDArray): Nested {
  requireArray('toNested', a);
  const data = flat(a);
  const isMask = dtypeOfData(data) === 'bool';
  let next = 0;

  function build(axis: number): Nested {
    if (axis < a.shape.length) return Array.from({ length: a.shape[axis] as number }, () => build(axis + 1));
    const value = data[next++] as number;
    return isMask ? value !== 0 : value;
  }

  return build(0);
}

/** Deeper lists would overflow the stack. */
const deepest = 1000;

/** The shape by the first element of every list. */
function shapeOf(operation: string, nested: Nested): Shape {
  const shape: number[] = [];
  let part: Nested | undefined = nested;
  while (Array.isArray(part)) {
    if (shape.length === deepest) {
      throw new ArgumentError(
        `${operation}: the lists are nested deeper than ${deepest} levels, or contain themselves`,
      );
    }
    shape.push(part.length);
    part = part[0];
  }
  return shape;
}

const ranges = { int32: [-(2 ** 31), 2 ** 31 - 1], uint32: [0, 2 ** 32 - 1], bool: [0, 1] } as const;

/**
 * The value as an element of that dtype. Throws an ArgumentError unless it is a number (or boolean) and, for
 * an integer dtype, an integer in the range of that dtype.
 */
export function elementOf(operation: string, value: unknown, dtype: DType): number {
  if (typeof value !== 'number' && typeof value !== 'boolean') {
    throw new ArgumentError(`${operation}: wanted numbers, got ${describe(value)}`);
  }
  const number = Number(value);
  if (isFloating(dtype)) return number;
  const [low, high] = ranges[dtype as keyof typeof ranges];
  if (Number.isInteger(number) && number >= low && number <= high) return number;
  throw new ArgumentError(
    `${operation}: ${number} is not a value of ${dtype} (integers in ${formatShape([low, high])})`,
  );
}
