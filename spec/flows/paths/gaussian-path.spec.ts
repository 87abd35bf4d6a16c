import { expect } from 'chai';
import { ArgumentError, exp, sin, type Tensor, tensor } from '../../../autograd/index.ts';
import {
  type ClosedFormPath,
  gaussianPath,
  optimalTransportPath,
  varianceExplodingPath,
  variancePreservingPath,
} from '../../../flows/index.ts';
import { expectClose, f64, normal64, relativeGap, timeDerivative, uniform64 } from '../support.ts';

const paths: readonly ClosedFormPath[] = [
  optimalTransportPath(),
  optimalTransportPath({ sigmaMin: 0.1 }),
  variancePreservingPath(),
  variancePreservingPath({ betaMin: 0.5, betaMax: 3 }),
  varianceExplodingPath(),
  varianceExplodingPath({ sigmaMin: 0.1, sigmaMax: 3 }),
];

describe('Gaussian paths', () => {
  for (const [index, path] of paths.entries()) {
    describe(`${path.name} (${index})`, () => {
      const [x0, x1] = [normal64(0, [5, 3]), normal64(1, [5, 3])];

      for (const t of [0, 0.2, 0.5, 0.9, 0.99]) {
        it(`the velocity by jvp is the closed form, t = ${t}`, () => {
          const x = path.flow(x0, x1, t);
          expectClose(path.conditionalVelocity(x, x1, t), path.closedFormVelocity(x, x1, t), 1e-12);
        });
      }

      for (const t of [0.2, 0.5, 0.9]) {
        it(`the velocity is the derivative of the flow, t = ${t}`, () => {
          const rate = timeDerivative((s) => path.flow(x0, x1, s), t);
          expectClose(path.conditionalVelocity(path.flow(x0, x1, t), x1, t), rate, 1e-6);
        });
      }

      it('each sample may have its own time, and events any shape', () => {
        const times = uniform64(2, [5, 1], 0, 0.9);
        const x = path.flow(x0, x1, times);
        const u = path.conditionalVelocity(x, x1, times);
        const [images0, images1] = [x0.reshape([5, 1, 3, 1]), x1.reshape([5, 1, 3, 1])];
        const image = path.flow(images0, images1, times);
        expectClose(path.conditionalVelocity(image, images1, times).reshape([5, 3]), u, 1e-15);
        expectClose(path.closedFormVelocity(image, images1, times).reshape([5, 3]), u, 1e-12);
        const single = (a: Tensor) => a.slice([3]).reshape([1, 3]);
        const time = times.slice([3]).reshape([]).item();
        expectClose(path.conditionalVelocity(single(x), single(x1), time), single(u), 1e-14);
        expectClose(path.logDensity(image, images1, times), path.logDensity(x, x1, times), 1e-14);
      });

      it('the density is that of the flow of standard normal noise (change of variables)', () => {
        // log p_t(ψ(x₀)) = log N(x₀) − d·log σ_t
        const t = 0.3;
        const sigma = path.deviation(x1, t).item();
        const logNormal = x0
          .square()
          .multiply(-0.5)
          .subtract(Math.log(2 * Math.PI) / 2)
          .sum({ axes: 1 });
        expectClose(
          path.logDensity(path.flow(x0, x1, t), x1, t),
          logNormal.subtract(3 * Math.log(sigma)),
          1e-13,
        );
      });
    });
  }

  it('any Gaussian path follows from its μ and σ, per coordinate and depending on the data', () => {
    const path = gaussianPath({
      name: 'spiral',
      mean: (x1, t) => x1.multiply(sin(t.multiply(Math.PI / 2))),
      deviation: (x1, t) => exp(t.multiply(x1.square()).negate()),
    });
    const [x0, x1, t] = [normal64(3, [4, 2]), normal64(4, [4, 2]), 0.4];
    const rate = timeDerivative((s) => path.flow(x0, x1, s), t);
    expectClose(path.conditionalVelocity(path.flow(x0, x1, t), x1, t), rate, 1e-9);
    const sigma = path.deviation(x1, t);
    const logNormal = x0
      .square()
      .multiply(-0.5)
      .subtract(Math.log(2 * Math.PI) / 2)
      .subtract(sigma.log());
    expectClose(path.logDensity(path.flow(x0, x1, t), x1, t), logNormal.sum({ axes: 1 }), 1e-13);
  });

  it('the ends of the paths', () => {
    const [x0, x1] = [normal64(5, [4, 2]), normal64(6, [4, 2])];
    expectClose(optimalTransportPath().flow(x0, x1, 0), x0, 0);
    expectClose(optimalTransportPath().flow(x0, x1, 1), x1, 0);
    expectClose(variancePreservingPath().flow(x0, x1, 1), x1, 0);
    expect(relativeGap(variancePreservingPath().flow(x0, x1, 0), x0)).to.be.below(0.02);
    expect(varianceExplodingPath({ sigmaMin: 0.1, sigmaMax: 7 }).deviation(x1, 0).item()).to.be.closeTo(
      7,
      1e-14,
    );
    expect(varianceExplodingPath({ sigmaMin: 0.1, sigmaMax: 7 }).deviation(x1, 1).item()).to.be.closeTo(
      0.1,
      1e-15,
    );
  });

  it("VP's deviation keeps its digits next to t = 1, where 1 − α² cancels", () => {
    const path = variancePreservingPath({ betaMin: 0.1, betaMax: 20 });
    // T(s) ≈ β_min·s for small s, so σ² ≈ 1e-13
    const sigma = path.deviation(f64([[0]]), 1 - 2 ** -40).item();
    const T = 0.1 * 2 ** -40 + (19.9 / 2) * 2 ** -80;
    expect(sigma / Math.sqrt(T)).to.be.closeTo(1, 1e-12);
  });

  it('VP takes any schedule', () => {
    // β(s) = 1 + cos(s), T(s) = s + sin(s)
    const path = variancePreservingPath({
      schedule: { rate: (s) => s.cos().add(1), integral: (s) => s.add(s.sin()) },
    });
    const [x0, x1, t] = [normal64(7, [4, 2]), normal64(8, [4, 2]), 0.35];
    const x = path.flow(x0, x1, t);
    expectClose(
      path.closedFormVelocity(x, x1, t),
      timeDerivative((s) => path.flow(x0, x1, s), t),
      1e-9,
    );
    expectClose(path.closedFormVelocity(x, x1, t), path.conditionalVelocity(x, x1, t), 1e-13);
  });

  describe("the note's errata", () => {
    const [x0, x1] = [f64([[0.3]]), f64([[0.7]])];

    it('VP as printed is wrong by orders of magnitude: 141.0 where the derivative is 0.2193', () => {
      const path = variancePreservingPath({ betaMin: 0.1, betaMax: 20 });
      const t = 0.2;
      const T = 0.1 * (1 - t) + (19.9 / 2) * (1 - t) ** 2;
      const rate = 0.1 + 19.9 * (1 - t);
      const x = path.flow(x0, x1, t);
      const printed =
        ((-rate / 2) * (Math.exp(-T / 2) * x.item() - Math.exp(T / 2) * 0.7)) / (1 - Math.exp(-T));
      expect(printed).to.be.closeTo(141.0, 0.05);
      expect(path.closedFormVelocity(x, x1, t).item()).to.be.closeTo(0.2193, 5e-5);
    });

    it("VE as printed has the wrong sign if the prime is σ's own derivative", () => {
      const path = varianceExplodingPath();
      const t = 0.2;
      const sigma = (s: number) => 0.01 * 5000 ** s;
      const slope = sigma(1 - t) * Math.log(5000);
      const x = path.flow(x0, x1, t);
      const printed = (slope / sigma(1 - t)) * (x.item() - 0.7);
      expect(path.closedFormVelocity(x, x1, t).item() / printed).to.be.closeTo(-1, 1e-14);
      expectClose(
        path.closedFormVelocity(x, x1, t),
        timeDerivative((s) => path.flow(x0, x1, s), t),
        1e-6,
      );
    });
  });

  it('wrong options get clear errors', () => {
    expect(() => optimalTransportPath({ sigmaMin: 1 })).to.throw(ArgumentError, /sigmaMin < 1, got 1/);
    expect(() => varianceExplodingPath({ sigmaMin: 2, sigmaMax: 1 })).to.throw(ArgumentError, /got 2 and 1/);
    expect(() => variancePreservingPath({ betaMax: -1 })).to.throw(ArgumentError, /betaMax/);
    expect(() => optimalTransportPath({ sigma: 1 } as object)).to.throw(
      ArgumentError,
      /unknown option 'sigma'/,
    );
    expect(() => optimalTransportPath().flow(f64([[1, 2]]), f64([[1, 2]]), tensor([0.5, 0.5]))).to.throw(
      /\[batch, 1\]/,
    );
  });
});
