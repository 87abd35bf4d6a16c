/**
 * Comparisons, whose results are masks (bool), and operations on masks. Both operands have one shape and one
 * dtype: otherwise a function throws a ShapeError or a DTypeError. The operands may be views. The result is a
 * new contiguous array of the same shape.
 */
import { dtypeOf, flat, type NDArray, wrap } from '../array.ts';
import { allocate, type TypedArray } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { requireDType, requireSameType } from '../requirements.ts';
import { formatShape, sameShape } from '../shape.ts';
import { type BinaryOperation, binary, unary } from './declare.ts';
import { ops } from './ops.ts';
import { selectInSimd, withSimdComparison } from './simd/index.ts';

// A comparison with NaN gives false; only notEqual gives true.

/**
 * Whether a < b, for float32, float64, int32 or uint32.
 * @example less(a, b); // [1, 2] and [2, 2] → [true, false]
 */
export const less = withSimdComparison('less', binary('less', ops.lt, 'numbers', 'bool'));
/**
 * Whether a ≤ b, for float32, float64, int32 or uint32.
 * @example lessEqual(a, b); // [1, 2] and [2, 2] → [true, true]
 */
export const lessEqual = withSimdComparison('lessEqual', binary('lessEqual', ops.leq, 'numbers', 'bool'));
/**
 * Whether a > b, for float32, float64, int32 or uint32.
 * @example greater(a, b); // [3, 2] and [2, 2] → [true, false]
 */
export const greater = withSimdComparison('greater', binary('greater', ops.gt, 'numbers', 'bool'));
/**
 * Whether a ≥ b, for float32, float64, int32 or uint32.
 * @example greaterEqual(a, b); // [3, 2] and [2, 2] → [true, true]
 */
export const greaterEqual = withSimdComparison(
  'greaterEqual',
  binary('greaterEqual', ops.geq, 'numbers', 'bool'),
);
/**
 * Whether a = b, for any dtype. NaN equals nothing, and 0 equals −0. Masks are equal if both are true or
 * false.
 * @example equal(a, b); // [1, 2] and [2, 2] → [false, true]
 */
export const equal = ofTruths(withSimdComparison('equal', binary('equal', ops.eq, 'anything', 'bool')));
/**
 * Whether a ≠ b, for any dtype.
 * @example notEqual(a, b); // [1, 2] and [2, 2] → [true, false]
 */
export const notEqual = ofTruths(
  withSimdComparison('notEqual', binary('notEqual', ops.neq, 'anything', 'bool')),
);

/**
 * Whether the mask is false. In masks, any byte but 0 is true; the results here have 0 and 1 only.
 * @example logicalNot(a); // [true, false] → [false, true]
 */
export const logicalNot = unary('logicalNot', ops.not, 'masks');
/**
 * Whether both masks are true.
 * @example logicalAnd(a, b); // [true, true] and [true, false] → [true, false]
 */
export const logicalAnd = binary('logicalAnd', oneWhereTrue(ops.and), 'masks');
/**
 * Whether at least one of the masks is true.
 * @example logicalOr(a, b); // [true, false] and [false, false] → [true, false]
 */
export const logicalOr = binary('logicalOr', oneWhereTrue(ops.or), 'masks');

/**
 * Takes `a` where the mask is true and `b` elsewhere. Throws a ShapeError unless all three shapes are equal,
 * a DTypeError unless the mask is bool and `a` and `b` have one dtype.
 *
 * @example where(less(a, b), a, b);
 */
export function where(mask: NDArray, a: NDArray, b: NDArray): NDArray {
  requireDType('where', mask, 'masks');
  requireSameType('where', a, b);
  if (!sameShape(mask.shape, a.shape)) {
    throw new ShapeError(
      `where: wanted equal shapes, got ${formatShape(mask.shape)} and ${formatShape(a.shape)}`,
    );
  }
  const inSimd = selectInSimd(mask, a, b);
  if (inSimd) return inSimd;
  const [condition, yes, no] = [flat(mask), valuesOf(a), valuesOf(b)];
  const result = allocate(condition.length, dtypeOf(a));
  for (let i = 0; i < result.length; i++) {
    result[i] = (condition[i] !== 0 ? yes.data[i * yes.step] : no.data[i * no.step]) as number;
  }
  return wrap(result, a.shape);
}

/** Makes 1 of the true bytes of a result, which `&&` and `||` take from their operands. */
function oneWhereTrue(operation: typeof ops.and): typeof ops.and {
  return (out, a, b) => {
    operation(out, a, b);
    const y = flat(out);
    for (let i = 0; i < y.length; i++) y[i] = y[i] === 0 ? 0 : 1;
  };
}

/** Compares masks by what they mean, not by their bytes. */
function ofTruths(compare: BinaryOperation): BinaryOperation {
  return (a, b) =>
    a?.data instanceof Uint8Array && b?.data instanceof Uint8Array
      ? compare(logicalNot(a), logicalNot(b))
      : compare(a, b);
}

/** The values in row-major order; for a view that repeats one number, that number with step 0, uncopied. */
function valuesOf(a: NDArray): { readonly data: TypedArray; readonly step: 0 | 1 } {
  const isOneNumber = a.size > 0 && a.stride.every((stride, axis) => stride === 0 || a.shape[axis] === 1);
  return isOneNumber
    ? { data: a.data.subarray(a.offset, a.offset + 1), step: 0 }
    : { data: flat(a), step: 1 };
}
