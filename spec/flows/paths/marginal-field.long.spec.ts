import { expect } from 'chai';
import {
  ArgumentError,
  grad,
  jvp,
  log,
  ShapeError,
  stack,
  sum,
  type Tensor,
} from '../../../autograd/index.ts';
import {
  gaussianPath,
  type MarginalField,
  marginalField,
  noiseToData,
  odeSolve,
  optimalTransportPath,
  varianceExplodingPath,
  variancePreservingPath,
} from '../../../flows/index.ts';
import { expectClose, f64, normal64, relativeGap, timeDerivative, uniform64 } from '../support.ts';

const points = f64([
  [-1.5, 0.2],
  [0.4, 1.1],
  [1.2, -0.7],
]);
const weights = f64([0.2, 0.5, 0.3]);
const deviations = f64([0.3, 0.8, 0]);
const paths = [
  optimalTransportPath({ sigmaMin: 0.05 }),
  variancePreservingPath(),
  varianceExplodingPath({ sigmaMin: 0.1, sigmaMax: 3 }),
];

/** ∂_t log p + v·∇log p + div v, [m]: zero where the continuity equation (in its log form) holds. */
function continuityResidual(field: MarginalField, x: Tensor, t: number): Tensor {
  const rate = timeDerivative((s) => field.logDensity(x, s), t);
  const advection = field.velocity(x, t).multiply(field.score(x, t)).sum({ axes: 1 });
  const divergence = f64([
    [1, 0],
    [0, 1],
  ]);
  const terms = [0, 1].map((i) => {
    const direction = divergence.slice([i]).broadcastTo(x.shape);
    return jvp((y: Tensor) => field.velocity(y, t), [x], [direction])[1]
      .multiply(direction)
      .sum({ axes: 1 });
  });
  return terms.reduce((total, term) => total.add(term), rate.add(advection));
}

