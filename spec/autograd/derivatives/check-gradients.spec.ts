import { expect } from 'chai';
import { apply } from '../../../autograd/core/apply.ts';
import { eachInput, none, type Primitive } from '../../../autograd/core/primitive.ts';
import {
  ArgumentError,
  add,
  checkGradients,
  cos,
  GradientError,
  matmul,
  multiply,
  power,
  sin,
  softmax,
  square,
  stopGradient,
  subtract,
  sum,
  type Tensor,
  tanh,
  tensor,
} from '../../../autograd/index.ts';
import { sin as sinOfArray } from '../../../lib/index.ts';
import { float64, sampleTensor } from '../numbers.ts';

describe('checkGradients', () => {
  it('passes what is right, over trees, and reports its errors', () => {
    const model = { w: tensor([[1, -1], [0.5, 2]]), b: [0.3] }; // biome-ignore format: a matrix
    const fn = (p: { w: Tensor; b: Tensor[] }, x: Tensor) => ({
      y: tanh(matmul(x, p.w).add(p.b[0] as Tensor)),
    });
    const report = checkGradients(fn, [model, sampleTensor(1, [3, 2])]);
    expect(report.forward).to.be.lessThan(1e-8);
    expect(report.reverse).to.be.lessThan(1e-14);
  });

  it('catches a wrong forward rule, and a reverse rule that is not its transpose', () => {
    const wrong = (forward: number, reverse: number) => (x: Tensor) =>
      apply(sineWithSlopes(forward, reverse), [x], none)[0] as Tensor;
    const x = sampleTensor(1, [3], -1, 1);
    expect(checkGradients(wrong(1, 1), [x]).forward).to.be.lessThan(1e-8);
    expect(() => checkGradients(wrong(-1, -1), [x])).to.throw(GradientError, /jvp and central differences/);
    expect(() => checkGradients(wrong(1.001, 1.001), [x])).to.throw(GradientError, /central differences/);
    expect(() => checkGradients(wrong(1, -1), [x])).to.throw(GradientError, /⟨Jv, w⟩/);
    expect(() => checkGradients(wrong(1, 1.001), [x])).to.throw(GradientError, /⟨v, Jᵀw⟩/);
  });

  it('catches wrong rules of any size', () => {
    const x = sampleTensor(1, [3], -1, 1);
    for (const size of [1e-7, 1e-20, 1e7]) {
      const scaled = (forward: number, reverse: number) => (a: Tensor) =>
        multiply(apply(sineWithSlopes(forward, reverse), [a], none)[0] as Tensor, size);
      expect(checkGradients(scaled(1, 1), [x]).forward).to.be.lessThan(1e-8);
      expect(() => checkGradients(scaled(-1, -1), [x]), `${size}`).to.throw(
        GradientError,
        /central differences/,
      );
      expect(() => checkGradients(scaled(1.001, 1.001), [x])).to.throw(GradientError, /central differences/);
      expect(() => checkGradients(scaled(1, -1), [x])).to.throw(GradientError, /⟨v, Jᵀw⟩/);
    }
  });

  it('passes derivatives that are 0, and values that are rounding errors', () => {
    const x = sampleTensor(2, [4], -1, 1);
    checkGradients((a: Tensor) => power(a, 3), [float64([0, 0])]);
    checkGradients((a: Tensor) => power(a, 5), [float64([0])]);
    checkGradients((a: Tensor) => add(square(sin(a)), square(cos(a))), [x]);
    checkGradients((a: Tensor) => subtract(add(square(sin(a)), square(cos(a))), 1), [x]);
    checkGradients((a: Tensor) => subtract(sum(softmax(a)), 1), [x]);
    checkGradients((a: Tensor) => multiply(stopGradient(a), 0), [x]);
  });

  it('catches a gradient that is stopped, and one that is not a number', () => {
    expect(() => checkGradients((x: Tensor) => sum(multiply(stopGradient(x), x)), [float64(2)])).to.throw(
      GradientError,
    );
    expect(() => checkGradients((x: Tensor) => x.sqrt(), [float64(0)])).to.throw(GradientError);
  });

  it('has a tolerance, a step and a seed, and no other option', () => {
    const rough = (x: Tensor) => sin(multiply(x, 50));
    expect(() => checkGradients(rough, [float64(1)], { step: 1e-3 })).to.throw(GradientError);
    expect(checkGradients(rough, [float64(1)], { step: 1e-3, tolerance: 1e-2 }).forward).to.be.greaterThan(
      1e-6,
    );
    const forward = (seed: number) => checkGradients(rough, [float64([1, 2])], { seed }).forward;
    expect(forward(1)).to.equal(forward(1)).and.not.equal(forward(2));
    expect(() => checkGradients(rough, [1], { eps: 1 } as never)).to.throw(
      ArgumentError,
      /^checkGradients: .*'eps'/,
    );
  });
});

/** The sine, with its derivative off by a factor in each mode. */
function sineWithSlopes(forward: number, reverse: number): Primitive<'sin'> {
  return {
    name: 'sin',
    shape: ([x]) => [x as Tensor],
    evaluate: ([x]) => [sinOfArray(x as never)],
    forward: ([t], at) => [t ? multiply(t, multiply(at.input(0).cos(), forward)) : null],
    reverse: eachInput(() => ({
      needs: { inputs: [0] },
      pull: ([w], at) => (w ? multiply(w, multiply(at.input(0).cos(), reverse)) : null),
    })),
    batch: (inputs) => inputs,
  };
}
