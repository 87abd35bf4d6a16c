/** Powers, exponentials and products of matrices. */
import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { plain, toTensor } from '../core/plain.ts';
import { definePrimitive, eachInput, none, type Primitive } from '../core/primitive.ts';
import type { ArrayType, Tensor } from '../core/tensor.ts';
import { multiply } from './arithmetic.ts';
import { broadcastTo } from './broadcasting.ts';
import { concatenate } from './joining.ts';
import { inverse, squareMatrices } from './linear-algebra.ts';
import { matmul } from './matmul.ts';
import { matrices } from './matrices.ts';
import { promoteOperands, zerosOf } from './operands.ts';
import { reshape, swapLastAxes } from './reshaping.ts';
import { slice } from './slicing.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    matrixExponential: None;
  }
}

const exponentialPrimitive: Primitive<'matrixExponential'> = definePrimitive({
  name: 'matrixExponential',
  shape: ([a]) => [squareMatrices('matrixExponential', a as ArrayType)],
  evaluate: ([a]) => [lib.matrixExponential(a as lib.NDArray)],
  forward: ([t], at) => [t ? exponentialAlong(at.input(0), t) : null],
  reverse: eachInput(() => ({
    needs: { inputs: [0] },
    pull: ([w], at) => (w ? exponentialAlong(swapLastAxes(at.input(0)), w) : null),
  })),
  batch: ([a]) => [applyOne(exponentialPrimitive, [a as Tensor], none)],
});

/** The derivative L of exp at A along T: exp([[A, T], [0, A]]) = [[exp A, L], [0, exp A]]. */
function exponentialAlong(a: Tensor, t: Tensor): Tensor {
  const n = a.shape.at(-1) as number;
  const blocks = [concatenate([a, t], -1), concatenate([zerosOf(a), a], -1)];
  const whole = applyOne(exponentialPrimitive, [concatenate(blocks, -2)], none);
  return slice(whole, [...a.shape.slice(0, -2).map(() => null), [0, n], [n, 2 * n]]);
}

/**
 * exp(A) = Σ Aᵏ/k! for matrices [..., n, n]. Its derivative is the exponential of a matrix of twice the size,
 * and exact for every A.
 * @throws ShapeError unless the matrices are square.
 * @example matrixExponential(tensor([[0, 1], [0, 0]])); // [[1, 1], [0, 1]]
 */
export function matrixExponential(a: Tensor): Tensor {
  const input = toTensor('matrixExponential', a);
  squareMatrices('matrixExponential', input);
  return applyOne(exponentialPrimitive, [input], none);
}

/**
 * Aᵏ for matrices [..., n, n] and a whole k, by squaring. A⁰ is the identity; a negative power is that of the
 * inverse.
 * @throws ArgumentError unless k is whole, and for k < 0 if A is singular; ShapeError unless the matrices are
 * square.
 * @example matrixPower(tensor([[1, 1], [0, 1]]), 5); // [[1, 5], [0, 1]]
 */
export function matrixPower(a: Tensor, k: number): Tensor {
  const input = toTensor('matrixPower', a);
  const { shape, dtype } = squareMatrices('matrixPower', input);
  if (!Number.isInteger(k))
    throw new lib.ArgumentError(`matrixPower: wanted a whole power, got ${lib.describe(k)}`);
  let square = k < 0 ? inverse(input) : input;
  let result: Tensor | null = null;
  for (let rest = Math.abs(k); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result ? matmul(result, square) : square;
    if (rest > 1) square = matmul(square, square);
  }
  return result ?? broadcastTo(plain(lib.eye(shape.at(-1) as number, dtype)), shape);
}

/**
 * The Kronecker product of matrices [..., m, n] and [..., p, q]: [..., m·p, n·q], each entry of the first
 * times the second. Batches broadcast.
 * @throws ShapeError unless both are matrices.
 * @example kron(tensor([[1, 2]]), tensor([[1], [3]])); // [[1, 2], [3, 6]]
 */
export function kron(a: Tensor, b: Tensor): Tensor {
  const [left, right] = promoteOperands('kron', [a, b]) as [Tensor, Tensor];
  const [m, n] = matrices('kron', left).shape.slice(-2) as [number, number];
  const [p, q] = matrices('kron', right).shape.slice(-2) as [number, number];
  const spread = reshape(left, [...left.shape.slice(0, -2), m, 1, n, 1]);
  const repeated = reshape(right, [...right.shape.slice(0, -2), 1, p, 1, q]);
  const product = multiply(spread, repeated);
  return reshape(product, [...product.shape.slice(0, -4), m * p, n * q]);
}
