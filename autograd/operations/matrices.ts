/** What the factorisations of matrices share. */
import * as lib from '../../lib/index.ts';
import { plain } from '../core/plain.ts';
import type { ArrayType, Tensor } from '../core/tensor.ts';
import { add } from './addition.ts';
import { divide, subtract } from './arithmetic.ts';
import { equal } from './comparisons.ts';
import { sameFloating } from './operands.ts';
import { reshape } from './reshaping.ts';
import { where } from './selection.ts';

/** The type of matrices [..., m, n]; ShapeError or DTypeError for any other. */
export function matrices(operation: string, a: ArrayType): ArrayType {
  if (a.shape.length < 2)
    throw new lib.ShapeError(
      `${operation}: wanted matrices [..., m, n], got shape ${lib.formatShape(a.shape)}`,
    );
  return sameFloating(operation, [a]);
}

/** [..., n] as rows [..., 1, n]: a product with it multiplies columns. */
export function asRow(d: Tensor): Tensor {
  return reshape(d, [...d.shape.slice(0, -1), 1, d.shape.at(-1) as number]);
}

/** x_ij/(d_j − d_i) where i ≠ j, and 0 where i = j. It is not finite where two entries of d are equal. */
export function overGaps(x: Tensor, d: Tensor): Tensor {
  const identity = plain(lib.eye(d.shape.at(-1) as number, d.dtype));
  const gaps = subtract(asRow(d), reshape(d, [...d.shape, 1]));
  return where(equal(identity, 1), 0, divide(x, add(gaps, identity)));
}
