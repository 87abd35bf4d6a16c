import { expect } from 'chai';
import { ArgumentError, grad, matmul, ShapeError, tanh, tensor } from '../../../autograd/index.ts';
import {
  conditionalFlowMatchingLoss,
  dataToNoise,
  noiseToData,
  optimalTransportPath,
  rectifiedFlowLoss,
  reflow,
  reverseTime,
  straightness,
} from '../../../flows/index.ts';
import { gaussianVelocity } from '../closed-forms.ts';
import { expectClose, expectTreesClose, f64, normal64, uniform64 } from '../support.ts';
import { data, noise, type Parameters, parameters } from './example.ts';

const s = 0.6;
const t = uniform64(7, [32, 1]);
const model = ({ w, s: shift }: Parameters) =>
  noiseToData((x, time) => tanh(matmul(x, w).add(time.multiply(shift))));
const curved = reverseTime(dataToNoise(gaussianVelocity(s)));

describe('rectifiedFlowLoss', () => {
  it('for given pairs is conditional flow matching on the OT path with σ_min = 0', () => {
    const lossOf = (p: Parameters) => rectifiedFlowLoss(model(p), { x0: noise, x1: data, t });
    const conditional = (p: Parameters) =>
      conditionalFlowMatchingLoss(model(p), optimalTransportPath({ sigmaMin: 0 }), {
        x0: noise,
        x1: data,
        t,
      });
    expectClose(lossOf(parameters), conditional(parameters), 1e-14);
    expectTreesClose(grad(lossOf)(parameters), grad(conditional)(parameters), 1e-12);
  });

  it('takes one time for all', () => {
    const each = rectifiedFlowLoss(model(parameters), { x0: noise, x1: data, t: t.multiply(0).add(0.3) });
    expectClose(rectifiedFlowLoss(model(parameters), { x0: noise, x1: data, t: 0.3 }), each, 1e-14);
  });

  it('wrong calls get clear errors', () => {
    const v = model(parameters);
    expect(() => rectifiedFlowLoss(dataToNoise(v) as never, { x0: noise, x1: data, t })).to.throw(
      ArgumentError,
      /reverse/,
    );
    expect(() => rectifiedFlowLoss(v, { x0: noise, x1: f64([[1]]), t })).to.throw(ShapeError, /x0/);
    expect(() => rectifiedFlowLoss(v, { x0: noise, x1: data, t: t.reshape([32]) })).to.throw(
      ShapeError,
      /\[batch, 1\]/,
    );
  });
});

describe('reflow', () => {
  it('pairs noise with the end of its trajectory: x₁ = s·x₀ for N(0, s²)', () => {
    const { x0, x1 } = reflow(curved, noise, { steps: 100 });
    expectClose(x0, noise, 0);
    expectClose(x1, noise.multiply(s), 1e-7);
    expectClose(
      reflow(curved, noise, { method: 'dormandPrince54', relativeTolerance: 1e-9 }).x1,
      noise.multiply(s),
      1e-6,
    );
  });

  it('makes a second flow that one Euler step solves: learned, from the pairs', () => {
    // v(x, t) = a(t)·x with a quadratic in t fitted by least squares, as the loss is quadratic in its
    // coefficients
    const noise1 = normal64(8, [400, 1]);
    const pairs = {
      ...reflow(curved, noise1, { steps: 50 }),
      t: f64([...uniform64(9, [400, 1]).toTypedArray()].map((a) => [a])),
    };
    let theta = f64([0, 0, 0, 0]);
    const velocity = (a: typeof theta) =>
      noiseToData((x, time) =>
        [0, 1, 2, 3]
          .map((k) => x.multiply(time.power(k)).multiply(a.slice([k])))
          .reduce((sum, term) => sum.add(term)),
      );
    const lossOf = (a: typeof theta) => rectifiedFlowLoss(velocity(a), pairs);
    for (let i = 0; i < 3000; i++) theta = theta.subtract(grad(lossOf)(theta).multiply(0.5));
    const step = noise1.add(velocity(theta)(noise1, 0));
    expect(step.subtract(noise1.multiply(s)).abs().max().item()).to.be.below(0.02);
    const first = noise1.add(curved(noise1, 0));
    expect(first.subtract(noise1.multiply(s)).abs().max().item()).to.be.above(1);
  });

  it('wants noise-to-data time', () => {
    expect(() => reflow(dataToNoise((x) => x) as never, noise)).to.throw(ArgumentError, /reverseTime/);
  });
});

describe('straightness', () => {
  it('is ∫ E‖(x₁ − x₀) − v‖² dt: 0 on straight lines, a known number on x = x₀·e^t', () => {
    expect(
      straightness(
        noiseToData((x) => x.multiply(0).add(2)),
        noise,
      ).item(),
    ).to.be.below(1e-25);
    // ∫ ((e − 1) − e^t)² dt = (e² − 1)/2 − (e − 1)²
    const wanted = (Math.E ** 2 - 1) / 2 - (Math.E - 1) ** 2;
    const found = straightness(
      noiseToData((x) => x),
      tensor([[1]], { dtype: 'float64' }),
      { steps: 100 },
    ).item();
    expect(found).to.be.closeTo(wanted, 1e-4);
  });

  it('looks at the middle of each step: of v = 2t, ten steps make of ∫ (1 − 2t)² dt = 1/3 one 300th less', () => {
    const hurrying = noiseToData((x, time) => x.multiply(0).add(time.multiply(2)));
    expect(straightness(hurrying, noise, { steps: 10 }).item()).to.be.closeTo(3 * (1 / 3 - 1 / 300), 1e-12);
  });

  it('wrong options get clear errors', () => {
    expect(() => straightness(curved, noise, { count: 3 } as never)).to.throw(ArgumentError, /'count'/);
  });
});
