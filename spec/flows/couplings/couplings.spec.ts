import { expect } from 'chai';
import { arange, random, type Tensor } from '../../../autograd/index.ts';
import {
  conditionAwareCoupling,
  independentCoupling,
  optimalTransportCoupling,
  type Pairs,
  sinkhornCoupling,
  takePairs,
} from '../../../flows/index.ts';
import { ArgumentError, ShapeError } from '../../../lib/index.ts';
import { expectClose, f64, normal64 } from '../support.ts';

const indices = (x: Tensor) => [...x.toTypedArray()];
const inOrder = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Σ ‖x₀ − x₁‖² of the pairs. */
function cost(pairs: Pairs, x0: Tensor, x1: Tensor): number {
  const taken = takePairs(pairs, x0, x1);
  return taken.x0.subtract(taken.x1).square().sum().item();
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
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
    const kept = (order: readonly number[]) => order.every((j, i) => indices(labels)[i] === indices(labels)[j]);
    expect(kept(indices(pairs.x1))).to.equal(true);
    const all = permutations(inOrder(6)).filter(kept);
    expect(cost(pairs, x0, x1)).to.be.closeTo(Math.min(...all.map((order) => cost(pairsOf(order), x0, x1))), 1e-12);
  });

  it('condition-aware transport weighs a change of label: 0 is plain transport, a large weight is as good as ∞', () => {
    const at = (weight: number) => indices(conditionAwareCoupling(x0, x1, labels, { weight }).x1);
    expect(at(0)).to.deep.equal(indices(optimalTransportCoupling(x0, x1).x1));
    expect(at(1e6)).to.deep.equal(indices(conditionAwareCoupling(x0, x1, labels).x1));
    // In between it is the least of the sum, over all orders
    const total = (order: readonly number[], weight: number) =>
      cost(pairsOf(order), x0, x1) + weight * order.filter((j, i) => indices(labels)[i] !== indices(labels)[j]).length;
    const least = Math.min(...permutations(inOrder(6)).map((order) => total(order, 0.7)));
    expect(total(at(0.7), 0.7)).to.be.closeTo(least, 1e-12);
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
    expect(() => conditionAwareCoupling(x0, x1, labels, { weight: -1 })).to.throw(ArgumentError, 'weight ≥ 0, got -1');
    expect(() => conditionAwareCoupling(x0, x1, x1)).to.throw(ArgumentError, 'a finite weight for conditions');
    expect(() => conditionAwareCoupling(x0, x1, labels.slice([[0, 5]]))).to.throw(ShapeError, 'labels of shape [6]');
  });
});
