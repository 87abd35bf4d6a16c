/**
 * GradBench's "LLSQ": ½ Σᵢ (sᵢ − Σⱼ xⱼtᵢʲ)², the fit of a polynomial to the sign of t on [−1, 1]. Its
 * gradient is −Tᵀ(s − Tx).
 */
import { expect } from 'chai';
import {
  linspace,
  matmul,
  multiply,
  power,
  sign,
  square,
  stack,
  subtract,
  sum,
  type Tensor,
} from '../../../autograd/index.ts';
import { numbersOf, sampleTensor } from '../numbers.ts';
import { expectGradient } from './check.ts';

function leastSquares(x: Tensor, count: number): Tensor {
  const t = linspace(-1, 1, count, { dtype: 'float64' });
  const powers = stack(
    Array.from({ length: x.size }, (_, j) => power(t, j)),
    1,
  );
  return multiply(sum(square(subtract(sign(t), matmul(powers, x)))), 0.5);
}

describe('GradBench: LLSQ', () => {
  const count = 50;
  const x = sampleTensor(2, [6]);
  const coefficients = numbersOf(x);
  const points = Array.from({ length: count }, (_, i) => -1 + (2 * i) / (count - 1));
  const residuals = points.map((t) => coefficients.reduce((rest, c, j) => rest - c * t ** j, Math.sign(t)));

  it('has the value of the sum', () => {
    const total = residuals.reduce((sum, r) => sum + r * r, 0) / 2;
    expect(leastSquares(x, count).item()).to.be.closeTo(total, 1e-13 * total);
  });

  it('has the gradient −Tᵀ(s − Tx)', () => {
    const derived = coefficients.map(
      (_, j) => -residuals.reduce((sum, r, i) => sum + r * (points[i] as number) ** j, 0),
    );
    expectGradient((x) => leastSquares(x, count), [x], [derived]);
  });
});
