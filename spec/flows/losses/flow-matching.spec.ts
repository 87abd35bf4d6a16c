import { expect } from 'chai';
import { ArgumentError, grad, matmul, ShapeError, type Tensor, tanh } from '../../../autograd/index.ts';
import {
  conditionalFlowMatchingLoss,
  flowMatchingLoss,
  marginalField,
  noiseToData,
  optimalTransportPath,
  varianceExplodingPath,
  variancePreservingPath,
} from '../../../flows/index.ts';
import { expectClose, expectTreesClose, f64, normal64, uniform64 } from '../support.ts';

interface Parameters {
  readonly w: Tensor;
  readonly b: Tensor;
}

const model = ({ w, b }: Parameters) => noiseToData((x, t) => tanh(matmul(x, w).add(b)).add(t));
const parameters: Parameters = { w: normal64(0, [2, 2]), b: normal64(1, [2]) };

describe('flowMatchingLoss and conditionalFlowMatchingLoss', () => {
  const [x0, x1, t] = [normal64(2, [6, 2]), normal64(3, [6, 2]), uniform64(4, [6, 1])];

  it("the OT loss has the note's target x₁ − (1 − σ_min)·x₀, at every t, t = 1 included", () => {
    const sigmaMin = 0.2;
    for (const time of [t, f64(0), f64(1)]) {
      const path = optimalTransportPath({ sigmaMin });
      const loss = conditionalFlowMatchingLoss(model(parameters), path, { x0, x1, t: time });
      const x = time.multiply(x1).add(
        time
          .multiply(sigmaMin - 1)
          .add(1)
          .multiply(x0),
      );
      const target = x1.subtract(x0.multiply(1 - sigmaMin));
      expectClose(loss, model(parameters)(x, time).subtract(target).square().sum({ axes: 1 }).mean(), 1e-14);
    }
    const straight = conditionalFlowMatchingLoss(model(parameters), optimalTransportPath(), { x0, x1, t: 1 });
    expect(straight.item()).to.satisfy(Number.isFinite);
  });

  for (const path of [
    optimalTransportPath(),
    variancePreservingPath(),
    varianceExplodingPath({ sigmaMax: 3 }),
  ]) {
    it(`${path.name}: the target is the conditional velocity at ψ_t(x₀)`, () => {
      const conditional = noiseToData((x, time) => path.conditionalVelocity(x, x1, time));
      const times = t.multiply(0.9);
      const x = path.flow(x0, x1, times);
      const [cfm, fm] = [
        (p: Parameters) => conditionalFlowMatchingLoss(model(p), path, { x0, x1, t: times }),
        (p: Parameters) => flowMatchingLoss(model(p), conditional, { x, t: times }),
      ];
      expectClose(cfm(parameters), fm(parameters), 1e-12);
      expectTreesClose(grad(cfm)(parameters), grad(fm)(parameters), 1e-12);
    });

    it(`${path.name}: both losses have the same gradient on a quadrature grid`, () => {
      // d = 1, three data points: E over p_t(x | x₁) q(x₁) by the rectangle rule, which converges
      // exponentially for such integrands.
      const [points, shares, time] = [f64([[-1], [0.3], [1.2]]), f64([0.2, 0.5, 0.3]), 0.5];
      const [count, width] = [600, 24];
      const grid = f64(Array.from({ length: count }, (_, i) => [((i + 0.5) / count - 0.5) * width]));
      const single = { w: f64([[0.7]]), b: f64([-0.2]) };
      const field = marginalField(path, { points, weights: shares });
      const density = field
        .logDensity(grid, time)
        .exp()
        .multiply(width / count);
      const marginal = (p: Parameters) =>
        flowMatchingLoss(model(p), field.velocity, { x: grid, t: time, weights: density });
      const conditional = (p: Parameters) =>
        [0, 1, 2]
          .map((k) => {
            const x = points.slice([[k, k + 1]]).broadcastTo([count, 1]);
            const weights = path
              .logDensity(grid, x, time)
              .exp()
              .multiply(shares.slice([k]))
              .multiply(width / count);
            const u = noiseToData((y, s) => path.conditionalVelocity(y, x, s));
            return flowMatchingLoss(model(p), u, { x: grid, t: time, weights });
          })
          .reduce((a, b) => a.add(b));
      expectTreesClose(grad(marginal)(single), grad(conditional)(single), 1e-12);
      const gap = (p: Parameters) => conditional(p).subtract(marginal(p)).item();
      expect(gap(single)).to.be.above(0.01);
      expect(gap({ w: f64([[-2]]), b: f64([1]) })).to.be.closeTo(
        gap(single),
        1e-12 * Math.max(1, gap(single)),
      );
    });
  }

  it('is the mean over samples of the sum over coordinates, for events of any shape', () => {
    const path = optimalTransportPath();
    const [images0, images1] = [x0.reshape([6, 1, 2]), x1.reshape([6, 1, 2])];
    const zero = noiseToData((x) => x.multiply(0));
    const wanted = x1.subtract(x0).square().sum().divide(6);
    expectClose(conditionalFlowMatchingLoss(zero, path, { x0: images0, x1: images1, t }), wanted, 1e-14);
    const weights = f64([1, 0, 0, 0, 0, 0]);
    expectClose(
      conditionalFlowMatchingLoss(zero, path, { x0, x1, t, weights }),
      x1.subtract(x0).slice([0]).square().sum(),
      1e-14,
    );
  });

  it('wrong calls get clear errors', () => {
    const path = optimalTransportPath();
    const v = model(parameters);
    const narrow = noiseToData((x) => x.sum({ axes: 1, keepDims: true }));
    expect(() => conditionalFlowMatchingLoss(narrow, path, { x0, x1, t })).to.throw(
      ShapeError,
      /velocity of shape \[6, 2\], got \[6, 1\]/,
    );
    expect(() => conditionalFlowMatchingLoss(v, path, { x0: normal64(0, [2]), x1, t })).to.throw(
      ShapeError,
      /x0/,
    );
    expect(() => conditionalFlowMatchingLoss(v, path, { x0, x1, t: t.reshape([6]) })).to.throw(
      ShapeError,
      /\[batch, 1\]/,
    );
    expect(() => conditionalFlowMatchingLoss(v, path, { x0, x1, times: t } as never)).to.throw(
      ArgumentError,
      /'times'/,
    );
    expect(() => flowMatchingLoss(v, v, { x: x0, t, weights: f64([1, 2]) })).to.throw(ShapeError, /weights/);
  });
});
