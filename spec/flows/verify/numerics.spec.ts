import { expect } from 'chai';
import { jvp, type Tensor } from '../../../autograd/index.ts';
import { divergence, gradient, logAbsDeterminant } from '../../../flows/verify/calculus.ts';
import { quantileTransport } from '../../../flows/verify/exact-velocities.ts';
import { paths, threePoints } from '../../../flows/verify/examples.ts';
import { density, distributionFunction, productExample } from '../../../flows/verify/independent.ts';
import {
  differenceQuotient,
  float64,
  gridQuadrature,
  largest,
  norm,
  relativeDistance,
  relativeGap,
} from '../../../flows/verify/numerics.ts';

describe('the tools that the claims are checked with', () => {
  it('differenceQuotient is right to twelve digits, and exact for a polynomial of degree ten', () => {
    const [x] = [0.3];
    expect(differenceQuotient((t) => float64(Math.exp(2 * t)), x).item()).to.be.closeTo(
      2 * Math.exp(2 * x),
      1e-12,
    );
    expect(differenceQuotient((t) => float64(t ** 10), x, 0.1).item()).to.be.closeTo(10 * x ** 9, 1e-14);
  });

  it('gridQuadrature integrates Gaussians to rounding, in one dimension and in two', () => {
    for (const dimension of [1, 2] as const) {
      const { points, weight } = gridQuadrature(-9, 9, 61, dimension);
      const integral = points.square().sum({ axes: 1 }).multiply(-0.5).exp().sum().item() * weight;
      expect(integral).to.be.closeTo((2 * Math.PI) ** (dimension / 2), 1e-13);
    }
  });

  it('distances are of long vectors, and NaN stays NaN', () => {
    const tree = { a: float64([3]), b: [float64([[0, 4]])] };
    expect(norm(tree)).to.equal(5);
    expect(relativeDistance({ a: float64([3]), b: [float64([[0, 5]])] }, tree)).to.equal(0.2);
    expect(relativeGap(float64([1, 2.5]), float64([1, 2]))).to.equal(0.25);
    expect(largest(float64([1, Number.NaN]))).to.be.NaN;
  });

  it('divergence, gradient and determinant agree with closed forms', () => {
    const x = float64([
      [1, 2],
      [-0.5, 3],
    ]);
    const [first, second] = [(p: Tensor) => p.slice([null, 0]), (p: Tensor) => p.slice([null, 1])];
    const product = (p: Tensor) => first(p).multiply(second(p)).multiply(second(p));
    expect(gradient(product, x).toArray()).to.deep.equal([
      [4, 4],
      [9, -3],
    ]);
    expect(divergence((p) => p.multiply(p), x).toArray()).to.deep.equal([6, 5]);
    const matrices = float64([
      [
        [0, 2],
        [3, 1],
      ],
    ]);
    expect(logAbsDeterminant(matrices).item()).to.be.closeTo(Math.log(6), 1e-15);
  });

  it("the density is the distribution function's derivative", () => {
    const x = float64([[-1], [0.2], [1.4]]);
    const F = (h: number) => distributionFunction(paths.ot, threePoints[1], x.add(h), 0.6);
    expect(
      relativeGap(differenceQuotient(F, 0, 0.05), density(paths.ot, threePoints[1], x, 0.6)),
    ).to.be.below(1e-11);
  });

  it('a product of distributions has all pairs of points', () => {
    const { points, weights } = productExample(2).data;
    expect(points.shape).to.deep.equal([6, 2]);
    expect(points.slice([1]).toArray()).to.deep.equal([-1.2, 0.9]);
    expect(weights.sum().item()).to.be.closeTo(1, 1e-15);
    expect(weights.slice([1]).item()).to.be.closeTo(0.5 * 0.4, 1e-15);
  });

  it('quantileTransport scales a single Gaussian', () => {
    const mixture = { means: float64([[0]]), deviations: float64([0.6]), weights: float64([1]) };
    const z = float64([[-1.7], [0.4]]);
    expect(relativeGap(quantileTransport(mixture, z, 1, 0), z.multiply(0.6))).to.be.below(1e-14);
  });

  it('differences and jvp agree on a path', () => {
    const x1 = threePoints[2].points;
    const [, rate] = jvp((t: Tensor) => paths.vp.deviation(x1, t), [float64(0.4)], [1]);
    expect(
      relativeGap(
        differenceQuotient((t) => paths.vp.deviation(x1, t), 0.4, 0.05),
        rate,
      ),
    ).to.be.below(1e-10);
  });
});
