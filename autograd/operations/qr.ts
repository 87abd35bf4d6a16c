/** The QR factorisation, batched and differentiable to any order. */
import * as lib from '../../lib/index.ts';
import { apply } from '../core/apply.ts';
import { toTensor } from '../core/plain.ts';
import { definePrimitive, none, type Primitive } from '../core/primitive.ts';
import type { ArrayType, Tensor } from '../core/tensor.ts';
import { add, addTerms, negate } from './addition.ts';
import { subtract } from './arithmetic.ts';
import { concatenate } from './joining.ts';
import { matmul } from './matmul.ts';
import { matrices } from './matrices.ts';
import { lowerTriangle } from './rearranging.ts';
import { swapLastAxes } from './reshaping.ts';
import { slice } from './slicing.ts';
import { triangularSolve } from './triangular.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    qr: None;
  }
}

// A [..., m, n] with m ≥ n. With C = Qᵀ·dA·R⁻¹ = Qᵀ·dQ + dR·R⁻¹: the first term is skew, the second upper
// triangular, so the lower triangle of C says both.
const qrPrimitive: Primitive<'qr'> = definePrimitive({
  name: 'qr',
  shape([a]) {
    const { shape, dtype } = matrices('qr', a as ArrayType);
    const n = shape.at(-1) as number;
    return [
      { shape, dtype },
      { shape: [...shape.slice(0, -2), n, n], dtype },
    ];
  },
  evaluate([a]) {
    const { q, r } = lib.qr(a as lib.NDArray);
    return [q, r];
  },
  forward([t], at) {
    if (!t) return [null, null];
    const [q, r] = [at.output(0), at.output(1)];
    const solved = timesInverse(t, r);
    const c = matmul(swapLastAxes(q), solved);
    const below = lowerTriangle(c, -1);
    const skew = subtract(below, swapLastAxes(below));
    const upper = subtract(c, skew);
    return [subtract(solved, matmul(q, upper)), matmul(upper, r)];
  },
  reverse: {
    needs: () => ({ outputs: [0, 1] }),
    pull([wq, wr], at) {
      const [q, r] = [at.output(0), at.output(1)];
      const m = addTerms([
        wr ? matmul(r, swapLastAxes(wr)) : null,
        wq ? negate(matmul(swapLastAxes(wq), q)) : null,
      ]);
      if (!m) return [null];
      const inner = matmul(q, mirrored(m));
      return [timesInverse(wq ? add(wq, inner) : inner, r, true)];
    },
  },
  batch: ([a]) => apply(qrPrimitive, [a as Tensor], none),
});

/**
 * A = Q·R for matrices [..., m, n], with k = min(m, n): the columns of Q [..., m, k] are orthonormal, and R
 * [..., k, n] is upper triangular. The signs on R's diagonal are those of LAPACK.
 *
 * @throws ShapeError or DTypeError unless these are matrices of floating-point numbers. The derivative throws
 * an ArgumentError where the first k columns are linearly dependent: there is none.
 * @example const { q, r } = qr(tensor([[3, 1], [4, 2]])); // r: [[-5, -2.2], [0, 0.4]]
 */
export function qr(a: Tensor): { readonly q: Tensor; readonly r: Tensor } {
  const input = toTensor('qr', a);
  const { shape } = matrices('qr', input);
  const [m, n] = shape.slice(-2) as [number, number];
  const everything = shape.slice(0, -1).map(() => null);
  const square = m < n ? slice(input, [...everything, [0, m]]) : input;
  const [q, r] = apply(qrPrimitive, [square], none) as [Tensor, Tensor];
  if (m >= n) return { q, r };
  const rest = matmul(swapLastAxes(q), slice(input, [...everything, [m, n]]));
  return { q, r: concatenate([r, rest], -1) };
}

/** x·R⁻¹, or x·R⁻ᵀ. */
function timesInverse(x: Tensor, r: Tensor, transposed = false): Tensor {
  try {
    return swapLastAxes(triangularSolve(r, swapLastAxes(x), { lower: false, transposed: !transposed }));
  } catch (error) {
    if (!(error instanceof lib.ArgumentError)) throw error;
    throw new lib.ArgumentError('qr: the columns are linearly dependent, and there is no derivative');
  }
}

/** The symmetric matrix with the lower triangle of x. */
function mirrored(x: Tensor): Tensor {
  return add(lowerTriangle(x), swapLastAxes(lowerTriangle(x, -1)));
}
