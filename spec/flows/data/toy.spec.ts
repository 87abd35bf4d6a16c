import { expect } from 'chai';
import { random } from '../../../autograd/index.ts';
import { asymmetricMixture, gaussianMixture, moons } from '../../../flows/data/index.ts';
import { ArgumentError } from '../../../lib/index.ts';

const key = random.key(3);

describe('gaussianMixture', () => {
  const count = 20000;
  const { points, labels } = gaussianMixture(key, count, asymmetricMixture, { dtype: 'float64' });
  const rows = points.toArray() as number[][];
  const components = labels.toTypedArray();

  it('draws each component as often as its weight says', () => {
    const shares = asymmetricMixture.weights.map(
      (_, k) => components.filter((label) => label === k).length / count,
    );
    // Four standard errors of a share are at most 4 · 0.5 / √20000 = 0.0142.
    for (const [k, share] of shares.entries())
      expect(share).to.be.closeTo(asymmetricMixture.weights[k]!, 0.0142);
  });

  it('gives each component its mean and its standard deviation', () => {
    asymmetricMixture.means.forEach((mean, k) => {
      const members = rows.filter((_, i) => components[i] === k);
      const deviation = asymmetricMixture.deviations[k]!;
      for (const j of [0, 1]) {
        const average = members.reduce((sum, row) => sum + row[j]!, 0) / members.length;
        const variance = members.reduce((sum, row) => sum + (row[j]! - mean[j]!) ** 2, 0) / members.length;
        const error = 5 / Math.sqrt(members.length);
        expect(Math.abs(average - mean[j]!) / deviation).to.be.below(error);
        expect(Math.abs(Math.sqrt(variance) / deviation - 1)).to.be.below(error);
      }
    });
  });

  it('draws its noise independently of the components', () => {
    // Two components in the plane: one key for both would give them the same random words, row by row.
    const two = { weights: [0.5, 0.5], means: [[0, 0], [0, 0]], deviations: [1, 1] }; // biome-ignore format: one line
    const drawn = gaussianMixture(key, count, two, { dtype: 'float64' });
    const noise = drawn.points.toArray() as number[][];
    const first = noise.filter((_, i) => drawn.labels.toTypedArray()[i] === 0);
    for (const j of [0, 1]) {
      const average = first.reduce((sum, row) => sum + row[j]!, 0) / first.length;
      expect(Math.abs(average)).to.be.below(5 / Math.sqrt(first.length));
    }
  });

  it('gives the same points for the same key, others for another', () => {
    const again = gaussianMixture(key, 5).points.toArray();
    expect(gaussianMixture(key, 5).points.toArray()).to.deep.equal(again);
    expect(gaussianMixture(random.key(4), 5).points.toArray()).not.to.deep.equal(again);
    expect(gaussianMixture(key, 5).points.dtype).to.equal('float32');
  });

  it('rejects a mixture whose lists do not fit together', () => {
    expect(() => gaussianMixture(key, 5, { ...asymmetricMixture, weights: [1, 1] })).to.throw(
      ArgumentError,
      'got 2 weights',
    );
    expect(() => gaussianMixture(key, 5, { ...asymmetricMixture, weights: [1, 0, 1] })).to.throw(
      ArgumentError,
      'weights > 0',
    );
    expect(() => gaussianMixture(key, 2.5)).to.throw(ArgumentError, 'got 2.5');
  });
});

describe('moons', () => {
  it('lie on their half circles when there is no noise', () => {
    const { points, labels } = moons(key, 400, { noise: 0, dtype: 'float64' });
    const lower = labels.toTypedArray();
    expect(new Set(lower)).to.deep.equal(new Set([0, 1]));
    (points.toArray() as [number, number][]).forEach(([x, y], i) => {
      const [centre, side] = lower[i] ? ([[1, 0.5], -1] as const) : ([[0, 0], 1] as const);
      expect(Math.hypot(x - centre[0], y - centre[1])).to.be.closeTo(1, 1e-12);
      expect(side * (y - centre[1])).to.be.at.least(0);
    });
  });

  it('spread around them as the noise says', () => {
    const [clean, noisy] = [0, 0.2].map((noise) => [
      ...moons(key, 5000, { noise, dtype: 'float64' }).points.toTypedArray(),
    ]);
    const square = noisy!.reduce((sum, value, i) => sum + (value - clean![i]!) ** 2, 0) / 10000;
    expect(Math.sqrt(square)).to.be.closeTo(0.2, 0.006);
  });

  it('rejects negative noise and unknown options', () => {
    expect(() => moons(key, 5, { noise: -1 })).to.throw(ArgumentError, 'got -1');
    expect(() => moons(key, 5, { nois: 1 } as object)).to.throw(ArgumentError, "unknown option 'nois'");
  });
});
