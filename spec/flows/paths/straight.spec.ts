import { expect } from 'chai';
import {
  ArgumentError,
  grad,
  mean,
  random,
  ShapeError,
  sqrt,
  subtract,
  type Tensor,
  tensor,
  vmap,
} from '../../../autograd/index.ts';
import {
  conditionalFlowMatchingLoss,
  flowMatchingLoss,
  gaussianPath,
  marginalField,
  noiseToData,
  optimalTransportPath,
  straightPath,
} from '../../../flows/index.ts';
import { expectClose, f64, normal64, timeDerivative } from '../support.ts';

describe('straightPath', () => {
  const [noise, x0, x1] = [normal64(0, [6, 2]), normal64(1, [6, 2]), normal64(2, [6, 2])];
  const path = straightPath({ sigma: 0.3 });

  it('mean and deviation are the formulas, and the velocity is the derivative of the flow', () => {
    expectClose(path.mean(x0, x1, 0.3), x0.multiply(0.7).add(x1.multiply(0.3)), 1e-15);
    expect(path.deviation(x1, 0.3).item()).to.equal(0.3);
    const x = path.flow(noise, x0, x1, 0.3);
    expectClose(x, path.mean(x0, x1, 0.3).add(noise.multiply(0.3)), 1e-15);
    const rate = timeDerivative((s) => path.flow(noise, x0, x1, s), 0.3);
    expectClose(path.conditionalVelocity(x, x0, x1, 0.3), rate, 1e-8);
  });

  it('without width it is the OT path: points, velocities and the loss', () => {
    const [thin, line] = [straightPath(), optimalTransportPath()];
    const x = thin.flow(noise, x0, x1, 0.4);
    expectClose(x, line.flow(x0, x1, 0.4), 1e-15);
    const v = noiseToData((y: Tensor) => y.multiply(0.5));
    const target = noiseToData((y: Tensor, t) => thin.conditionalVelocity(y, x0, x1, t));
    expectClose(
      flowMatchingLoss(v, target, { x, t: 0.4 }),
      conditionalFlowMatchingLoss(v, line, { x0, x1, t: 0.4 }),
      1e-15,
    );
  });

  it('the velocity of a line without width is exact, has derivatives and can be batched; a density it has none', () => {
    const thin = straightPath();
    const x = thin.flow(noise, x0, x1, 0.4);
    const velocity = (y: Tensor, t: Tensor) => thin.conditionalVelocity(y, x0, x1, t);
    expectClose(velocity(x, tensor(0.4)), x1.subtract(x0), 0);
    expectClose(grad((y: Tensor) => velocity(y, tensor(0.4)).sum())(x), x.multiply(0), 0);
    expectClose(grad((t: Tensor) => velocity(x, t).sum())(f64(0.4)), f64(0), 0);
    const each = vmap((y: Tensor) => velocity(y, tensor(0.4)));
    expectClose(each(x.expandDims(0)), x1.subtract(x0).expandDims(0), 0);
    expect(thin.logDensity(x, x0, x1, 0.4).toTypedArray().some(Number.isFinite)).to.equal(false);
    expect(thin.conditionalScore(x, x0, x1, 0.4).toTypedArray().some(Number.isFinite)).to.equal(false);
  });

  // Given x₁, the rest is the sum of two independent normals, (1 − t)·x₀ + σ·noise:
  // a Gaussian path of deviation √((1 − t)² + σ²)
  it('regression on its velocity finds the marginal field of a Gaussian path', () => {
    const [count, t] = [20_000, 0.6];
    const points = normal64(3, [3, 2]);
    const field = (sigma: number) =>
      marginalField(
        gaussianPath({
          mean: (y, s) => y.multiply(s),
          deviation: (_, s) =>
            sqrt(
              subtract(1, s)
                .square()
                .add(sigma ** 2),
            ),
        }),
        { points },
      ).velocity;
    const data = points.gather(random.randint(random.key(5), [count], 0, 3));
    const from = normal64(6, [count, 2]);
    const x = path.flow(normal64(7, [count, 2]), from, data, t);
    // The residual of a regression is orthogonal to every function of x. This tests x itself, in standard
    // errors
    const correlation = (sigma: number) => {
      const products = path
        .conditionalVelocity(x, from, data, t)
        .subtract(field(sigma)(x, tensor(t)))
        .multiply(x);
      return mean(products)
        .divide(sqrt(mean(products.square()).divide(products.size)))
        .abs()
        .item();
    };
    expect(correlation(0.3)).to.be.lessThan(3);
    expect(correlation(0.1)).to.be.greaterThan(10);
  });

  it('wrong arguments get clear errors', () => {
    expect(() => straightPath({ sigma: -1 })).to.throw(ArgumentError, /sigma ≥ 0, got -1/);
    expect(() => path.conditionalVelocity(x0, normal64(3, [1, 2]), x1, 0.5)).to.throw(
      ShapeError,
      /x0 \(like x1\)/,
    );
    expect(() => path.conditionalVelocity(normal64(3, [1, 2]), x0, x1, 0.5)).to.throw(
      ShapeError,
      /x \(like x1\)/,
    );
  });
});
