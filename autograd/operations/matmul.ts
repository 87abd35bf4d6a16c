import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { definePrimitive, eachInput, type None, none, type Primitive } from '../core/primitive.ts';
import type { ArrayType, Tensor } from '../core/tensor.ts';
import { addTerms } from './addition.ts';
import { broadcastTo } from './broadcasting.ts';
import { batchAll, promoteOperands } from './operands.ts';
import { reshape, swapLastAxes } from './reshaping.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    matmul: None;
  }
}

// On batches of matrices, [...batch, m, k] × [...batch, k, n], of one dtype and one batch shape. `matmul`
// brings its operands to that form.
const matmulPrimitive: Primitive<'matmul'> = definePrimitive({
  name: 'matmul',
  shape([a, b]) {
    const [left, right] = [a as ArrayType, b as ArrayType];
    if (!lib.isFloating(left.dtype)) {
      throw new lib.DTypeError(`matmul: wanted float32 or float64, got ${left.dtype}; cast it first`);
    }
    return [{ shape: [...left.shape.slice(0, -1), right.shape.at(-1) as number], dtype: left.dtype }];
  },
  evaluate: ([a, b]) => [lib.matmul(a as lib.NDArray, b as lib.NDArray)],
  forward: ([ta, tb], at) => [
    addTerms([ta ? product(ta, at.input(1)) : null, tb ? product(at.input(0), tb) : null]),
  ],
  reverse: eachInput((input) =>
    input === 0
      ? { needs: { inputs: [1] }, pull: ([w], at) => (w ? product(w, swapLastAxes(at.input(1))) : null) }
      : { needs: { inputs: [0] }, pull: ([w], at) => (w ? product(swapLastAxes(at.input(0)), w) : null) },
  ),
  batch: (inputs, batched, size) => {
    const [a, b] = inputs as [Tensor, Tensor];
    // Many left matrices times one right matrix: `matmul` folds them into one product.
    if (batched[0] && !batched[1] && b.rank === 2) return [matmul(a, b)];
    const [left, right] = batchAll(inputs, batched, size) as [Tensor, Tensor];
    return [product(left, right)];
  },
});

function product(a: Tensor, b: Tensor): Tensor {
  return applyOne(matmulPrimitive, [a, b], none);
}

/**
 * The matrix product, by numpy's rules: [m, k] × [k, n] → [m, n]. Leading axes are batches and are broadcast.
 * A vector is a row on the left and a column on the right; the result lacks that axis. float32 or float64.
 *
 * @throws ShapeError if the inner lengths differ or the batches do not broadcast.
 * @example matmul(tensor([[1, 2]]), tensor([[3], [4]])); // [[11]]
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const [left, right] = promoteOperands('matmul', [a, b]) as [Tensor, Tensor];
  requireProduct(left, right);
  if (left.rank === 1)
    return dropAxis(matmul(reshape(left, [1, left.size]), right), right.rank === 1 ? -1 : -2);
  if (right.rank === 1) return dropAxis(matmul(left, reshape(right, [right.size, 1])), -1);
  if (left.rank > 2 && right.rank === 2) return foldBatch(left, right);
  const batch = lib.broadcastShapes('matmul', left.shape.slice(0, -2), right.shape.slice(0, -2));
  return product(
    broadcastTo(left, [...batch, ...left.shape.slice(-2)]),
    broadcastTo(right, [...batch, ...right.shape.slice(-2)]),
  );
}

/** A batch of matrices times one matrix, as one product of a taller matrix; so are its derivatives. */
function foldBatch(left: Tensor, right: Tensor): Tensor {
  const inner = left.shape.at(-1) as number;
  const rows = lib.sizeOf(left.shape.slice(0, -1));
  return reshape(product(reshape(left, [rows, inner]), right), [
    ...left.shape.slice(0, -1),
    right.shape[1] as number,
  ]);
}

function dropAxis(x: Tensor, axis: -1 | -2): Tensor {
  return reshape(
    x,
    x.shape.filter((_, i) => i !== x.rank + axis),
  );
}

function requireProduct(left: Tensor, right: Tensor): void {
  if (left.rank === 0 || right.rank === 0) {
    const shapes = `${lib.formatShape(left.shape)} and ${lib.formatShape(right.shape)}`;
    throw new lib.ShapeError(
      `matmul: wanted vectors, matrices or batches of matrices, got ${shapes}; multiply() scales`,
    );
  }
  lib.requireInnerLength(left.shape, right.shape);
}
