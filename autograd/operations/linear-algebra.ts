/**
 * Linear systems and factorisations of batches of matrices, differentiable to any order.
 *
 * `solve` factorises A once, and gives the factors to the primitive `solve` as an input beside A and b. The
 * factors are a constant: the rules differentiate A⁻¹b with respect to A and b alone. The rules pass the
 * factors to the systems that they solve. So one factorisation serves the solution and all its derivatives.
 */
import * as lib from '../../lib/index.ts';
import { apply, applyOne } from '../core/apply.ts';
import { plain, toTensor } from '../core/plain.ts';
import { definePrimitive, eachInput, none, type Primitive } from '../core/primitive.ts';
import type { ArrayType, Tensor } from '../core/tensor.ts';
import { addTerms, negate } from './addition.ts';
import { multiply } from './arithmetic.ts';
import { broadcastTo } from './broadcasting.ts';
import { matmul } from './matmul.ts';
import { batchAll, promoteOperands, sameFloating } from './operands.ts';
import { diagonal } from './rearranging.ts';
import { sum } from './reductions.ts';
import { reshape, swapLastAxes } from './reshaping.ts';
import { stopGradient } from './stop-gradient.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    luFactor: None;
    solve: SolveParams;
    logAbsDeterminant: None;
  }
}

interface SolveParams {
  /** Whether to solve with Aᵀ. */
  readonly transposed: boolean;
}

const luPrimitive: Primitive<'luFactor'> = definePrimitive({
  name: 'luFactor',
  shape([a]) {
    const type = squareMatrices('luFactor', a as ArrayType);
    return [type, { shape: type.shape.slice(0, -1), dtype: 'int32' }];
  },
  evaluate([a]) {
    const { packed, rows } = lib.luFactor(a as lib.NDArray);
    return [packed, rows];
  },
  forward: () => [null, null],
  reverse: null,
  batch: ([a]) => apply(luPrimitive, [a as Tensor], none),
});

// Inputs: A, b, and A's factors.
const solvePrimitive: Primitive<'solve'> = definePrimitive({
  name: 'solve',
  shape: ([, b]) => [b as ArrayType],
  evaluate: ([, b, packed, rows], { transposed }) => [
    lib.luSolve({ packed: packed as lib.NDArray, rows: rows as lib.NDArray }, b as lib.NDArray, transposed),
  ],
  // A·x = b, so A·dx = db − dA·x.
  forward([ta, tb], at) {
    const { transposed } = at.params;
    const moved = ta ? negate(matmul(transposed ? swapLastAxes(ta) : ta, at.output(0))) : null;
    const right = addTerms([tb ?? null, moved]);
    return [right && applyOne(solvePrimitive, [at.input(0), right, at.input(2), at.input(3)], at.params)];
  },
  // One solution v of Aᵀ·v = w answers for both inputs: it is b's cotangent, and −v·xᵀ is A's.
  reverse: {
    isDifferentiable: (input) => input < 2,
    needs: ([ofA]) => ({ inputs: [0, 2, 3], outputs: ofA ? [0] : [] }),
    pull([w], at, [ofA]) {
      if (!w) return [];
      const { transposed } = at.params;
      const v = applyOne(solvePrimitive, [at.input(0), w, at.input(2), at.input(3)], {
        transposed: !transposed,
      });
      if (!ofA) return [null, v];
      const x = at.output(0);
      return [negate(transposed ? matmul(x, swapLastAxes(v)) : matmul(v, swapLastAxes(x))), v];
    },
  },
  batch: (inputs, batched, size, params) => [
    applyOne(solvePrimitive, batchAll(inputs, batched, size), params),
  ],
});

// Inputs: A and its factors. Outputs: log|det A| and the sign of det A, whose derivative is 0.
const logDeterminantPrimitive: Primitive<'logAbsDeterminant'> = definePrimitive({
  name: 'logAbsDeterminant',
  shape([a]) {
    const { shape, dtype } = a as ArrayType;
    const result = { shape: shape.slice(0, -2), dtype };
    return [result, result];
  },
  evaluate([, packed, rows]) {
    const { logarithm, sign } = lib.luLogDeterminant({
      packed: packed as lib.NDArray,
      rows: rows as lib.NDArray,
    });
    return [logarithm, sign];
  },
  // d log|det A| = tr(A⁻¹·dA)
  forward([t], at) {
    if (!t) return [null, null];
    const solved = applyOne(solvePrimitive, [at.input(0), t, at.input(1), at.input(2)], {
      transposed: false,
    });
    return [sum(diagonal(solved), { axes: -1 }), null];
  },
  reverse: eachInput((input) =>
    input > 0
      ? null
      : {
          needs: { inputs: [0, 1, 2] },
          pull([w], at) {
            if (!w) return null;
            const [a, packed, rows] = [at.input(0), at.input(1), at.input(2)];
            const inverseTransposed = applyOne(solvePrimitive, [a, identityLike(a), packed, rows], {
              transposed: true,
            });
            return multiply(reshape(w, [...w.shape, 1, 1]), inverseTransposed);
          },
        },
  ),
  // The factors are computed from A, so they are batched whenever A is.
  batch: (inputs) => apply(logDeterminantPrimitive, inputs, none),
});

