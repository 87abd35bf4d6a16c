/** Computes the report's pictures of flows in the plane, from exact marginal fields, in float64. */
import { random, stack, type Tensor, tensor } from '../../../autograd/index.ts';
import { asymmetricMixture, gaussianMixture } from '../../data/index.ts';
import {
  type GaussianPath,
  optimalTransportPath,
  varianceExplodingPath,
  variancePreservingPath,
} from '../../paths/index.ts';
import { marginalField } from '../../paths/marginal-field.ts';
import type { AverageVelocityPicture, PathPicture, Point } from '../../report/index.ts';
import { odeSolve } from '../../solvers/index.ts';
import { reverseTime } from '../../time.ts';

const dtype = 'float64';
const mixture = {
  means: tensor(asymmetricMixture.means, { dtype }),
  deviations: tensor(asymmetricMixture.deviations, { dtype }),
  weights: tensor(asymmetricMixture.weights, { dtype }),
};
const dataPoints = 250;
/** The pictures end before t = 1, where the velocity of the variance-preserving path is singular. */
const lastTime = 1 - 1e-3;

const pathPictures: readonly {
  readonly name: string;
  readonly equation: string;
  readonly path: GaussianPath;
}[] = [
  {
    name: 'Optimal transport',
    equation: 'μ_t = t x_1,  σ_t = 1 − (1 − σ_min) t',
    path: optimalTransportPath(),
  },
  {
    name: 'Variance preserving',
    equation: 'μ_t = α_{1−t} x_1,  σ_t^2 = 1 − α_{1−t}^2',
    path: variancePreservingPath(),
  },
  {
    name: 'Variance exploding',
    equation: 'μ_t = x_1,  σ_t = σ_{1−t}',
    path: varianceExplodingPath({ sigmaMin: 0.01, sigmaMax: 8 }),
  },
];

/**
 * Trajectories from noise to a mixture of three Gaussians along each of the paths' marginal fields.
 * @example const pictures = drawPaths(random.key(0));
 */
export function drawPaths(key: random.Key): PathPicture[] {
  const [noiseKey, dataKey] = random.split(key);
  const data = points(gaussianMixture(dataKey, dataPoints, asymmetricMixture, { dtype }).points);
  return pathPictures.map(({ name, equation, path }) => {
    const noise = random.normal(noiseKey, [40, 2], { dtype });
    const start = noise.multiply(path.deviation(noise, 0));
    const { velocity } = marginalField(path, mixture);
    const { states } = odeSolve(velocity, start, { from: 0, to: lastTime, steps: 60, trajectory: true });
    return { name, equation, trajectories: trajectories(states), data };
  });
}

/**
 * MeanFlow's average velocity beside the instantaneous one, at points z_t of the optimal-transport path. We
 * solve the ODE of the exact field from t (towards noise) to r; the average velocity is the displacement,
 * u(z_t, r, t) = (z_t − z_r) / (t − r).
 *
 * @example const pictures = drawAverageVelocities(random.key(0));
 */
export function drawAverageVelocities(key: random.Key): AverageVelocityPicture[] {
  const [noiseKey, dataKey, shownKey] = random.split(key, 3);
  const x = gaussianMixture(dataKey, 18, asymmetricMixture, { dtype }).points;
  const e = random.normal(noiseKey, x.shape, { dtype });
  const data = points(gaussianMixture(shownKey, dataPoints, asymmetricMixture, { dtype }).points);
  const velocity = reverseTime(marginalField(optimalTransportPath(), mixture).velocity);
  const spans: readonly (readonly [t: number, r: number])[] = [
    [1, 0],
    [0.8, 0.3],
  ];
  return spans.map(([t, r]) => {
    const z = x.multiply(1 - t).add(e.multiply(t));
    const { states, x: reached } = odeSolve(velocity, z, { from: t, to: r, steps: 40, trajectory: true });
    return {
      t,
      r,
      trajectories: trajectories(states),
      average: points(z.subtract(reached).divide(t - r)),
      instantaneous: points(velocity(z, t)),
      data,
    };
  });
}

/** Turns the states of a batch at each time, [batch, 2], into one trajectory for each point. */
function trajectories(states: readonly Tensor[]): Point[][] {
  return stack(states, 1).toArray() as unknown as Point[][];
}

function points(x: Tensor): Point[] {
  return x.toArray() as unknown as Point[];
}
