import { expect } from 'chai';
import type { Tensor } from '../../../autograd/index.ts';
import {
  dataToNoise,
  marginalField,
  noiseToData,
  normalizedPathEnergy,
  optimalTransportPath,
  pathEnergy,
  reverseTime,
} from '../../../flows/index.ts';
import { negativeLogLikelihood } from '../../../flows/metrics/index.ts';
import { ArgumentError, ShapeError } from '../../../lib/index.ts';
import { f64, normal64 } from '../support.ts';

describe('path energy', () => {
  const noise = normal64(0, [64, 2]);

  it('of a constant velocity is its square, in both time conventions', () => {
    const velocity = noiseToData((x) => x.multiply(0).add(f64([3, 4])));
    expect(pathEnergy(velocity, noise)).to.be.closeTo(25, 1e-12);
    expect(pathEnergy(reverseTime(velocity), noise)).to.be.closeTo(25, 1e-12);
    expect(pathEnergy(velocity, noise.reshape([64, 1, 2]))).to.be.closeTo(25, 1e-12);
  });

  it('of a linear velocity is the closed form', () => {
    // v = a·x: x_t = x₀·e^{at}, so ∫‖v‖² = ‖x₀‖²·a·(e^{2a} − 1)/2
    const a = 0.8;
    const square = noise.square().sum({ axes: 1 }).mean().item();
    const exact = (square * a * (Math.exp(2 * a) - 1)) / 2;
    expect(
      pathEnergy(
        noiseToData((x) => x.multiply(a)),
        noise,
      ),
    ).to.be.closeTo(exact, 1e-7);
    // the same flow with time from data to noise
    expect(
      pathEnergy(
        dataToNoise((x) => x.multiply(-a)),
        noise,
      ),
    ).to.be.closeTo(exact, 1e-7);
  });

  it('normalised it is 0 for optimal transport, and the excess for a detour', () => {
    const shift = f64([3, 4]);
    const straight = noiseToData((x) => x.multiply(0).add(shift));
    expect(normalizedPathEnergy(straight, noise, noise.add(shift))).to.be.closeTo(0, 1e-12);
    const detour = noiseToData((x: Tensor, t: Tensor) => x.multiply(0).add(shift).multiply(t.multiply(2)));
    // v = 2t·m: ∫ 4t²·25 dt = 4/3·25
    expect(normalizedPathEnergy(detour, noise, noise.add(shift))).to.be.closeTo(1 / 3, 1e-12);
  });

  it('of the exact OT marginal field towards one point is W₂²', () => {
    const point = f64([[2, -1]]);
    const { velocity } = marginalField(optimalTransportPath({ sigmaMin: 0.01 }), { points: point });
    const data = noise.multiply(0.01).add(point);
    expect(normalizedPathEnergy(velocity, noise, data)).to.be.closeTo(0, 1e-10);
  });

  it('rejects a velocity without a convention', () => {
    expect(() => pathEnergy(((x: Tensor) => x) as never, noise)).to.throw(
      ArgumentError,
      'which way its time runs',
    );
  });
});

describe('negativeLogLikelihood', () => {
  it('is minus the mean, with its standard error', () => {
    const { nats, standardError } = negativeLogLikelihood(f64([-1, -2, -4, -5]));
    expect(nats).to.equal(3);
    // The sample variance is (4 + 1 + 1 + 4)/3
    expect(standardError).to.be.closeTo(Math.sqrt(10 / 3 / 4), 1e-15);
  });

  it('of standard normal data under itself it is the entropy, within its error', () => {
    const x = normal64(1, [5000, 3]);
    const logDensity = x
      .square()
      .add(Math.log(2 * Math.PI))
      .multiply(-0.5)
      .sum({ axes: 1 });
    const { nats, standardError } = negativeLogLikelihood(logDensity);
    expect(Math.abs(nats - 1.5 * Math.log(2 * Math.PI * Math.E))).to.be.below(4 * standardError);
    expect(standardError).to.be.closeTo(Math.sqrt(3 / 2 / 5000), 1e-3);
  });

  it('rejects other shapes and NaN', () => {
    expect(() => negativeLogLikelihood(f64([[1, 2]]))).to.throw(ShapeError, 'shape [n], n ≥ 2, got [1, 2]');
    expect(() => negativeLogLikelihood(f64([1, Number.NaN]))).to.throw(ArgumentError, 'NaN');
  });
});