/**
 * x with A·x = b, by LU with partial pivoting: A is [..., n, n], b is [n] or [..., n, k]. Batches broadcast.
 * For b [n], x is [..., n]: one solution for each matrix. For b [..., n, k], x is [..., n, k].
 *
 * @throws ArgumentError if A is singular, ShapeError if the lengths do not fit.
 * @example solve(tensor([[2, 0], [0, 4]]), tensor([2, 4])); // [1, 1]
 */
export function solve(a: Tensor, b: Tensor): Tensor {
  const [matrix, right] = promoteOperands('solve', [a, b]) as [Tensor, Tensor];
  const { shape } = squareMatrices('solve', matrix);
  const n = shape.at(-1) as number;
  const isVector = right.rank === 1;
  if (right.shape.at(isVector ? 0 : -2) !== n) {
    throw new lib.ShapeError(
      `solve: wanted b of shape [${n}] or [..., ${n}, k] for A of shape ${lib.formatShape(shape)}, got ${lib.formatShape(right.shape)}`,
    );
  }
  if (isVector) {
    const column = solve(matrix, reshape(right, [n, 1]));
    return reshape(column, column.shape.slice(0, -1));
  }
  const batch = lib.broadcastShapes('solve', shape.slice(0, -2), right.shape.slice(0, -2));
  const fullMatrix = broadcastTo(matrix, [...batch, n, n]);
  const fullRight = broadcastTo(right, [...batch, n, right.shape.at(-1) as number]);
  return applyOne(solvePrimitive, [fullMatrix, fullRight, ...factorsOf(fullMatrix)], { transposed: false });
}

/**
 * A⁻¹ for matrices [..., n, n]. To solve a system, `solve` is faster and more accurate.
 * @throws ArgumentError if A is singular, ShapeError unless the matrices are square.
 * @example inverse(tensor([[2, 0], [0, 4]])); // [[0.5, 0], [0, 0.25]]
 */
export function inverse(matrices: Tensor): Tensor {
  const a = toTensor('inverse', matrices);
  const type = squareMatrices('inverse', a);
  return solve(a, broadcastTo(identityLike(a), type.shape));
}

/**
 * log|det A| and the sign of det A for matrices A [..., n, n]; each [...]. If A is singular, they are −∞ and
 * 0. The derivative of the logarithm is A⁻ᵀ.
 * @throws ShapeError unless the matrices are square. Its derivative throws an ArgumentError at a singular
 * matrix.
 * @example logAbsDeterminant(tensor([[2, 0], [0, -4]])).sign.item(); // -1
 */
export function logAbsDeterminant(matrices: Tensor): { readonly logarithm: Tensor; readonly sign: Tensor } {
  const a = toTensor('logAbsDeterminant', matrices);
  squareMatrices('logAbsDeterminant', a);
  const [logarithm, sign] = apply(logDeterminantPrimitive, [a, ...factorsOf(a)], none) as [Tensor, Tensor];
  return { logarithm, sign };
}

function factorsOf(a: Tensor): readonly Tensor[] {
  return apply(luPrimitive, [stopGradient(a)], none);
}

function identityLike(a: Tensor): Tensor {
  return broadcastTo(plain(lib.eye(a.shape.at(-1) as number, a.dtype)), a.shape);
}

/** The type of square matrices; ShapeError or DTypeError for any other. */
export function squareMatrices(operation: string, a: ArrayType): ArrayType {
  const { shape } = a;
  if (shape.length < 2 || shape.at(-1) !== shape.at(-2)) {
    throw new lib.ShapeError(
      `${operation}: wanted square matrices [..., n, n], got shape ${lib.formatShape(shape)}`,
    );
  }
  return sameFloating(operation, [a]);
}
