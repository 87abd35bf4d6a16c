import { expect } from 'chai';
import { random, tensor } from '../../../autograd/index.ts';
import { energyDistance } from '../../../flows/metrics/index.ts';
import { broadcastTo, fromNested, ShapeError, transpose } from '../../../lib/index.ts';

const float64 = { dtype: 'float64' } as const;

describe('energyDistance', () => {
  it('is what one computes by hand', () => {
    // E|X − Y| = (3 + 3 + 2 + 2) / 4, E|X − X′| = (0 + 1 + 1 + 0) / 4, E|Y − Y′| = 0.
    expect(energyDistance(tensor([[0], [1]]), tensor([[3], [3]]))).to.equal(4.5);
    // One point each: twice the Euclidean distance.
    expect(energyDistance(tensor([[0, 0]]), tensor([[3, 4]]))).to.equal(10);
    // Different counts: E‖X − Y‖ = 5, E‖X − X′‖ = 2 · 6 / 4.
    expect(
      energyDistance(
        tensor([
          [3, 4],
          [-3, 4],
        ]),
        tensor([[0, 0]]),
      ),
    ).to.equal(2 * 5 - 3);
  });

  it('agrees with the definition written out, for any shape', () => {
    const x = random.normal(random.key(1), [7, 3], float64);
    const y = random.uniform(random.key(2), [5, 3], float64);
    const mean = (a: number[][], b: number[][]) =>
      a
        .flatMap((p) => b.map((q) => Math.hypot(...p.map((value, k) => value - q[k]!))))
        .reduce((s, d) => s + d, 0) /
      (a.length * b.length);
    const [p, q] = [x.toArray(), y.toArray()] as [number[][], number[][]];
    expect(energyDistance(x, y)).to.be.closeTo(2 * mean(p, q) - mean(p, p) - mean(q, q), 1e-14);
  });

  it('is a distance: zero between equal samples, symmetric, not negative', () => {
    const x = random.normal(random.key(1), [40, 2], float64);
    const y = random.normal(random.key(2), [30, 2], float64);
    expect(energyDistance(x, x)).to.be.closeTo(0, 1e-14);
    expect(energyDistance(x, y)).to.be.closeTo(energyDistance(y, x), 1e-14);
    expect(energyDistance(x, y)).to.be.above(0);
  });

  it('approaches the closed form for two Gaussians in one dimension', () => {
    const [spread, n] = [3, 4000];
    const x = random.normal(random.key(1), [n, 1], float64);
    const y = random.normal(random.key(2), [n, 1], float64).multiply(spread);
    // The difference of two Gaussians is one, and E|N(0, τ²)| = τ √(2/π).
    const exact = (2 / Math.sqrt(Math.PI)) * (Math.SQRT2 * Math.hypot(1, spread) - 1 - spread);
    expect(energyDistance(x, y)).to.be.closeTo(exact, 0.06 * exact);
  });

  it('reads arrays, and views of them', () => {
    const x = fromNested(
      'spec',
      [
        [0, 3],
        [0, 4],
      ],
      'float32',
    );
    const y = fromNested('spec', [[1, 1]], 'float32');
    const expected = energyDistance(
      tensor([
        [0, 0],
        [3, 4],
      ]),
      tensor([[1, 1]]),
    );
    expect(energyDistance(transpose(x, [1, 0]), y)).to.equal(expected);
    expect(energyDistance(broadcastTo(y, [6, 2]), y)).to.equal(0);
  });

  it('rejects other shapes', () => {
    const x = tensor([[0, 0]]);
    expect(() => energyDistance(x, tensor([0, 0]))).to.throw(
      ShapeError,
      'wanted points of shape [n, d], got [2]',
    );
    expect(() => energyDistance(x, tensor([[0]]))).to.throw(ShapeError, 'got 2 and 1');
    expect(() => energyDistance(x, fromNested('spec', [], 'float32'))).to.throw(ShapeError, 'got [0]');
  });
});
