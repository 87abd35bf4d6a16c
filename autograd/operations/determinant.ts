/** Determinants. Their derivatives are cofactors, which are finite where a matrix is singular. */
import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { plain, toTensor } from '../core/plain.ts';
import { definePrimitive, eachInput, none, type Primitive } from '../core/primitive.ts';
import type { ArrayType, Tensor } from '../core/tensor.ts';
import { addTerms, negate } from './addition.ts';
import { multiply, subtract } from './arithmetic.ts';
import { gather, scatterAdd } from './gathering.ts';
import { inverse, squareMatrices } from './linear-algebra.ts';
import { matmul } from './matmul.ts';
import { sum } from './reductions.ts';
import { moveAxis, reshape, swapLastAxes } from './reshaping.ts';
import { slice } from './slicing.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    determinant: None;
    cofactors: None;
  }
}

const determinantPrimitive: Primitive<'determinant'> = definePrimitive({
  name: 'determinant',
  shape([a]) {
    const { shape, dtype } = squareMatrices('determinant', a as ArrayType);
    return [{ shape: shape.slice(0, -2), dtype }];
  },
  evaluate: ([a]) => [lib.determinant(a as lib.NDArray)],
  // d det A = ⟨cofactors(A), dA⟩ (Jacobi's formula).
  forward: ([t], at) => [t ? innerProduct(cofactors(at.input(0)), t) : null],
  reverse: eachInput(() => ({
    needs: { inputs: [0] },
    pull: ([w], at) => (w ? multiply(asMatrices(w), cofactors(at.input(0))) : null),
  })),
  batch: ([a]) => [applyOne(determinantPrimitive, [a as Tensor], none)],
});

const cofactorsPrimitive: Primitive<'cofactors'> = definePrimitive({
  name: 'cofactors',
  shape: ([a]) => [squareMatrices('cofactors', a as ArrayType)],
  evaluate: ([a]) => [lib.cofactors(a as lib.NDArray)],
  forward: ([t], at) => [t ? pushCofactors(at.input(0), at.output(0), t) : null],
  reverse: eachInput(() => ({
    needs: { inputs: [0], outputs: [0] },
    pull: ([w], at) => (w ? pullCofactors(at.input(0), at.output(0), w) : null),
  })),
  batch: ([a]) => [applyOne(cofactorsPrimitive, [a as Tensor], none)],
});

/**
 * det A for matrices [..., n, n]: [...]. Up to 3×3 by minors, above by LU with complete pivoting. Its
 * derivative, the cofactors, is finite at singular matrices, too. So are its further derivatives up to 16×16.
 *
 * @throws ShapeError unless the matrices are square. Its second derivative throws an ArgumentError at a
 * singular matrix larger than 16×16.
 * @example determinant(tensor([[1, 2], [3, 4]])).item(); // -2
 */
export function determinant(matrices: Tensor): Tensor {
  const a = toTensor('determinant', matrices);
  const n = squareMatrices('determinant', a).shape.at(-1) as number;
  return n >= 1 && n <= 3 ? byMinors(a, n) : applyOne(determinantPrimitive, [a], none);
}

/** Laplace's expansion along the first row. */
function byMinors(a: Tensor, n: number): Tensor {
  const entry = (row: number, column: number) =>
    slice(a, [...a.shape.slice(0, -2).map(() => null), row, column]);
  const minor = (row: number, columns: readonly number[]): Tensor => {
    if (columns.length === 1) return entry(row, columns[0] as number);
    const terms = columns.map((column, i) => {
      const term = multiply(
        entry(row, column),
        minor(
          row + 1,
          columns.filter((other) => other !== column),
        ),
      );
      return i % 2 === 0 ? term : negate(term);
    });
    return addTerms(terms) as Tensor;
  };
  return minor(
    0,
    Array.from({ length: n }, (_, i) => i),
  );
}

