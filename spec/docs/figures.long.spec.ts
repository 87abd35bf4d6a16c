/** What the live figures of the site show, against what does not need them. */
import { expect } from 'chai';
import {
  gapsOf,
  heights,
  latest,
  momentOf,
  pathNames,
  stretchOf,
  trajectoryOf,
  viewPath,
} from '../../docs/.vitepress/figures/fields.ts';

const data = [-1.4, 0.3, 1.3];
const step = (heights[1] as number) - (heights[0] as number);

describe('the live figures', () => {
  for (const name of pathNames) {
    it(`${name}: the marginal velocity is the mean of the conditional ones, and carries the density`, () => {
      const { marginal, conditionals } = momentOf(name, data, 0.4);
      const mean = heights.map((_, i) =>
        conditionals.reduce((sum, { velocity, posterior }) => sum + velocity[i]! * posterior[i]!, 0),
      );
      expect(Math.max(...mean.map((u, i) => Math.abs(u - marginal[i]!)))).to.be.below(1e-12);
      // Continuity: ∂p/∂t + ∂(p·u)/∂x = 0, by central differences.
      const [before, now, after] = [0.399, 0.4, 0.401].map((t) => momentOf(name, data, t));
      const flux = now!.density.map((p, i) => p * marginal[i]!);
      const sum = heights.slice(1, -1).map((_, i) => {
        const change = (after!.density[i + 1]! - before!.density[i + 1]!) / 0.002;
        return change + (flux[i + 2]! - flux[i]!) / (2 * step);
      });
      expect(Math.max(...sum.map(Math.abs))).to.be.below(0.02);
    });

    it(`${name}: the trajectories lead from the noise to the data, in their order`, () => {
      const { times, densities, trajectories } = viewPath(name, data);
      expect(times.at(-1)).to.equal(latest[name]);
      expect(densities.length).to.equal(times.length);
      const ends = trajectories.map((xs) => xs.at(-1)!);
      expect(ends).to.deep.equal([...ends].sort((a, b) => a - b));
      for (const end of ends) {
        // VP's path stops before t = 1, where its peaks are still wide.
        expect(Math.min(...data.map((x1) => Math.abs(end - x1)))).to.be.below(name === 'VP' ? 0.6 : 0.25);
      }
    });
  }

  it('the gap of the two gradients falls as one over the root of the number of draws', () => {
    const gaps = [0, 1, 2, 3, 4, 5].flatMap((seed) => gapsOf('OT', data, seed));
    const [x, y] = [gaps.map(({ draws }) => Math.log(draws)), gaps.map(({ distance }) => Math.log(distance))];
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [mx, my] = [mean(x), mean(y)];
    const slope = mean(x.map((v, i) => (v - mx) * (y[i]! - my))) / mean(x.map((v) => (v - mx) ** 2));
    expect(slope).to.be.within(-0.65, -0.35);
  });

  it('MeanFlow’s identity holds on the trajectory that is drawn', () => {
    const { times, heights: z } = trajectoryOf([-1.2, 1.1], 0.7);
    const stretch = stretchOf([-1.2, 1.1], 0.7, times[12]!, times[48]!);
    expect(stretch.residual).to.be.below(1e-6);
    expect(stretch.zr).to.be.closeTo(z[12]!, 1e-5);
    expect(stretch.zt).to.be.closeTo(z[48]!, 1e-5);
    // The slope of the trajectory itself, by central differences.
    const slope = (z[49]! - z[47]!) / (times[49]! - times[47]!);
    expect(stretch.velocity).to.be.closeTo(slope, 5e-3);
    expect(stretch.average).to.be.closeTo((z[48]! - z[12]!) / (times[48]! - times[12]!), 1e-4);
  });
});
