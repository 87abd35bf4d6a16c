import { expect } from 'chai';
import { random } from '../../../autograd/index.ts';
import { drawAverageVelocities, drawPaths } from '../../../flows/cli/run/pictures.ts';
import { asymmetricMixture } from '../../../flows/data/index.ts';

const distance = (a: readonly number[], b: readonly number[]) =>
  Math.hypot(...a.map((value, i) => value - (b[i] as number)));

describe('drawPaths', () => {
  it('leads from noise to the components of the mixture, on all three paths', () => {
    const pictures = drawPaths(random.key(0));
    expect(pictures.map(({ name }) => name)).to.deep.equal([
      'Optimal transport',
      'Variance preserving',
      'Variance exploding',
    ]);
    for (const { trajectories } of pictures) {
      expect(trajectories).to.have.lengthOf(40);
      for (const trajectory of trajectories) {
        expect(trajectory).to.have.lengthOf(61);
        const end = trajectory.at(-1) as readonly number[];
        const deviations = asymmetricMixture.means.map((mean, k) => {
          return distance(end, mean) / (asymmetricMixture.deviations[k] as number);
        });
        // One that starts between two basins ends between two components.
        expect(Math.min(...deviations)).to.be.below(5);
      }
    }
  });
});

describe('drawAverageVelocities', () => {
  it('draws the average velocity as the displacement over the time it takes', () => {
    for (const { t, r, trajectories, average, instantaneous } of drawAverageVelocities(random.key(0))) {
      trajectories.forEach((trajectory, i) => {
        const [from, to] = [trajectory[0], trajectory.at(-1)] as [readonly number[], readonly number[]];
        const u = average[i] as readonly number[];
        expect(
          distance(
            to,
            [0, 1].map((j) => (from[j] as number) - (t - r) * (u[j] as number)),
          ),
        ).to.be.below(1e-12);
        // Near its beginning the trajectory follows the velocity at that instant.
        const [first, second] = trajectory as unknown as [readonly number[], readonly number[]];
        const h = (t - r) / (trajectory.length - 1);
        const v = instantaneous[i] as readonly number[];
        const start = [0, 1].map((j) => (first[j] as number) - h * (v[j] as number));
        expect(distance(second, start)).to.be.below(0.2 * h * Math.hypot(...v) + 1e-3);
      });
    }
  });
});
