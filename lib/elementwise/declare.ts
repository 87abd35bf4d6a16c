/**
 * How we declare elementwise operations: by an operation of ndarray-ops, or by a loop of our own where
 * ndarray-ops has none.
 *
 * ndarray-ops compiles one loop for each combination of dtypes and memory orders. So V8 sees each loop with
 * one type only, and operands that are transposed or broadcast (stride 0) cost nothing extra. Each operation
 * has its own loop written out. A common loop that calls a function for each number would be slow, because V8
 * allocates every result of such a call on the heap.
 */
import { dtypeOf, flat, isRowMajor, type NDArray, wrap } from '../array.ts';
import { allocate, type DType } from '../dtype.ts';
import { type Accepted, type Floats, requireDType, requireSameType } from '../requirements.ts';
import { sizeOf } from '../shape.ts';

export type UnaryOperation = (a: NDArray) => NDArray;
export type BinaryOperation = (a: NDArray, b: NDArray) => NDArray;

/** An operation on floating-point numbers, by our own loop over the values in row-major order. */
export function unaryLoop(name: string, loop: (x: Floats, y: Floats) => void): UnaryOperation {
  return (a) => {
    requireDType(name, a, 'floating');
    const x = flat(a) as Floats;
    const y = allocate(x.length, dtypeOf(a)) as Floats;
    loop(x, y);
    return wrap(y, a.shape);
  };
}

/** An operation on one array, by ndarray-ops. */
export function unary(
  name: string,
  operation: (out: NDArray, a: NDArray) => unknown,
  accepted: Accepted = 'floating',
): UnaryOperation {
  return (a) => {
    requireDType(name, a, accepted);
    const out = wrap(allocate(sizeOf(a.shape), dtypeOf(a)), a.shape);
    const [y, x] = collapse(out, a) as [NDArray, NDArray];
    operation(y, x);
    return out;
  };
}

/** An operation on two arrays of one shape and dtype, by ndarray-ops. */
export function binary(
  name: string,
  operation: (out: NDArray, a: NDArray, b: NDArray) => unknown,
  accepted: Accepted = 'numbers',
  result?: DType,
): BinaryOperation {
  return (a, b) => {
    requireSameType(name, a, b);
    requireDType(name, a, accepted);
    const out = wrap(allocate(sizeOf(a.shape), result ?? dtypeOf(a)), a.shape);
    const [y, x1, x2] = collapse(out, a, b) as [NDArray, NDArray, NDArray];
    operation(y, x1, x2);
    return out;
  };
}

/** Makes one long axis of many if all arrays are row-major: short inner axes would start many loops. */
function collapse(...arrays: NDArray[]): NDArray[] {
  const rank = arrays[0]?.shape.length ?? 0;
  return rank > 2 && arrays.every(isRowMajor) ? arrays.map((a) => wrap(flat(a), [sizeOf(a.shape)])) : arrays;
}
