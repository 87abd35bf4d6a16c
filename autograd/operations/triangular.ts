/** Triangular systems and the Cholesky factorisation, batched and differentiable to any order. */
import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { toTensor } from '../core/plain.ts';
import { definePrimitive, eachInput, none, type Primitive } from '../core/primitive.ts';
import type { ArrayType, Tensor } from '../core/tensor.ts';
import { add, addTerms, negate } from './addition.ts';
import { multiply, subtract } from './arithmetic.ts';
import { broadcastTo } from './broadcasting.ts';
import { matmul } from './matmul.ts';
import { batchAll, promoteOperands, sameFloating } from './operands.ts';
import { diagonal, diagonalMatrix, lowerTriangle, upperTriangle } from './rearranging.ts';
import { reshape, swapLastAxes } from './reshaping.ts';

/** Which triangle of A is read (by default the lower), and whether to solve with Aᵀ (by default not). */
export interface TriangularOptions {
  readonly lower?: boolean;
  readonly transposed?: boolean;
}

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    triangularSolve: Required<TriangularOptions>;
    cholesky: None;
  }
}

const triangularPrimitive: Primitive<'triangularSolve'> = definePrimitive({
  name: 'triangularSolve',
  shape: ([, b]) => [b as ArrayType],
  evaluate: ([a, b], params) => [
    lib.triangularSolve(a as lib.NDArray, b as lib.NDArray, { ...params, unit: false }),
  ],
  forward([ta, tb], at) {
    const { lower, transposed } = at.params;
    const moved =
      ta &&
      negate(matmul(transposed ? swapLastAxes(triangle(ta, lower)) : triangle(ta, lower), at.output(0)));
    const right = addTerms([tb ?? null, moved ?? null]);
    return [right && applyOne(triangularPrimitive, [at.input(0), right], at.params)];
  },
  reverse: {
    needs: ([ofA]) => ({ inputs: [0], outputs: ofA ? [0] : [] }),
    pull([w], at, [ofA]) {
      if (!w) return [];
      const { lower, transposed } = at.params;
      const v = applyOne(triangularPrimitive, [at.input(0), w], { lower, transposed: !transposed });
      if (!ofA) return [null, v];
      const x = at.output(0);
      return [
        negate(triangle(transposed ? matmul(x, swapLastAxes(v)) : matmul(v, swapLastAxes(x)), lower)),
        v,
      ];
    },
  },
  batch: (inputs, batched, size, params) => [
    applyOne(triangularPrimitive, batchAll(inputs, batched, size), params),
  ],
});

// For a symmetric A = L·Lᵀ: L⁻¹·dA·L⁻ᵀ = L⁻¹·dL + (L⁻¹·dL)ᵀ, where L⁻¹·dL is lower triangular.
const choleskyPrimitive: Primitive<'cholesky'> = definePrimitive({
  name: 'cholesky',
  shape: ([a]) => [a as ArrayType],
  evaluate: ([a]) => [lib.cholesky(a as lib.NDArray)],
  forward([t], at) {
    if (!t) return [null];
    const l = at.output(0);
    const half = triangularSolve(l, t);
    return [matmul(l, lowerHalf(triangularSolve(l, swapLastAxes(half))))];
  },
  reverse: eachInput(() => ({
    needs: { outputs: [0] },
    pull([w], at) {
      if (!w) return null;
      const l = at.output(0);
      const inner = lowerHalf(matmul(swapLastAxes(l), w));
      const left = triangularSolve(l, inner, { transposed: true });
      // Whether this or its transpose: `cholesky` makes its argument symmetric, and so the gradient.
      return triangularSolve(l, swapLastAxes(left), { transposed: true });
    },
  })),
  batch: ([a]) => [applyOne(choleskyPrimitive, [a as Tensor], none)],
});

/**
 * x with A·x = b, reading one triangle of A [..., n, n]; b and x [n] or [..., n, k]. Batches broadcast.
 * @throws ArgumentError if there is a 0 on the diagonal, ShapeError if the lengths do not fit.
 * @example triangularSolve(tensor([[2, 0], [1, 1]]), tensor([2, 3])); // [1, 2]
 */
export function triangularSolve(a: Tensor, b: Tensor, options: TriangularOptions = {}): Tensor {
  const params = lib.completeOptions('triangularSolve', { lower: true, transposed: false }, options);
  const [matrix, right] = promoteOperands('triangularSolve', [a, b]) as [Tensor, Tensor];
  const n = matrix.shape.at(-1);
  if (
    matrix.rank < 2 ||
    matrix.shape.at(-2) !== n ||
    right.rank < 1 ||
    right.shape.at(right.rank === 1 ? 0 : -2) !== n
  ) {
    throw new lib.ShapeError(
      `triangularSolve: wanted A [..., n, n] and b [n] or [..., n, k], got ${lib.formatShape(matrix.shape)} and ${lib.formatShape(right.shape)}`,
    );
  }
  if (right.rank === 1) {
    const column = triangularSolve(matrix, reshape(right, [right.size, 1]), options);
    return reshape(column, column.shape.slice(0, -1));
  }
  const batch = lib.broadcastShapes('triangularSolve', matrix.shape.slice(0, -2), right.shape.slice(0, -2));
  const operands = [matrix, right].map((x) => broadcastTo(x, [...batch, ...x.shape.slice(-2)]));
  return applyOne(triangularPrimitive, operands, params);
}

/**
 * The lower triangular L with L·Lᵀ = (A + Aᵀ)/2, for positive definite matrices A [..., n, n].
 * @throws ArgumentError if A is not positive definite.
 * @example cholesky(tensor([[4, 2], [2, 5]])); // [[2, 0], [1, 2]]
 */
export function cholesky(matrices: Tensor): Tensor {
  const a = toTensor('cholesky', matrices);
  sameFloating('cholesky', [a]);
  if (a.rank < 2 || a.shape.at(-1) !== a.shape.at(-2)) {
    throw new lib.ShapeError(
      `cholesky: wanted square matrices [..., n, n], got shape ${lib.formatShape(a.shape)}`,
    );
  }
  return applyOne(choleskyPrimitive, [symmetric(a)], none);
}

function triangle(x: Tensor, lower: boolean): Tensor {
  return lower ? lowerTriangle(x) : upperTriangle(x);
}

/** The lower triangle with half the diagonal: H with H + Hᵀ = x, for a symmetric x. */
function lowerHalf(x: Tensor): Tensor {
  return subtract(lowerTriangle(x), diagonalMatrix(multiply(diagonal(x), 0.5)));
}

function symmetric(x: Tensor): Tensor {
  return multiply(add(x, swapLastAxes(x)), 0.5);
}
