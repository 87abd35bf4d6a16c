import { expect } from 'chai';
import { ArgumentError, tensor } from '../../../autograd/index.ts';
import {
  gaussianPath,
  marginalField,
  noiseToData,
  optimalTransportPath,
  verifyGradientEquivalence,
} from '../../../flows/index.ts';

describe('verifyGradientEquivalence', () => {
  const trigonometric = gaussianPath({
    mean: (x1, t) =>
      t
        .multiply(Math.PI / 2)
        .sin()
        .multiply(x1),
    deviation: (_, t) => t.multiply(Math.PI / 2).cos(),
  });

  it("holds for a path and data of one's own, in float32 too", () => {
    const data = {
      points: tensor([
        [-1, 0.5],
        [2, 0],
        [0.3, 1],
      ]),
      weights: tensor([1, 2, 5]),
    };
    const { gap, differences, losses } = verifyGradientEquivalence(trigonometric, data, { networks: 2 });
    expect(gap).to.be.below(1e-13);
    expect(losses).to.have.length(2);
    expect(losses[0]).to.not.be.closeTo(losses[1]!, 1e-3);
    expect(differences[0]).to.be.closeTo(differences[1]!, 1e-12);
  });

  it('shows the error of any other field', () => {
    const path = optimalTransportPath({ sigmaMin: 0.1 });
    const data = { points: tensor([[-1], [2]]) };
    const exact = marginalField(path, { points: tensor([[-1], [2]], { dtype: 'float64' }) }).velocity;
    const field = noiseToData((x, t) => exact(x, t).multiply(1 + 1e-6));
    expect(verifyGradientEquivalence(path, data).gap).to.be.below(1e-13);
    expect(verifyGradientEquivalence(path, data, { field }).gap).to.be.within(1e-7, 1e-5);
  });

  it('refuses points that a grid cannot surround, and unknown options', () => {
    const path = optimalTransportPath({ sigmaMin: 0.1 });
    expect(() => verifyGradientEquivalence(path, { points: tensor([[1, 2, 3]]) })).to.throw(
      ArgumentError,
      'wanted points of shape [n, 1] or [n, 2], got [1, 3]',
    );
    expect(() => verifyGradientEquivalence(path, { points: tensor([[1]]) }, { seeds: 3 } as object)).to.throw(
      ArgumentError,
      "unknown option 'seeds'",
    );
  });
});
