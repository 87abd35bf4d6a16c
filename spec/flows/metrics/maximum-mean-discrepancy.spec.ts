import { expect } from 'chai';
import { medianDistance, squaredDiscrepancy } from '../../../flows/metrics/index.ts';
import { ArgumentError } from '../../../lib/index.ts';
import { f64, normal64 } from '../support.ts';

describe('squaredDiscrepancy', () => {
  it('is the definition written out', () => {
    const [x, y] = [normal64(0, [5, 3]), normal64(1, [7, 3])];
    const bandwidths = [0.5, 2];
    const [p, q] = [x.toArray(), y.toArray()] as [number[][], number[][]];
    const kernel = (a: number[], b: number[]) => {
      const square = a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0);
      return bandwidths.reduce((sum, width) => sum + Math.exp(-square / (2 * width * width)), 0) / 2;
    };
    const mean = (a: number[][], b: number[][]) => {
      const values = a.flatMap((u, i) => b.flatMap((v, j) => (a === b && i === j ? [] : [kernel(u, v)])));
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    expect(squaredDiscrepancy(x, y, { bandwidths })).to.be.closeTo(
      mean(p, p) + mean(q, q) - 2 * mean(p, q),
      1e-15,
    );
  });

  it('is unbiased: over many pairs of samples of one distribution its mean is 0', () => {
    const values = Array.from({ length: 200 }, (_, k) =>
      squaredDiscrepancy(normal64(2 * k, [20, 2]), normal64(2 * k + 1, [20, 2]), { bandwidths: [1] }),
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).to.be.below(4 * Math.sqrt(variance / values.length));
    expect(values.some((value) => value < 0)).to.equal(true);
  });

  it('approaches the closed form for Gaussians', () => {
    // E k(X, Y) for N(0, 1) and N(m, 1) in one dimension: σ/√(σ² + 2)·exp(−m²/(2(σ² + 2)))
    const [m, width] = [1.5, 0.8];
    const x = normal64(5, [3000, 1]);
    const y = normal64(6, [3000, 1]).add(m);
    const s = width ** 2 + 2;
    const exact = (2 * width * (1 - Math.exp(-(m ** 2) / (2 * s)))) / Math.sqrt(s);
    expect(squaredDiscrepancy(x, y, { bandwidths: [width] })).to.be.closeTo(exact, 0.05 * exact);
  });

  it('chooses bandwidths by the median distance of the data', () => {
    const y = f64([[0], [1], [3]]);
    expect(medianDistance(y)).to.equal(2);
    const x = f64([[5], [6]]);
    expect(squaredDiscrepancy(x, y)).to.equal(squaredDiscrepancy(x, y, { bandwidths: [0.5, 1, 2, 4, 8] }));
  });

  it('rejects what makes no sense', () => {
    const x = normal64(0, [3, 2]);
    expect(() => squaredDiscrepancy(x, normal64(0, [1, 2]))).to.throw(ArgumentError, 'at least 2 points');
    expect(() => squaredDiscrepancy(x, x, { bandwidths: [0] })).to.throw(
      ArgumentError,
      'bandwidths > 0, got [0]',
    );
    expect(() =>
      squaredDiscrepancy(
        x,
        f64([
          [0, 0],
          [0, 0],
        ]),
      ),
    ).to.throw(ArgumentError, 'bandwidths > 0');
  });
});
