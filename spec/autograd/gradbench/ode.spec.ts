/**
 * GradBench's "ODE": y₀′ = x₀ and yᵢ′ = xᵢ·yᵢ₋₁ from y = 0 at t = 0 to t = 2, by s steps of Runge and Kutta's
 * fourth-order method. The solution is yᵢ(t) = x₀⋯xᵢ·tⁱ⁺¹/(i + 1)!, which the method hits exactly up to the
 * fourth power of t.
 */
import { expect } from 'chai';
import { add, concatenate, multiply, ones, slice, type Tensor, zerosLike } from '../../../autograd/index.ts';
import { numbersOf, sampleTensor } from '../numbers.ts';
import { expectGradient } from './check.ts';

const end = 2;

function solution(x: Tensor, steps: number): Tensor {
  const one = ones([1], { dtype: 'float64' });
  const slope = (y: Tensor) => multiply(x, concatenate([one, slice(y, [[0, -1]])]));
  const h = end / steps;
  let y = zerosLike(x);
  for (let i = 0; i < steps; i++) {
    const k1 = slope(y);
    const k2 = slope(add(y, multiply(k1, h / 2)));
    const k3 = slope(add(y, multiply(k2, h / 2)));
    const k4 = slope(add(y, multiply(k3, h)));
    y = add(y, multiply(add(add(k1, multiply(add(k2, k3), 2)), k4), h / 6));
  }
  return y;
}

describe('GradBench: ODE', () => {
  const lastOf = (steps: number) => (x: Tensor) => slice(solution(x, steps), [-1]);

  it('has the exact solution up to t⁴, and its gradient y₃/xⱼ', () => {
    const x = sampleTensor(3, [4], 0.5, 2);
    const numbers = numbersOf(x);
    const exact = numbers.map((_, i) => monomial(numbers.slice(0, i + 1)));
    expect(numbersOf(solution(x, 5)).map((y, i) => y / (exact[i] as number))).to.satisfy((ratios: number[]) =>
      ratios.every((ratio) => Math.abs(ratio - 1) < 1e-14),
    );
    expectGradient(lastOf(5), [x], [numbers.map((xj) => (exact[3] as number) / xj)]);
  });

  it('converges to the gradient with the fourth power of the step, for the fifth power of t and on', () => {
    const x = sampleTensor(4, [7], 0.5, 2);
    const numbers = numbersOf(x);
    const errorOf = (steps: number) => Math.abs(lastOf(steps)(x).item() / monomial(numbers) - 1);
    expect(Math.log2(errorOf(20) / errorOf(40))).to.be.closeTo(4, 0.2);
    // The last component is a multiple of every xⱼ, whatever the step.
    const last = lastOf(20)(x).item();
    expectGradient(lastOf(20), [x], [numbers.map((xj) => last / xj)]);
  });
});

/** x₀⋯xᵢ·2ⁱ⁺¹/(i + 1)!. */
function monomial(x: readonly number[]): number {
  return x.reduce((product, xj, j) => (product * xj * end) / (j + 1), 1);
}
