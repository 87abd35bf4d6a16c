/** GradBench's "LSE": log Σ exp(xᵢ), written out, shifted by the maximum. Its gradient is softmax(x). */
import { expect } from 'chai';
import { add, exp, log, max, subtract, sum, type Tensor } from '../../../autograd/index.ts';
import { numbersOf, sampleTensor } from '../numbers.ts';
import { expectGradient } from './check.ts';

function logSumExp(x: Tensor): Tensor {
  const largest = max(x);
  return add(largest, log(sum(exp(subtract(x, largest)))));
}

describe('GradBench: LSE', () => {
  const x = sampleTensor(1, [20], -3, 3);
  const exponentials = numbersOf(x).map(Math.exp);
  const total = exponentials.reduce((a, b) => a + b);

  it('has the value of the plain formula, where that does not overflow', () => {
    expect(logSumExp(x).item()).to.be.closeTo(Math.log(total), 1e-14 * Math.log(total));
    expect(logSumExp(add(x, 1000)).item()).to.be.closeTo(1000 + Math.log(total), 1e-12);
  });

  it('has the gradient softmax(x), though the maximum is differentiated as well', () => {
    expectGradient(logSumExp, [x], [exponentials.map((e) => e / total)]);
  });
});
