import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { toTensor } from '../core/plain.ts';
import { none } from '../core/primitive.ts';
import type { ArrayType, Operand, Tensor } from '../core/tensor.ts';
import { broadcastTo } from './broadcasting.ts';
import { elementwise, using } from './elementwise.ts';
import { promoteOperands } from './operands.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    where: None;
  }
}

const wherePrimitive = elementwise(
  'where',
  ([mask, x, y]) => lib.where(mask as lib.NDArray, x as lib.NDArray, y as lib.NDArray),
  [
    0,
    using({ inputs: [0] }, (t, at) => where(at.input(0), t, 0)),
    using({ inputs: [0] }, (t, at) => where(at.input(0), 0, t)),
  ],
  typeOfChoice,
);

/**
 * x where the mask is true, y elsewhere, of any dtype; the three are broadcast against each other.
 *
 * Both sides are evaluated everywhere. If the side not taken has an infinite derivative there (√x or log x at
 * 0), 0·∞ makes a NaN. Then guard its argument as well, by the "double where":
 * @example where(greater(x, 0), sqrt(where(greater(x, 0), x, 1)), 0);
 */
export function where(mask: Tensor, x: Operand, y: Operand): Tensor {
  const condition = toTensor('where', mask);
  const [a, b] = promoteOperands('where', [x, y]) as [Tensor, Tensor];
  const shape = lib.broadcastShapes('where', condition.shape, a.shape, b.shape);
  return applyOne(
    wherePrimitive,
    [condition, a, b].map((input) => broadcastTo(input, shape)),
    none,
  );
}

function typeOfChoice(name: string, [mask, x, y]: readonly ArrayType[]): ArrayType {
  if (mask?.dtype !== 'bool') {
    throw new lib.DTypeError(
      `${name}: wanted a mask (bool) first, got ${mask?.dtype}; compare it with something first`,
    );
  }
  const { shape, dtype } = x as ArrayType;
  if (y?.dtype === dtype) return { shape, dtype };
  throw new lib.DTypeError(`${name}: wanted one dtype, got ${dtype} and ${y?.dtype}; cast one of them`);
}
