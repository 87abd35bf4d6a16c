/**
 * GradBench's "k-means": Newton's direction for Σᵢ minⱼ ‖Cⱼ − Pᵢ‖², from the gradient and the Hessian, which
 * is diagonal (Bottou & Bengio 1994). The direction leads from each centroid to the mean of its points.
 */
import { expect } from 'chai';
import {
  divide,
  expandDims,
  grad,
  hessian,
  hvp,
  min,
  onesLike,
  square,
  subtract,
  sum,
  type Tensor,
} from '../../../autograd/index.ts';
import { expectClose, float64, numbersOf, sampleTensor } from '../numbers.ts';
import { expectGradient } from './check.ts';

function cost(points: Tensor, centroids: Tensor): Tensor {
  const squaredDistances = sum(square(subtract(expandDims(points, 1), centroids)), { axes: -1 });
  return sum(min(squaredDistances, { axes: 1 }));
}

function direction(points: Tensor, centroids: Tensor): Tensor {
  const ofCentroids = (c: Tensor) => cost(points, c);
  // The Hessian is diagonal: its product with ones is its diagonal.
  return divide(grad(ofCentroids)(centroids), hvp(ofCentroids, centroids, onesLike(centroids)));
}

describe('GradBench: k-means', () => {
  const points = sampleTensor(5, [40, 3]);
  const centroids = sampleTensor(6, [4, 3]);
  const [rows, centres] = [points.toArray() as number[][], centroids.toArray() as number[][]];
  const distance = (p: readonly number[], c: readonly number[]) =>
    p.reduce((d, x, k) => d + (x - (c[k] as number)) ** 2, 0);
  const nearest = rows.map((p) => centres.map((c) => distance(p, c))).map((d) => d.indexOf(Math.min(...d)));
  const clusters = centres.map((_, j) => rows.filter((_, i) => nearest[i] === j));

  it('has the cost of the loop', () => {
    const total = rows.reduce((sum, p, i) => sum + distance(p, centres[nearest[i] as number] as number[]), 0);
    expect(cost(points, centroids).item()).to.be.closeTo(total, 1e-13 * total);
  });

  it('has the gradient 2 Σ (Cⱼ − Pᵢ) over each cluster', () => {
    const derived = centres.map((c, j) =>
      c.map((x, k) => (clusters[j] as number[][]).reduce((sum, p) => sum + 2 * (x - (p[k] as number)), 0)),
    );
    expectGradient((c) => cost(points, c), [centroids], derived);
  });

  it('has the Hessian 2·(number of points) on the diagonal, and nothing beside it', () => {
    const size = centroids.size;
    const matrix = (hessian((c: Tensor) => cost(points, c))(centroids) as Tensor).reshape([size, size]);
    const wanted = Array.from({ length: size }, (_, a) =>
      Array.from({ length: size }, (_, b) =>
        a === b ? 2 * (clusters[Math.floor(a / 3)] as number[][]).length : 0,
      ),
    );
    expectClose(matrix, float64(wanted), 1e-13);
  });

  it('has the direction from each cluster’s mean', () => {
    const means = clusters.map((cluster) =>
      [0, 1, 2].map((k) => cluster.reduce((sum, p) => sum + (p[k] as number), 0) / cluster.length),
    );
    expect(clusters.every((cluster) => cluster.length > 0)).to.equal(true);
    expectClose(direction(points, centroids), subtract(centroids, float64(means)), 1e-13);
    expect(numbersOf(direction(points, centroids))).to.have.length(12);
  });
});
