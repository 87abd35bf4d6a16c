/** The singular value decomposition, batched and differentiable to any order. */
import * as lib from '../../lib/index.ts';
import { apply } from '../core/apply.ts';
import { toTensor } from '../core/plain.ts';
import { definePrimitive, none, type Primitive } from '../core/primitive.ts';
import type { ArrayType, MaybeZero, Tensor } from '../core/tensor.ts';
import { add, addTerms } from './addition.ts';
import { divide, multiply, square, subtract } from './arithmetic.ts';
import { matmul } from './matmul.ts';
import { asRow, matrices, overGaps } from './matrices.ts';
import { diagonal, diagonalMatrix } from './rearranging.ts';
import { swapLastAxes } from './reshaping.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    svd: None;
  }
}

// With P = Uᵀ·dA·V: ds_i = P_ii, dU = U·X + (I − U·Uᵀ)·dA·V·S⁻¹, and dV from dAᵀ in the same way, where
// X_ij = (P·S + S·Pᵀ)_ij/(s_j² − s_i²) (J. Townsend, "Differentiating the singular value decomposition",
// 2016).
const svdPrimitive: Primitive<'svd'> = definePrimitive({
  name: 'svd',
  shape([a]) {
    const { shape, dtype } = matrices('svd', a as ArrayType);
    const batch = shape.slice(0, -2);
    const [m, n] = shape.slice(-2) as [number, number];
    const k = Math.min(m, n);
    return [
      [...batch, m, k],
      [...batch, k],
      [...batch, n, k],
    ].map((of) => ({ shape: of, dtype }));
  },
  evaluate([a]) {
    const { u, s, v } = lib.svd(a as lib.NDArray);
    return [u, s, v];
  },
  forward([t], at) {
    if (!t) return [null, null, null];
    const [u, s, v] = [at.output(0), at.output(1), at.output(2)];
    const p = matmul(matmul(swapLastAxes(u), t), v);
    return [
      pushVectors(u, s, p, matmul(t, v)),
      diagonal(p),
      pushVectors(v, s, swapLastAxes(p), matmul(swapLastAxes(t), u)),
    ];
  },
  reverse: {
    needs: () => ({ outputs: [0, 1, 2] }),
    pull([wu, ws, wv], at) {
      const [u, s, v] = [at.output(0), at.output(1), at.output(2)];
      const [ofU, ofV] = [wu && pullVectors(u, s, wu), wv && pullVectors(v, s, wv)];
      const inner = addTerms([
        ws ? diagonalMatrix(ws) : null,
        ofU?.inner ?? null,
        ofV ? swapLastAxes(ofV.inner) : null,
      ]);
      const terms = [
        inner && matmul(matmul(u, inner), swapLastAxes(v)),
        ofU?.outer ? matmul(ofU.outer, swapLastAxes(v)) : null,
        ofV?.outer ? matmul(u, swapLastAxes(ofV.outer)) : null,
      ];
      return [addTerms(terms)];
    },
  },
  batch: ([a]) => apply(svdPrimitive, [a as Tensor], none),
});

/** dU, from P and dA·V. */
function pushVectors(u: Tensor, s: Tensor, p: Tensor, moved: Tensor): Tensor {
  const scaled = multiply(p, asRow(s));
  const within = matmul(u, overGaps(add(scaled, swapLastAxes(scaled)), square(s)));
  return addTerms([within, outside(u, s, moved)]) as Tensor;
}

/** The transpose of `pushVectors`: what it gives to P, and to dA·V. */
function pullVectors(u: Tensor, s: Tensor, w: Tensor): { readonly inner: Tensor; readonly outer: MaybeZero } {
  const x = overGaps(matmul(swapLastAxes(u), w), square(s));
  return { inner: multiply(add(x, swapLastAxes(x)), asRow(s)), outer: outside(u, s, w) };
}

/** (I − U·Uᵀ)·x·S⁻¹; null where U is square, and all of x is inside. */
function outside(u: Tensor, s: Tensor, x: Tensor): MaybeZero {
  if (u.shape.at(-1) === u.shape.at(-2)) return null;
  return divide(subtract(x, matmul(u, matmul(swapLastAxes(u), x))), asRow(s));
}

/**
 * A = U·diag(s)·Vᵀ for matrices A [..., m, n], with k = min(m, n): the columns of U [..., m, k] and of V
 * [..., n, k] are orthonormal; the singular values s [..., k] are not negative and descend. The signs of the
 * columns are arbitrary.
 *
 * What is symmetric in the singular values has a derivative at equal ones too, to first order. Singular
 * vectors of equal singular values have none, nor have, unless A is square, those of the singular value 0:
 * what is derived from them is NaN or ±∞, and so is the second derivative of the singular values.
 *
 * @throws ShapeError or DTypeError unless these are matrices of floating-point numbers.
 * @example svd(tensor([[3, 0], [0, -4]])).s; // [4, 3]
 */
export function svd(a: Tensor): { readonly u: Tensor; readonly s: Tensor; readonly v: Tensor } {
  const input = toTensor('svd', a);
  matrices('svd', input);
  const [u, s, v] = apply(svdPrimitive, [input], none) as [Tensor, Tensor, Tensor];
  return { u, s, v };
}
