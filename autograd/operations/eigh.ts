/** Eigenvalues and eigenvectors of symmetric matrices, batched and differentiable to any order. */
import * as lib from '../../lib/index.ts';
import { apply } from '../core/apply.ts';
import { toTensor } from '../core/plain.ts';
import { definePrimitive, none, type Primitive } from '../core/primitive.ts';
import type { ArrayType, Tensor } from '../core/tensor.ts';
import { add, addTerms } from './addition.ts';
import { multiply } from './arithmetic.ts';
import { squareMatrices } from './linear-algebra.ts';
import { matmul } from './matmul.ts';
import { overGaps } from './matrices.ts';
import { diagonal, diagonalMatrix } from './rearranging.ts';
import { swapLastAxes } from './reshaping.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    eigh: None;
  }
}

// With M = Vᵀ·dA·V: dw_i = M_ii, and dV = V·X with X_ij = M_ij/(w_j − w_i).
const eighPrimitive: Primitive<'eigh'> = definePrimitive({
  name: 'eigh',
  shape([a]) {
    const { shape, dtype } = squareMatrices('eigh', a as ArrayType);
    return [
      { shape: shape.slice(0, -1), dtype },
      { shape, dtype },
    ];
  },
  evaluate([a]) {
    const { values, vectors } = lib.eigh(a as lib.NDArray);
    return [values, vectors];
  },
  forward([t], at) {
    if (!t) return [null, null];
    const [w, v] = [at.output(0), at.output(1)];
    const m = matmul(matmul(swapLastAxes(v), t), v);
    return [diagonal(m), matmul(v, overGaps(m, w))];
  },
  reverse: {
    needs: () => ({ outputs: [0, 1] }),
    pull([ofValues, ofVectors], at) {
      const [w, v] = [at.output(0), at.output(1)];
      const turned = ofVectors && overGaps(matmul(swapLastAxes(v), ofVectors), w);
      const inner = addTerms([ofValues ? diagonalMatrix(ofValues) : null, turned ?? null]);
      return [inner && matmul(matmul(v, inner), swapLastAxes(v))];
    },
  },
  batch: ([a]) => apply(eighPrimitive, [a as Tensor], none),
});

/**
 * (A + Aᵀ)/2 = V·diag(w)·Vᵀ for matrices A [..., n, n]: the eigenvalues w [..., n] in ascending order, and
 * eigenvectors of length 1, which are the columns of V [..., n, n]. Their signs are arbitrary.
 *
 * The eigenvalues have a derivative everywhere where it is unique, and so has what is symmetric in them: at
 * equal eigenvalues too, to first order. Eigenvectors of equal eigenvalues have none; what is derived from
 * them is NaN or ±∞ there, and so is the second derivative of the eigenvalues.
 *
 * @throws ShapeError unless the matrices are square.
 * @example eigh(tensor([[2, 1], [1, 2]])).values; // [1, 3]
 */
export function eigh(a: Tensor): { readonly values: Tensor; readonly vectors: Tensor } {
  const input = toTensor('eigh', a);
  squareMatrices('eigh', input);
  const symmetric = multiply(add(input, swapLastAxes(input)), 0.5);
  const [values, vectors] = apply(eighPrimitive, [symmetric], none) as [Tensor, Tensor];
  return { values, vectors };
}
