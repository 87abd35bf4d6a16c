import { expect } from 'chai';
import { random, type Tensor, tensor } from '../../../autograd/index.ts';
import { digits } from '../../../flows/data/index.ts';
import {
  classMeansPlusNoise,
  energyDistance,
  energyDistanceFloor,
  nearestNeighbourAgreement,
  perClassDiagonalGaussian,
} from '../../../flows/metrics/index.ts';
import { ArgumentError } from '../../../lib/index.ts';

const key = random.key(0);
const int32 = { dtype: 'int32' } as const;

// Class 0: mean (1, 10), variances (1, 4). Class 1: mean (20, 0), variances (0, 9).
const points = tensor(
  [
    [0, 8],
    [2, 12],
    [20, -3],
    [20, 3],
  ],
  { dtype: 'float64' },
);
const labels = tensor([0, 0, 1, 1], int32);

function coordinate(samples: Tensor, j: number): { mean: number; variance: number } {
  const values = (samples.toArray() as number[][]).map((row) => row[j]!);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}

describe('baselines', () => {
  const count = 20000;
  const ask = (label: number) =>
    tensor(
      Array.from({ length: count }, () => label),
      int32,
    );

  it('perClassDiagonalGaussian has the mean and the variance of each coordinate of the class', () => {
    const [zero, one] = [0, 1].map((label) => perClassDiagonalGaussian(key, points, labels, ask(label)));
    const cases = [
      [zero, 0, 1, 1],
      [zero, 1, 10, 4],
      [one, 0, 20, 0],
      [one, 1, 0, 9],
    ] as const;
    for (const [samples, j, mean, variance] of cases) {
      const found = coordinate(samples!, j);
      expect(found.mean).to.be.closeTo(mean, 4 * Math.sqrt(variance / count) + 1e-12);
      expect(found.variance).to.be.closeTo(variance, 0.04 * variance);
    }
  });

  it('classMeansPlusNoise has the mean of the class and one variance for all', () => {
    const samples = classMeansPlusNoise(key, points, labels, ask(0));
    for (const [j, mean] of [
      [0, 1],
      [1, 10],
    ] as const) {
      const found = coordinate(samples, j);
      // (1 + 4 + 0 + 9) / 4
      expect(found.variance).to.be.closeTo(3.5, 0.04 * 3.5);
      expect(found.mean).to.be.closeTo(mean, 0.06);
    }
  });

  it('both have a row for each label asked for, in order, and reject a class without data', () => {
    for (const baseline of [classMeansPlusNoise, perClassDiagonalGaussian]) {
      const samples = baseline(key, points, labels, tensor([1, 0, 1], int32));
      expect([samples.shape, samples.dtype]).to.deep.equal([[3, 2], 'float64']);
      expect((samples.toArray() as number[][]).map(([x]) => x! > 10)).to.deep.equal([true, false, true]);
      expect(() => baseline(key, points, labels, tensor([2], int32))).to.throw(ArgumentError, 'class 2');
    }
  });

  it('energyDistanceFloor splits the points into halves without losing one', () => {
    // Whatever the split of 0, 0, 6 is, its halves of one and two points are (0 | 0, 6) or (6 | 0, 0): 6 − 3
    // or 12.
    const floors = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) =>
      energyDistanceFloor(random.key(seed), tensor([[0], [0], [6]])),
    );
    expect(new Set(floors)).to.deep.equal(new Set([3, 12]));
    expect(() => energyDistanceFloor(key, tensor([[0]]))).to.throw(ArgumentError, 'got 1');
  });

  it('on the digits they are what the same computation in numpy gives', () => {
    const { images, labels } = digits();
    const asked = tensor(
      Array.from({ length: 1000 }, (_, i) => i % 10),
      int32,
    );
    const [noisy, diagonal] = [classMeansPlusNoise, perClassDiagonalGaussian].map((baseline) => {
      return baseline(key, images, labels, asked);
    }) as [Tensor, Tensor];
    // numpy, three seeds: 0.169 to 0.182, 0.138 to 0.141; the floor with four seeds 0.090 to 0.128.
    expect(energyDistance(noisy, images)).to.be.within(0.155, 0.195);
    expect(energyDistance(diagonal, images)).to.be.within(0.125, 0.155);
    expect(energyDistanceFloor(key, images)).to.be.within(0.075, 0.15);
    expect(nearestNeighbourAgreement(diagonal, asked, images, labels)).to.be.above(0.95);
  });
});
