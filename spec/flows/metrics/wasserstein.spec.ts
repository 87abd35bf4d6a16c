import { expect } from 'chai';
import { random, tensor } from '../../../autograd/index.ts';
import { slicedWasserstein2, wasserstein2, wasserstein2Floor } from '../../../flows/metrics/index.ts';
import { ArgumentError, ShapeError } from '../../../lib/index.ts';
import { f64, normal64 } from '../support.ts';

/** The least mean squared distance over all pairings. */
function bruteForce(x: number[][], y: number[][]): number {
  if (x.length === 0) return 0;
  const [first, ...rest] = x as [number[], ...number[][]];
  const totals = y.map((point, j) => {
    const square = point.reduce((sum, value, k) => sum + (value - first[k]!) ** 2, 0);
    return (
      square +
      bruteForce(
        rest,
        y.filter((_, i) => i !== j),
      )
    );
  });
  return Math.min(...totals);
}

describe('wasserstein2', () => {
  it('is what one computes by hand', () => {
    expect(wasserstein2(tensor([[0], [1]]), tensor([[4], [3]]))).to.equal(3);
    expect(wasserstein2(tensor([[0, 0]]), tensor([[3, 4]]))).to.equal(5);
  });

  it('is the least over all pairings', () => {
    const [x, y] = [normal64(0, [6, 3]), normal64(1, [6, 3])];
    const least = bruteForce(x.toArray() as number[][], y.toArray() as number[][]);
    expect(wasserstein2(x, y)).to.be.closeTo(Math.sqrt(least / 6), 1e-13);
  });

  it('is a distance, of a translation exactly its length', () => {
    const [x, y, z] = [0, 1, 2].map((seed) => normal64(seed, [60, 2])) as [never, never, never];
    expect(wasserstein2(x, x)).to.equal(0);
    expect(wasserstein2(x, y)).to.be.closeTo(wasserstein2(y, x), 1e-13);
    expect(wasserstein2(x, z)).to.be.at.most(wasserstein2(x, y) + wasserstein2(y, z));
    expect(wasserstein2(x, normal64(0, [60, 2]).add(f64([3, 4])))).to.be.closeTo(5, 1e-12);
  });

  it('approaches the closed form for two Gaussians, from above by the floor', () => {
    // W₂² of N(0, I) and N(m, s²I) in d dimensions is ‖m‖² + d(s − 1)²
    const x = normal64(3, [1000, 2]);
    const y = normal64(4, [1000, 2])
      .multiply(3)
      .add(f64([4, 0]));
    expect(wasserstein2(x, y)).to.be.closeTo(Math.sqrt(16 + 2 * 4), 0.2);
  });

  it('the floor is the distance of two fresh samples, and falls with their number', () => {
    const draw = (key: random.Key, count: number) => random.normal(key, [count, 2], { dtype: 'float64' });
    const key = random.key(0);
    const [first, second] = random.split(key, 2);
    expect(wasserstein2Floor(key, draw, 50, 1)).to.equal(wasserstein2(draw(first, 50), draw(second, 50)));
    const floors = [50, 200, 800].map((count) => wasserstein2Floor(key, draw, count));
    expect(floors[1]).to.be.below(0.8 * floors[0]!);
    expect(floors[2]).to.be.below(0.8 * floors[1]!);
  });

  it('rejects other shapes and numbers', () => {
    const x = normal64(0, [3, 2]);
    expect(() => wasserstein2(x, normal64(0, [4, 2]))).to.throw(
      ArgumentError,
      'as many points in both, got 3 and 4',
    );
    expect(() => wasserstein2(x, normal64(0, [3, 1]))).to.throw(ShapeError, 'got 2 and 1');
    expect(() => wasserstein2Floor(random.key(0), () => x, 3, 0)).to.throw(
      ArgumentError,
      'repeats, at least 1, got 0',
    );
  });
});

describe('slicedWasserstein2', () => {
  const key = random.key(7);

  it('in one dimension it is W₂ itself', () => {
    const [x, y] = [normal64(0, [40, 1]), normal64(1, [40, 1])];
    expect(slicedWasserstein2(key, x, y, 3)).to.be.closeTo(wasserstein2(x, y), 1e-13);
  });

  it('samples of different size: each point counts 1/n', () => {
    // Doubling every point changes nothing
    const [x, y] = [normal64(0, [6, 2]), normal64(1, [9, 2])];
    const twice = f64([...(x.toArray() as number[][]), ...(x.toArray() as number[][])]);
    expect(slicedWasserstein2(key, twice, y)).to.be.closeTo(slicedWasserstein2(key, x, y), 1e-13);
    // {0, 1} against {0, 0, 1}: half of one third moves by 1
    expect(slicedWasserstein2(key, f64([[0], [1]]), f64([[0], [0], [1]]))).to.be.closeTo(
      Math.sqrt(1 / 6),
      1e-14,
    );
  });

  it('of a translation it is its length divided by √d, averaged over directions', () => {
    const x = normal64(0, [30, 2]);
    const moved = slicedWasserstein2(key, x, x.add(f64([3, 4])), 4000);
    expect(moved).to.be.closeTo(5 / Math.SQRT2, 0.05);
    expect(slicedWasserstein2(key, x, x)).to.equal(0);
    expect(slicedWasserstein2(key, x, x.add(1))).to.be.at.most(wasserstein2(x, x.add(1)));
  });

  it('rejects a number of projections below 1', () => {
    const x = normal64(0, [3, 2]);
    expect(() => slicedWasserstein2(key, x, x, 0)).to.throw(ArgumentError, 'got 0');
  });
});