/** The cofactors of matrices [..., n, n]: det A·A⁻ᵀ, continued to singular matrices. */
export function cofactors(a: Tensor): Tensor {
  return applyOne(cofactorsPrimitive, [a], none);
}

/** A cofactor's derivative needs all minors, n⁴ numbers: up to this n. Above we use the inverse. */
const largestByMinors = 16;

/** The derivative of the cofactors along t. A cofactor is ±1 times the determinant of its minor. */
function pushCofactors(a: Tensor, c: Tensor, t: Tensor): Tensor {
  const n = lengthOf(a);
  if (n <= largestByMinors) return multiply(signs(n, a), innerProduct(cofactors(minors(a)), minors(t)));
  // C = det A·A⁻ᵀ, so dC = ⟨A⁻ᵀ, dA⟩·C − A⁻ᵀ·dAᵀ·C.
  const b = inverseTransposed(a);
  return subtract(multiply(asMatrices(innerProduct(b, t)), c), matmul(matmul(b, swapLastAxes(t)), c));
}

/** The transpose of `pushCofactors`. */
function pullCofactors(a: Tensor, c: Tensor, w: Tensor): Tensor {
  const n = lengthOf(a);
  if (n <= largestByMinors) {
    return fromMinors(multiply(asMatrices(multiply(signs(n, a), w)), cofactors(minors(a))), n);
  }
  const b = inverseTransposed(a);
  return subtract(multiply(asMatrices(innerProduct(c, w)), b), matmul(matmul(c, swapLastAxes(w)), b));
}

function inverseTransposed(a: Tensor): Tensor {
  try {
    return swapLastAxes(inverse(a));
  } catch (error) {
    if (!(error instanceof lib.ArgumentError)) throw error;
    throw new lib.ArgumentError(
      `determinant: its second derivative is there for singular matrices of at most ${largestByMinors} rows, got ${lengthOf(a)}`,
    );
  }
}

/** The matrices [..., n, n, n − 1, n − 1] without row i and column j, for all i and j. */
function minors(a: Tensor): Tensor {
  const n = lengthOf(a);
  return gather(reshape(a, [...a.shape.slice(0, -2), n * n]), minorPlaces(n), { axis: -1 });
}

/** The transpose of `minors`. */
function fromMinors(values: Tensor, n: number): Tensor {
  const places = minorPlaces(n);
  const batch = values.shape.slice(0, -4);
  const rows = moveAxis(reshape(values, [...batch, places.size]), batch.length, 0);
  const sums = scatterAdd(rows, reshape(places, [places.size]), n * n);
  return reshape(moveAxis(sums, 0, batch.length), [...batch, n, n]);
}

function minorPlaces(n: number): Tensor {
  const all = Array.from({ length: n }, (_, i) => i);
  const places = all.flatMap((row) =>
    all.flatMap((column) =>
      all.flatMap((i) => (i === row ? [] : all.flatMap((j) => (j === column ? [] : [i * n + j])))),
    ),
  );
  return plain(lib.wrap(Int32Array.from(places), [n, n, Math.max(0, n - 1), Math.max(0, n - 1)]));
}

/** (−1)^(i + j), in the dtype of `like`. */
function signs(n: number, like: Tensor): Tensor {
  const values = Float64Array.from({ length: n * n }, (_, k) =>
    (Math.floor(k / n) + (k % n)) % 2 === 0 ? 1 : -1,
  );
  return plain(lib.cast(lib.wrap(values, [n, n]), like.dtype));
}

/** ⟨x, y⟩ over the last two axes. */
function innerProduct(x: Tensor, y: Tensor): Tensor {
  return sum(multiply(x, y), { axes: [-2, -1] });
}

/** [...] as [..., 1, 1], which broadcasts over matrices. */
function asMatrices(x: Tensor): Tensor {
  return reshape(x, [...x.shape, 1, 1]);
}

function lengthOf(a: ArrayType): number {
  return a.shape.at(-1) as number;
}
