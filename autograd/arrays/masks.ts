/** Questions about all entries. The answers are constants for every derivative. */
import { DTypeError } from '../../lib/index.ts';
import { toTensor } from '../core/plain.ts';
import type { Tensor } from '../core/tensor.ts';
import { cast } from '../operations/cast.ts';
import { equal, greater, logicalNot, notEqual } from '../operations/comparisons.ts';
import { type ReductionOptions, reduction, sum } from '../operations/reductions.ts';

/**
 * Whether any entry of a mask is true over the given axes; false if there are no entries.
 * @throws DTypeError unless x is a mask.
 * @example any(greater(x, 0), { axes: 1 });
 */
export function any(mask: Tensor, options: ReductionOptions = {}): Tensor {
  return greater(count('any', requireMask('any', mask), options), 0);
}

/**
 * Whether all entries of a mask are true over the given axes; true if there are no entries.
 * @throws DTypeError unless x is a mask.
 * @example all(greater(tensor([1, 2]), 0)).item(); // 1
 */
export function all(mask: Tensor, options: ReductionOptions = {}): Tensor {
  return equal(count('all', logicalNot(requireMask('all', mask)), options), 0);
}

/**
 * How many entries are not 0 (of a mask: true) over the given axes, int32.
 * @example countNonzero(tensor([0, 2, 3])).item(); // 2
 */
export function countNonzero(x: Tensor, options: ReductionOptions = {}): Tensor {
  const input = toTensor('countNonzero', x);
  const mask = input.dtype === 'bool' ? input : notEqual(input, 0);
  return cast(count('countNonzero', mask, options), 'int32');
}

function requireMask(operation: string, x: Tensor): Tensor {
  const mask = toTensor(operation, x);
  if (mask.dtype !== 'bool')
    throw new DTypeError(
      `${operation}: wanted a mask (bool), got ${mask.dtype}; compare it with something first`,
    );
  return mask;
}

/** In float64, which counts every number of entries exactly. */
function count(operation: string, mask: Tensor, options: ReductionOptions): Tensor {
  const { input, axes, keepDims } = reduction(operation, cast(mask, 'float64'), options);
  return sum(input, { axes, keepDims });
}
