/** Pseudo-inverses and least squares, batched and differentiable to any order. */
import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { toTensor } from '../core/plain.ts';
import { definePrimitive, eachInput, type Primitive } from '../core/primitive.ts';
import type { ArrayType, Tensor } from '../core/tensor.ts';
import { addTerms, negate } from './addition.ts';
import { subtract } from './arithmetic.ts';
import { matmul } from './matmul.ts';
import { matrices } from './matrices.ts';
import { promoteOperands } from './operands.ts';
import { reshape, swapLastAxes } from './reshaping.ts';

export interface PinvOptions {
  /**
   * Singular values of at most this, times the largest, count as 0. By default it is the larger side of the
   * matrices times the distance from 1 to the next number of their dtype, as in `numpy.linalg.lstsq`.
   */
  readonly tolerance?: number;
}

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    pinv: PinvParams;
  }
}

interface PinvParams {
  readonly tolerance: number;
}

// dP = −P·dA·P + P·Pᵀ·dAᵀ·(I − A·P) + (I − P·A)·dAᵀ·Pᵀ·P, where the rank stays the same (Golub & Pereyra,
// "The differentiation of pseudo-inverses and nonlinear least squares problems", 1973).
const pinvPrimitive: Primitive<'pinv'> = definePrimitive({
  name: 'pinv',
  shape([a]) {
    const { shape, dtype } = matrices('pinv', a as ArrayType);
    const [m, n] = shape.slice(-2) as [number, number];
    return [{ shape: [...shape.slice(0, -2), n, m], dtype }];
  },
  evaluate: ([a], { tolerance }) => [lib.pinv(a as lib.NDArray, tolerance)],
  forward([t], at) {
    if (!t) return [null];
    const [a, p] = [at.input(0), at.output(0)];
    const [pt, tt] = [swapLastAxes(p), swapLastAxes(t)];
    const left = matmul(matmul(p, pt), tt);
    const right = matmul(tt, matmul(pt, p));
    return [
      addTerms([
        negate(matmul(matmul(p, t), p)),
        subtract(left, matmul(matmul(left, a), p)),
        subtract(right, matmul(p, matmul(a, right))),
      ]),
    ];
  },
  reverse: eachInput(() => ({
    needs: { inputs: [0], outputs: [0] },
    pull([w], at) {
      if (!w) return null;
      const [a, p] = [at.input(0), at.output(0)];
      const [pt, wt] = [swapLastAxes(p), swapLastAxes(w)];
      const left = matmul(wt, matmul(p, pt));
      const right = matmul(matmul(pt, p), wt);
      return addTerms([
        negate(matmul(matmul(pt, w), pt)),
        subtract(left, matmul(a, matmul(p, left))),
        subtract(right, matmul(matmul(right, p), a)),
      ]);
    },
  })),
  batch: ([a], _, __, params) => [applyOne(pinvPrimitive, [a as Tensor], params)],
});

/**
 * The pseudo-inverse A⁺ [..., n, m] of matrices [..., m, n] (Moore and Penrose), of any rank. The derivative
 * is that of matrices of the same rank: where the rank is not the full one there is no other.
 *
 * @throws ShapeError or DTypeError unless these are matrices of floating-point numbers; ArgumentError unless
 * the tolerance is a number ≥ 0.
 * @example pinv(tensor([[1], [1]])); // [[0.5, 0.5]]
 */
export function pinv(a: Tensor, options: PinvOptions = {}): Tensor {
  return pinvFor('pinv', toTensor('pinv', a), options);
}

/**
 * The x for which |A·x − b| is least, and among these the shortest: A⁺·b, for A [..., m, n] and b [m] or
 * [..., m, k]; x is [..., n] or [..., n, k]. Batches broadcast.
 *
 * @throws ShapeError if the lengths do not fit; otherwise as `pinv`.
 * @example leastSquares(tensor([[1, 0], [1, 1], [1, 2]]), tensor([1, 3, 5])); // [1, 2]
 */
export function leastSquares(a: Tensor, b: Tensor, options: PinvOptions = {}): Tensor {
  const [matrix, right] = promoteOperands('leastSquares', [a, b]) as [Tensor, Tensor];
  const { shape } = matrices('leastSquares', matrix);
  const isVector = right.rank === 1;
  if (right.shape.at(isVector ? 0 : -2) !== shape.at(-2)) {
    throw new lib.ShapeError(
      `leastSquares: wanted b of shape [${shape.at(-2)}] or [..., ${shape.at(-2)}, k] for A of shape ` +
        `${lib.formatShape(shape)}, got ${lib.formatShape(right.shape)}`,
    );
  }
  const inverse = pinvFor('leastSquares', matrix, options);
  if (!isVector) return matmul(inverse, right);
  const column = matmul(inverse, reshape(right, [right.size, 1]));
  return reshape(column, column.shape.slice(0, -1));
}

function pinvFor(operation: string, a: Tensor, options: PinvOptions): Tensor {
  const { shape, dtype } = matrices(operation, a);
  const epsilon = dtype === 'float64' ? Number.EPSILON : 2 ** -23;
  const usual = Math.max(...shape.slice(-2)) * epsilon;
  const { tolerance } = lib.completeOptions(operation, { tolerance: usual }, options);
  if (!(tolerance >= 0))
    throw new lib.ArgumentError(`${operation}: wanted a tolerance ≥ 0, got ${lib.describe(tolerance)}`);
  return applyOne(pinvPrimitive, [a], { tolerance });
}
