import { expect } from 'chai';
import { ArgumentError, exp, type Tensor } from '../../../autograd/index.ts';
import {
  type AffinePath,
  cosinePath,
  linearVariancePreservingPath,
  marginalField,
  optimalTransportPath,
  polynomialPath,
  schedulePath,
  scheduleRates,
  varianceExplodingPath,
  variancePreservingPath,
} from '../../../flows/index.ts';
import { expectClose, f64, normal64, timeDerivative } from '../support.ts';

/** α, σ and their rates, by hand. */
const closedForms: readonly [AffinePath, (t: number) => readonly [number, number, number, number]][] = [
  [
    cosinePath(),
    (t) => {
      const a = Math.PI / 2;
      return [Math.sin(a * t), Math.cos(a * t), a * Math.cos(a * t), -a * Math.sin(a * t)];
    },
  ],
  [linearVariancePreservingPath(), (t) => [t, Math.sqrt(1 - t * t), 1, -t / Math.sqrt(1 - t * t)]],
  [polynomialPath({ exponent: 1 }), (t) => [t, 1 - t, 1, -1]],
  [polynomialPath({ exponent: 3 }), (t) => [t ** 3, 1 - t ** 3, 3 * t * t, -3 * t * t]],
  [polynomialPath({ exponent: 1.5 }), (t) => [t ** 1.5, 1 - t ** 1.5, 1.5 * t ** 0.5, -1.5 * t ** 0.5]],
  [optimalTransportPath({ sigmaMin: 0.1 }), (t) => [t, 1 - 0.9 * t, 1, -0.9]],
  [
    varianceExplodingPath({ sigmaMin: 0.1, sigmaMax: 5 }),
    (t) => [1, 0.1 * 50 ** (1 - t), 0, -Math.log(50) * 0.1 * 50 ** (1 - t)],
  ],
  [
    schedulePath({
      name: 'user',
      alpha: (t) => exp(t.subtract(1)),
      sigma: (t) => t.square().negate().add(1),
    }),
    (t) => [Math.exp(t - 1), 1 - t * t, Math.exp(t - 1), -2 * t],
  ],
];

describe('schedules of affine paths', () => {
  const [x0, x1] = [normal64(0, [5, 3]), normal64(1, [5, 3])];

  for (const [path, closedForm] of closedForms) {
    for (const t of [0.1, 0.5, 0.95]) {
      it(`${path.name}: α, σ and their rates are the formulas, t = ${t}`, () => {
        const { alpha, sigma, alphaRate, sigmaRate } = scheduleRates(path, f64(t));
        const wanted = closedForm(t);
        [alpha, sigma, alphaRate, sigmaRate].forEach((value, i) => {
          expect(value.item()).to.be.closeTo(wanted[i]!, 1e-14 * (1 + Math.abs(wanted[i]!)));
        });
      });

      it(`${path.name}: the velocity is σ′/σ·(x − α·x₁) + α′·x₁, the derivative of the flow, t = ${t}`, () => {
        const [alpha, sigma, alphaRate, sigmaRate] = closedForm(t);
        const x = path.flow(x0, x1, t);
        const formula = x
          .subtract(x1.multiply(alpha))
          .multiply(sigmaRate / sigma)
          .add(x1.multiply(alphaRate));
        expectClose(path.conditionalVelocity(x, x1, t), formula, 1e-13);
        const rate = timeDerivative((s) => path.flow(x0, x1, s), t);
        expectClose(path.conditionalVelocity(x, x1, t), rate, 1e-7);
      });
    }
  }

  it('cosine and linear VP keep the variance; all but VE and VP go from noise to data exactly', () => {
    for (const path of [cosinePath(), linearVariancePreservingPath()]) {
      for (const t of [0, 0.3, 0.8, 1].map((time) => f64(time))) {
        expect(path.alpha(t).square().add(path.sigma(t).square()).item()).to.be.closeTo(1, 1e-15);
      }
    }
    for (const path of [cosinePath(), linearVariancePreservingPath(), polynomialPath({ exponent: 2 })]) {
      expectClose(path.flow(x0, x1, 0), x0, 0);
      expectClose(path.flow(x0, x1, 1), x1, 0);
    }
  });

  it("the polynomial path of exponent 1 is the OT path; VP is its schedule's own path", () => {
    const [ot, polynomial] = [optimalTransportPath(), polynomialPath({ exponent: 1 })];
    const x = ot.flow(x0, x1, 0.4);
    expectClose(polynomial.conditionalVelocity(x, x1, 0.4), ot.closedFormVelocity(x, x1, 0.4), 1e-15);
    const vp = variancePreservingPath();
    const again = schedulePath({ alpha: vp.alpha, sigma: vp.sigma });
    expectClose(again.conditionalVelocity(x, x1, 0.4), vp.closedFormVelocity(x, x1, 0.4), 1e-12);
  });

  it('each sample may have its own time, and events any shape', () => {
    const times = f64([[0.1], [0.3], [0.5], [0.7], [0.9]]);
    const path = cosinePath();
    const x = path.flow(x0, x1, times);
    const images = [x, x1].map((a) => a.reshape([5, 1, 3, 1])) as [Tensor, Tensor];
    expectClose(
      path.conditionalVelocity(images[0], images[1], times).reshape([5, 3]),
      path.conditionalVelocity(x, x1, times),
      1e-15,
    );
    expect(path.conditionalVelocity(x, x1, times).slice([2]).toArray()).to.deep.equal(
      path
        .conditionalVelocity(x.slice([[2, 3]]), x1.slice([[2, 3]]), 0.5)
        .slice([0])
        .toArray(),
    );
  });

  it('the marginal field of a new path satisfies the continuity equation', () => {
    // d = 1: u_t(x)·p_t(x) = −∂_t F_t(x), from the distribution function of the mixture of normals
    const path = cosinePath();
    const points = f64([[-1], [0.5], [2]]);
    const field = marginalField(path, { points });
    const normalBelow = (z: Tensor) => z.divide(Math.SQRT2).erf().add(1).multiply(0.5);
    const below = (t: number) =>
      normalBelow(
        f64([[0.3]])
          .subtract(path.mean(points, t))
          .divide(path.deviation(points, t)),
      ).mean({ axes: 0 });
    const [x, t] = [f64([[0.3]]), 0.4];
    const flux = field.velocity(x, t).multiply(field.logDensity(x, t).exp());
    expectClose(flux.reshape([1]), timeDerivative(below, t).negate(), 1e-9);
  });

  it('wrong options get clear errors', () => {
    expect(() => polynomialPath({ exponent: 0.5 })).to.throw(ArgumentError, /exponent ≥ 1, got 0.5/);
    expect(() => schedulePath({ alfa: 1 } as never)).to.throw(ArgumentError, /unknown option 'alfa'/);
  });
});
