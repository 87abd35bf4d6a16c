/**
 * Differential operators on fields over a batch of points, by forward mode. Each row of f(x) depends on its
 * own row of x alone, so that one jvp differentiates all rows in one direction.
 */
import { concatenate, jvp, multiply, slice, type Tensor, zerosLike } from '../../autograd/index.ts';
import { float64 } from './numerics.ts';

/** A vector field x ↦ f(x), both [m, d]. */
export type VectorField = (x: Tensor) => Tensor;

/** A scalar field x ↦ f(x), from [m, d] to [m]. */
export type ScalarField = (x: Tensor) => Tensor;

/** div f = Σᵢ ∂fᵢ/∂xᵢ at each row of x [m, d]; returns [m]. */
export function divergence(f: VectorField, x: Tensor): Tensor {
  return axes(x)
    .map((i) => slice(jvp(f, [x], [unitVectors(x, i)])[1], [null, i]))
    .reduce((total, term) => total.add(term));
}

/** ∇f at each row of x; returns [m, d]. */
export function gradient(f: ScalarField, x: Tensor): Tensor {
  return concatenate(
    axes(x).map((i) => jvp(f, [x], [unitVectors(x, i)])[1].reshape([-1, 1])),
    1,
  );
}

/** ∂f/∂t at a number t. */
export function timeDerivative(f: (t: Tensor) => Tensor, t: number): Tensor {
  return jvp(f, [float64(t)], [1])[1];
}

/** log |det J| of 2 × 2 matrices, [m, 2, 2] → [m]. */
export function logAbsDeterminant(j: Tensor): Tensor {
  const at = (row: number, column: number) => slice(j, [null, row, column]);
  return multiply(at(0, 0), at(1, 1))
    .subtract(multiply(at(0, 1), at(1, 0)))
    .abs()
    .log();
}

/** The i-th unit vector in every row. */
function unitVectors(x: Tensor, i: number): Tensor {
  const row = axes(x).map((axis) => (axis === i ? 1 : 0));
  return zerosLike(x).add(float64([row]));
}

function axes(x: Tensor): readonly number[] {
  return Array.from({ length: x.shape[1] as number }, (_, i) => i);
}
