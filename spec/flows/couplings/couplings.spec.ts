import { expect } from 'chai';
import { arange, concatenate, random, type Tensor, where } from '../../../autograd/index.ts';
import {
  conditionAwareCoupling,
  independentCoupling,
  optimalTransportCoupling,
  type Pairs,
  sinkhornCoupling,
  takePairs,
} from '../../../flows/index.ts';
import { ArgumentError, ShapeError } from '../../../lib/index.ts';
import { expectClose, f64, normal64, uniform64 } from '../support.ts';

const indices = (x: Tensor) => [...x.toTypedArray()];
const inOrder = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Σ ‖x₀ − x₁‖² of the pairs. */
function cost(pairs: Pairs, x0: Tensor, x1: Tensor): number {
  const taken = takePairs(pairs, x0, x1);
  return taken.x0.subtract(taken.x1).square().sum().item();
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}

function pairsOf(order: readonly number[]): Pairs {
  return { x0: arange(0, order.length, 1, { dtype: 'int32' }), x1: f64(order).cast('int32') };
}

describe('couplings', () => {
  const [x0, x1] = [normal64(0, [6, 2]), normal64(1, [6, 2])];
  const labels = f64([0, 1, 1, 0, 2, 1]).cast('int32');

  it('optimal transport is the cheapest of all 720 ways to pair six points', () => {
    const pairs = optimalTransportCoupling(x0, x1);
    const all = permutations(inOrder(6)).map((order) => cost(pairsOf(order), x0, x1));
    expect(cost(pairs, x0, x1)).to.be.closeTo(Math.min(...all), 1e-12);
    expect(indices(pairs.x0)).to.deep.equal(inOrder(6));
    expect(indices(pairs.x1).sort()).to.deep.equal(inOrder(6));
  });

  it('the independent coupling takes every point once, in the order of its key', () => {
    const big = [normal64(2, [200, 2]), normal64(3, [200, 2])] as const;
    const pairs = independentCoupling(random.key(0), ...big);
    expect(indices(pairs.x1)).to.not.deep.equal(inOrder(200));
    expect(indices(pairs.x1).sort((a, b) => a - b)).to.deep.equal(inOrder(200));
    expect(indices(independentCoupling(random.key(0), ...big).x1)).to.deep.equal(indices(pairs.x1));
    expect(cost(optimalTransportCoupling(...big), ...big)).to.be.below(0.5 * cost(pairs, ...big));
  });

  it('couple one point, and refuse none', () => {
    const points = (count: number) => f64(inOrder(count).map((i) => [i, 0])).reshape([count, 2]);
    for (const coupling of [optimalTransportCoupling, independentCoupling.bind(undefined, random.key(0))]) {
      const { x0, x1 } = coupling(points(1), points(1));
      expect([indices(x0), indices(x1)]).to.deep.equal([[0], [0]]);
      expect(() => coupling(points(0), points(0))).to.throw(
        ArgumentError,
        'wanted at least one point, got none',
      );
    }
  });

  it('labels stay with their points, whatever the coupling', () => {
    // Each point carries its own index as its label
    const [n, key] = [32, random.key(5)];
    const noise = normal64(6, [n, 3]);
    const images = normal64(7, [n, 3]);
    const own = arange(0, n, 1, { dtype: 'int32' });
    const couplings = [
      independentCoupling(key, noise, images),
      optimalTransportCoupling(noise, images),
      sinkhornCoupling(key, noise, images, { regularization: 0.5 }),
      conditionAwareCoupling(noise, images, own.cast('float64').expandDims(1), { weight: 0.1 }),
      conditionAwareCoupling(noise, images, f64(inOrder(n).map((i) => i % 3)).cast('int32')),
    ];
    for (const pairs of couplings) {
      const taken = takePairs(pairs, { noise, own }, { images, labels: own });
      indices(taken.x1.labels).forEach((label, k) => {
        expect(taken.x1.images.slice([k]).toArray()).to.deep.equal(images.slice([label]).toArray());
      });
      indices(taken.x0.own).forEach((label, k) => {
        expect(taken.x0.noise.slice([k]).toArray()).to.deep.equal(noise.slice([label]).toArray());
      });
    }
  });

  it('condition-aware transport never changes a label, and is the cheapest that does not', () => {
    const pairs = conditionAwareCoupling(x0, x1, labels);
    const kept = (order: readonly number[]) =>
      order.every((j, i) => indices(labels)[i] === indices(labels)[j]);
    expect(kept(indices(pairs.x1))).to.equal(true);
    const all = permutations(inOrder(6)).filter(kept);
    expect(cost(pairs, x0, x1)).to.be.closeTo(
      Math.min(...all.map((order) => cost(pairsOf(order), x0, x1))),
      1e-12,
    );
  });

  it('condition-aware transport weighs a change of label: 0 is plain transport, a large weight is as good as ∞', () => {
    const at = (weight: number) => indices(conditionAwareCoupling(x0, x1, labels, { weight }).x1);
    expect(at(0)).to.deep.equal(indices(optimalTransportCoupling(x0, x1).x1));
    expect(at(1e6)).to.deep.equal(indices(conditionAwareCoupling(x0, x1, labels).x1));
    // With a weight in between, the coupling has the least sum of all permutations
    const total = (order: readonly number[], weight: number) =>
      cost(pairsOf(order), x0, x1) +
      weight * order.filter((j, i) => indices(labels)[i] !== indices(labels)[j]).length;
    const least = Math.min(...permutations(inOrder(6)).map((order) => total(order, 0.7)));
    expect(total(at(0.7), 0.7)).to.be.closeTo(least, 1e-12);
  });

  it('one-hot vectors are coupled as their labels are, and by weight ∞ any vectors that are equal', () => {
    const oneHot = f64([0, 1, 2]).equal(labels.cast('float64').expandDims(1)).cast('float64');
    const wanted = indices(conditionAwareCoupling(x0, x1, labels).x1);
    expect(
      indices(conditionAwareCoupling(x0, x1, oneHot, { weight: Number.POSITIVE_INFINITY }).x1),
    ).to.deep.equal(wanted);
    const n = 300;
    const [noise, data] = [normal64(12, [n, 2]), normal64(13, [n, 2])];
    const classes = inOrder(n).map((i) => (i * 7) % 10);
    const vectors = f64(classes.map((c) => inOrder(10).map((k) => (k === c ? 1 : 0))));
    const found = indices(conditionAwareCoupling(noise, data, vectors).x1);
    expect(found).to.deep.equal(indices(conditionAwareCoupling(noise, data, f64(classes).cast('int32')).x1));
    // A hundred classes of three rows: the weight is finite, and no more labels change than the share allows
    const many = inOrder(n).map((i) => i % 100);
    const vectorsOfMany = f64(many.map((c) => inOrder(100).map((k) => (k === c ? 1 : 0))));
    const changed = (options: object) => {
      const order = indices(conditionAwareCoupling(noise, data, vectorsOfMany, options).x1);
      return order.filter((j, i) => many[i] !== many[j]).length / n;
    };
    expect(changed({ candidateShare: 0 })).to.equal(0);
    expect(changed({})).to.be.at.most(0.01);
    expect(changed({ candidateShare: 0.1 })).to.be.within(0.02, 0.1);
    expect(changed({ candidateShare: 1 })).to.be.above(0.95);
  });

  it('between vectors the weight is the smallest that leaves the share of cheaper pairs', () => {
    const n = 100;
    const [noise, data, angles] = [normal64(14, [n, 2]), normal64(15, [n, 2]), uniform64(16, [n, 1], 0, 2)];
    const squares = (a: Tensor, b: Tensor) =>
      a.expandDims(1).subtract(b.expandDims(0)).square().sum({ axes: 2 });
    const [costs, distances] = [squares(noise, data), squares(angles, angles)];
    const own = noise.subtract(data).square().sum({ axes: 1, keepDims: true });
    const cheaper = (weight: number) =>
      costs.add(distances.multiply(weight)).less(own).cast('float64').mean().item();
    const at = (options: object) => indices(conditionAwareCoupling(noise, data, angles, options).x1);
    for (const candidateShare of [0.2, 0.05, 0.01]) {
      // The least weight by bisection, as the paper finds it
      let [low, high] = [0, 1e6];
      while (high - low > 1e-9 * high) {
        const middle = (low + high) / 2;
        if (cheaper(middle) > candidateShare) low = middle;
        else high = middle;
      }
      expect(cheaper(high)).to.be.within(candidateShare - 2 / n ** 2, candidateShare);
      expect(at({ candidateShare })).to.deep.equal(at({ weight: high }));
    }
    expect(cheaper(0)).to.be.within(0.4, 0.6);
    expect(at({ candidateShare: 1 })).to.deep.equal(at({ weight: 0 }));
    expect(at({})).to.deep.equal(at({ candidateShare: 0.01 }));
  });

  it('rows of one condition move among themselves, and do not hold back the others', () => {
    const n = 256;
    const [noise, data, angles] = [normal64(21, [n, 2]), normal64(22, [n, 2]), uniform64(23, [n, 1], -1, 1)];
    const isTied = inOrder(n).map((i) => i < n / 5);
    const tied = where(f64(isTied.map((tie) => [tie ? 1 : 0])).greater(0), 0, angles);
    /** The share of the tied rows, or of the others, whose noise moves to other data. */
    const moved = (conditions: Tensor, ofTied: boolean) => {
      const order = indices(conditionAwareCoupling(noise, data, conditions).x1);
      const rows = inOrder(n).filter((i) => isTied[i] === ofTied);
      return rows.filter((i) => order[i] !== i).length / rows.length;
    };
    expect(moved(angles, false)).to.be.above(0.5);
    expect(moved(tied, false)).to.be.closeTo(moved(angles, false), 0.15);
    expect(moved(tied, true)).to.be.above(0.9);
    // If all conditions are equal, nothing restricts the transport
    expect(indices(conditionAwareCoupling(noise, data, angles.multiply(0)).x1)).to.deep.equal(
      indices(optimalTransportCoupling(noise, data).x1),
    );
  });

  it('the automatic weight keeps the noise nearly free of a continuous condition, and pays less than the independent coupling', () => {
    const n = 512;
    const [noise, place] = [normal64(17, [n, 2]), uniform64(18, [n, 1], -1, 1)];
    // The condition determines the place of the data on one axis
    const data = concatenate([place.multiply(3), normal64(19, [n, 1])], 1);
    /**
     * The correlation of the noise's first coordinate with the condition. It is 0 if samples start from the
     * noise of training.
     */
    const skew = (pairs: Pairs) => {
      const taken = takePairs(pairs, noise, { place });
      const [z, c] = [taken.x0.slice([null, [0, 1]]), taken.x1.place];
      return Math.abs(
        z.multiply(c).mean().item() / Math.sqrt(z.square().mean().item() * c.square().mean().item()),
      );
    };
    const plain = optimalTransportCoupling(noise, data);
    const aware = conditionAwareCoupling(noise, data, place);
    const independent = independentCoupling(random.key(20), noise, data);
    const [least, between, most] = [plain, aware, independent].map(
      (pairs) => cost(pairs, noise, data) / n,
    ) as [number, number, number];
    expect(between).to.be.within(2 * least, 0.8 * most);
    expect(skew(plain)).to.be.above(0.9);
    expect(skew(aware)).to.be.below(0.1);
  });

  it('plain transport makes the noise depend on the label, and the condition-aware one does not', () => {
    // Two classes left and right of the noise: plain transport sends the left noise left
    const n = 512;
    const noise = normal64(8, [n, 1]);
    const classes = inOrder(n).map((i) => i % 2);
    const data = normal64(9, [n, 1])
      .multiply(0.1)
      .add(f64(classes.map((c) => [4 * c - 2])));
    const c = f64(classes).cast('int32');
    const meanNoise = (pairs: Pairs) => {
      const { x0: z, x1: taken } = takePairs(pairs, noise, { c });
      const ofClass = taken.c.cast('float64').expandDims(1);
      return z.multiply(ofClass).sum().item() / ofClass.sum().item();
    };
    expect(meanNoise(optimalTransportCoupling(noise, data))).to.be.above(0.7);
    expect(Math.abs(meanNoise(conditionAwareCoupling(noise, data, c)))).to.be.below(0.15);
  });

  it('takes events of any shape', () => {
    const shaped = optimalTransportCoupling(x0.reshape([6, 1, 2]), x1.reshape([6, 1, 2]));
    expect(indices(shaped.x1)).to.deep.equal(indices(optimalTransportCoupling(x0, x1).x1));
    const images = takePairs(shaped, x0, x1.reshape([6, 2, 1])).x1;
    expectClose(images.reshape([6, 2]), takePairs(shaped, x0, x1).x1, 0);
  });

  it('wrong arguments get clear errors', () => {
    expect(() => optimalTransportCoupling(x0, normal64(0, [5, 2]))).to.throw(
      ShapeError,
      'wanted two batches of one shape, got x0 [6, 2] and x1 [5, 2]',
    );
    expect(() => conditionAwareCoupling(x0, x1, labels, { weight: -1 })).to.throw(
      ArgumentError,
      'weight ≥ 0, got -1',
    );
    expect(() => conditionAwareCoupling(x0, x1, x1, { candidateShare: 2 })).to.throw(
      ArgumentError,
      'candidateShare ≤ 1, got 2',
    );
    expect(() => conditionAwareCoupling(x0, x1, x1, { weight: 1, candidateShare: 0.1 })).to.throw(
      ArgumentError,
      'got both',
    );
    expect(() => conditionAwareCoupling(x0, x1, x1.divide(0))).to.throw(ArgumentError, 'finite conditions');
    expect(() => conditionAwareCoupling(x0, x1, normal64(0, [5, 2]))).to.throw(
      ShapeError,
      '6 conditions, got 5',
    );
    expect(() => conditionAwareCoupling(x0, x1, labels.slice([[0, 5]]))).to.throw(
      ShapeError,
      'labels of shape [6]',
    );
  });
});
