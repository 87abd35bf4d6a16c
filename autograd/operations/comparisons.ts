/** Masks: comparisons of numbers, and logic on their results. They are constants for every derivative. */
import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { toTensor } from '../core/plain.ts';
import { none, type PlainName } from '../core/primitive.ts';
import type { ArrayType, Operand, Tensor } from '../core/tensor.ts';
import { elementwise } from './elementwise.ts';
import { broadcastOperands } from './operands.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    less: None;
    lessEqual: None;
    greater: None;
    greaterEqual: None;
    equal: None;
    notEqual: None;
    logicalAnd: None;
    logicalOr: None;
    logicalNot: None;
  }
}

/** x < y, elementwise with broadcasting: a mask. @example less(tensor([1, 3]), 2); // [true, false] */
export const less = comparison('less', lib.less);
/** x ≤ y, elementwise with broadcasting: a mask. @example lessEqual(tensor([1, 3]), 1); // [true, false] */
export const lessEqual = comparison('lessEqual', lib.lessEqual);
/** x > y, elementwise with broadcasting: a mask. @example greater(tensor([1, 3]), 2); // [false, true] */
export const greater = comparison('greater', lib.greater);
/**
 * x ≥ y, elementwise with broadcasting: a mask.
 * @example greaterEqual(tensor([1, 3]), 3); // [false, true]
 */
export const greaterEqual = comparison('greaterEqual', lib.greaterEqual);
/**
 * x = y, elementwise with broadcasting: a mask; false where either is NaN.
 * @example equal(tensor([1, 3]), 3); // [false, true]
 */
export const equal = comparison('equal', lib.equal);
/** x ≠ y, elementwise with broadcasting: a mask. @example notEqual(tensor([1, 3]), 3); // [true, false] */
export const notEqual = comparison('notEqual', lib.notEqual);

/**
 * Whether both masks are true, elementwise with broadcasting.
 * @throws DTypeError unless both are masks (bool).
 * @example logicalAnd(greater(x, 0), less(x, 1));
 */
export const logicalAnd = logic('logicalAnd', lib.logicalAnd);
/**
 * Whether one mask or both are true, elementwise with broadcasting.
 * @throws DTypeError unless both are masks (bool).
 * @example logicalOr(less(x, 0), greater(x, 1));
 */
export const logicalOr = logic('logicalOr', lib.logicalOr);

const logicalNotPrimitive = elementwise(
  'logicalNot',
  ([x]) => lib.logicalNot(x as lib.NDArray),
  [0],
  maskOfMasks,
);
/**
 * The opposite mask, elementwise.
 * @throws DTypeError unless x is a mask (bool).
 * @example logicalNot(greater(x, 0));
 */
export function logicalNot(x: Tensor): Tensor {
  return applyOne(logicalNotPrimitive, [toTensor('logicalNot', x)], none);
}

function comparison(name: PlainName, value: (x: lib.NDArray, y: lib.NDArray) => lib.NDArray) {
  const primitive = elementwise(
    name,
    ([x, y]) => value(x as lib.NDArray, y as lib.NDArray),
    [0, 0],
    (_, [x]) => ({
      shape: (x as ArrayType).shape,
      dtype: 'bool',
    }),
  );
  return (x: Operand, y: Operand): Tensor => applyOne(primitive, broadcastOperands(name, x, y), none);
}

function logic(name: PlainName, value: (x: lib.NDArray, y: lib.NDArray) => lib.NDArray) {
  const primitive = elementwise(
    name,
    ([x, y]) => value(x as lib.NDArray, y as lib.NDArray),
    [0, 0],
    maskOfMasks,
  );
  return (x: Exclude<Operand, number>, y: Exclude<Operand, number>): Tensor =>
    applyOne(primitive, broadcastOperands(name, x, y), none);
}

function maskOfMasks(name: string, inputs: readonly ArrayType[]): ArrayType {
  const wrong = inputs.find((x) => x.dtype !== 'bool');
  if (wrong)
    throw new lib.DTypeError(
      `${name}: wanted masks (bool), got ${wrong.dtype}; compare it with something first`,
    );
  return { shape: (inputs[0] as ArrayType).shape, dtype: 'bool' };
}