describe('marginalField', () => {
  const x = normal64(0, [6, 2]);
  for (const path of paths) {
    for (const [kind, field] of [
      ['points', marginalField(path, { points, weights })],
      ['a mixture', marginalField(path, { means: points, deviations, weights })],
    ] as const) {
      describe(`${path.name}, ${kind}`, () => {
        it('velocity and density satisfy the continuity equation', () => {
          for (const t of [0.1, 0.4, 0.7]) {
            const scale = field.velocity(x, t).abs().max().item();
            expect(continuityResidual(field, x, t).abs().max().item() / scale).to.be.at.most(1e-7);
          }
        });

        it('a velocity that is off by a thousandth does not', () => {
          const t = 0.4;
          const off = {
            ...field,
            velocity: noiseToData((y, time) => field.velocity(y, time).multiply(1.001)),
          };
          const scale = field.velocity(x, t).abs().max().item();
          expect(continuityResidual(off, x, t).abs().max().item() / scale).to.be.above(1e-5);
        });

        it('the score is the gradient of the log density', () => {
          const total = (y: Tensor) => sum(field.logDensity(y, 0.3));
          expectClose(field.score(x, 0.3), grad(total)(x), 1e-12);
        });

        it('is differentiable in t', () => {
          const [, rate] = jvp((t: Tensor) => field.velocity(x, t), [f64(0.3)], [1]);
          expectClose(
            rate,
            timeDerivative((t) => field.velocity(x, t), 0.3),
            1e-7,
          );
        });

        it('each point may have its own time', () => {
          const t = uniform64(1, [6, 1], 0, 0.9);
          const i = 4;
          const alone = x.slice([[i, i + 1]]);
          const time = t.slice([i]).reshape([]).item();
          expectClose(field.velocity(x, t).slice([[i, i + 1]]), field.velocity(alone, time), 1e-14);
          expectClose(field.logDensity(x, t).slice([[i, i + 1]]), field.logDensity(alone, time), 1e-14);
        });

        it('the posterior is a distribution', () => {
          const posterior = field.posterior(x, 0.5);
          expect(posterior.shape).to.deep.equal([6, 3]);
          expectClose(posterior.sum({ axes: 1 }), f64([1, 1, 1, 1, 1, 1]), 1e-14);
        });
      });
    }

    it(`${path.name}: the density of points is the weighted sum of the conditional densities`, () => {
      const field = marginalField(path, { points, weights });
      const terms = [0, 1, 2].map((k) => {
        const x1 = points.slice([[k, k + 1]]).broadcastTo(x.shape);
        return {
          density: path
            .logDensity(x, x1, 0.3)
            .exp()
            .multiply(weights.slice([k])),
          u: path.conditionalVelocity(x, x1, 0.3),
        };
      });
      const density = terms.map((term) => term.density).reduce((a, b) => a.add(b));
      // u_t(x) = Σ u_t(x | x₁) p_t(x | x₁) q(x₁) / p_t(x), term by term as the note has it
      const flux = terms.map(({ density: p, u }) => u.multiply(p.expandDims(1))).reduce((a, b) => a.add(b));
      expectClose(field.logDensity(x, 0.3), log(density), 1e-12);
      const shares = terms.map((term) => term.density.divide(density));
      expectClose(field.posterior(x, 0.3), stack(shares, 1), 1e-12);
      expectClose(field.velocity(x, 0.3), flux.divide(density.expandDims(1)), 1e-12);
    });
  }

  it('a mixture without spread is its means', () => {
    const path = paths[0]!;
    const narrow = marginalField(path, { means: points, deviations: f64([0, 0, 0]), weights });
    const exact = marginalField(path, { points, weights });
    expectClose(narrow.velocity(x, 0.6), exact.velocity(x, 0.6), 1e-14);
    expectClose(narrow.logDensity(x, 0.6), exact.logDensity(x, 0.6), 1e-14);
  });

  it('Gaussian data has a linear velocity, known in closed form', () => {
    // OT with σ_min = 0, x₁ ~ N(0, s²): u_t(x) = x·(t s² − (1 − t))/(t² s² + (1 − t)²)
    const [s, t] = [0.7, 0.6];
    const field = marginalField(optimalTransportPath(), { means: f64([[0, 0]]), deviations: f64([s]) });
    const slope = (t * s ** 2 - (1 - t)) / (t ** 2 * s ** 2 + (1 - t) ** 2);
    expectClose(field.velocity(x, t), x.multiply(slope), 1e-14);
  });

  it('its flow carries the noise to the data', () => {
    const field = marginalField(optimalTransportPath({ sigmaMin: 1e-3 }), { points, weights });
    const { x: samples } = odeSolve(field.velocity, normal64(2, [200, 2]), { from: 0, to: 1, steps: 200 });
    const nearest = marginalField(optimalTransportPath({ sigmaMin: 1e-3 }), { points }).posterior(samples, 1);
    const centre = nearest.matmul(points);
    expect(samples.subtract(centre).abs().max().item()).to.be.below(0.02);
    const shares = nearest.mean({ axes: 0 });
    expect(shares.subtract(weights).abs().max().item()).to.be.below(0.12);
  });

  it('points far from all data keep their digits', () => {
    const field = marginalField(optimalTransportPath(), { points, weights });
    const far = f64([
      [3000, -2000],
      [1e8, 1e8],
    ]);
    const posterior = field.posterior(far, 0.5);
    expect(posterior.max({ axes: 1 }).toArray()).to.deep.equal([1, 1]);
    expect(field.logDensity(far, 0.5).toTypedArray().every(Number.isFinite)).to.equal(true);
    expect(field.velocity(far, 0.5).toTypedArray().every(Number.isFinite)).to.equal(true);
  });

  it('events of any shape', () => {
    const field = marginalField(paths[0]!, { points: points.reshape([3, 1, 2, 1]), weights });
    const flat = marginalField(paths[0]!, { points, weights });
    const times = uniform64(3, [6, 1]);
    expectClose(field.velocity(x.reshape([6, 1, 2, 1]), times).reshape([6, 2]), flat.velocity(x, times), 0);
    expectClose(field.score(x.reshape([6, 1, 2, 1]), 0.2).reshape([6, 2]), flat.score(x, 0.2), 0);
  });

  it('weights count by their ratios: the density has mass 1 whatever their sum is', () => {
    const field = marginalField(paths[0]!, { points, weights });
    const doubled = marginalField(paths[0]!, { points, weights: weights.multiply(2) });
    expectClose(doubled.logDensity(x, 0.4), field.logDensity(x, 0.4), 1e-14);
    expectClose(doubled.velocity(x, 0.4), field.velocity(x, 0.4), 1e-14);
  });

  it('zero weights leave a point out', () => {
    const some = marginalField(paths[0]!, { points, weights: f64([0, 1, 1]) });
    const fewer = marginalField(paths[0]!, { points: points.slice([[1, 3]]) });
    expect(relativeGap(some.velocity(x, 0.4), fewer.velocity(x, 0.4))).to.be.at.most(1e-14);
  });

  it('wrong calls get clear errors', () => {
    const path = paths[0]!;
    const bent = gaussianPath({
      name: 'bent',
      mean: (x1, t) => x1.square().multiply(t),
      deviation: (_, t) => t.negate().add(1),
    });
    const fanned = gaussianPath({
      name: 'fanned',
      mean: (x1, t) => x1.multiply(t),
      deviation: (x1) => x1.square().add(1),
    });
    for (const other of [bent, fanned]) {
      expect(() => marginalField(other, { means: points, deviations })).to.throw(ArgumentError, /affine/);
    }
    expect(() => marginalField(path, { points, weights: f64([1, 2]) })).to.throw(
      ShapeError,
      /\[3\], got \[2\]/,
    );
    expect(() => marginalField(path, { points, weights: f64([1, -2, 1]) })).to.throw(
      ArgumentError,
      /not negative/,
    );
    expect(() => marginalField(path, { points }).velocity(f64([[1, 2, 3]]), 0.5)).to.throw(
      ShapeError,
      /\[1, 2\], got \[1, 3\]/,
    );
    expect(() => marginalField(path, { points, weight: weights } as never)).to.throw(
      ArgumentError,
      /unknown option 'weight'/,
    );
  });
});
