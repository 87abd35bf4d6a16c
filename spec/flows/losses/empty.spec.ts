import { expect } from 'chai';
import { ArgumentError, random, type Tensor, zeros } from '../../../autograd/index.ts';
import {
  alphaFlowLoss,
  conditionalFlowMatchingLoss,
  improvedMeanFlowLoss,
  meanFlowLoss,
  noiseToData,
  optimalTransportPath,
  rectifiedFlowLoss,
  sampleTimes,
} from '../../../flows/index.ts';

describe('a batch of no samples', () => {
  const [events, times] = [zeros([0, 2]), zeros([0, 1])];
  const batch = { data: events, noise: events, r: times, t: times };
  const velocity = noiseToData((x: Tensor) => x);
  const u = (z: Tensor) => z;
  const losses = {
    meanFlowLoss: () => meanFlowLoss(u, batch),
    improvedMeanFlowLoss: () => improvedMeanFlowLoss(u, batch),
    alphaFlowLoss: () => alphaFlowLoss(u, batch, { alpha: 0.5 }),
    rectifiedFlowLoss: () => rectifiedFlowLoss(velocity, { x0: events, x1: events, t: times }),
    conditionalFlowMatchingLoss: () =>
      conditionalFlowMatchingLoss(velocity, optimalTransportPath(), { x0: events, x1: events, t: times }),
  };
  for (const [name, loss] of Object.entries(losses)) {
    it(`${name} says so`, () => {
      expect(loss).to.throw(ArgumentError, new RegExp(`^${name}: wanted a batch of at least one sample`));
    });
  }

  it('with weights is a sum of nothing', () => {
    const given = { x0: events, x1: events, t: times, weights: zeros([0]) };
    expect(rectifiedFlowLoss(velocity, given).item()).to.equal(0);
  });

  it('has no times; and no other number of them is taken', () => {
    expect(sampleTimes(random.key(0), 0).r.shape).to.deep.equal([0, 1]);
    for (const count of [-1, 1.5, Number.NaN]) {
      expect(() => sampleTimes(random.key(0), count)).to.throw(ArgumentError, /^sampleTimes: .*, got/);
    }
    expect(() => sampleTimes(random.key(0), 2, { deviation: Number.NaN })).to.throw(
      ArgumentError,
      /finite mean/,
    );
    expect(() => sampleTimes(random.key(0), 2, { mean: Infinity })).to.throw(ArgumentError, /finite mean/);
  });
});
