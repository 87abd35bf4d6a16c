/** Makes the problem from the settings: the data to learn from, and the path. */
import { random, type Tensor, tensor } from '../../../autograd/index.ts';
import {
  checkerboard,
  circles,
  cosinePath,
  eightGaussians,
  energyDistance,
  type GaussianPath,
  type LabelledPoints,
  linearVariancePreservingPath,
  moons,
  optimalTransportPath,
  pinwheel,
  polynomialPath,
  spirals,
  standardize,
  varianceExplodingPath,
  variancePreservingPath,
} from '../../../flows/index.ts';
import type { DataSetName, PathName } from './choices.ts';
import type { Settings } from './settings.ts';

/** The number of points to learn from. More would make the exact field slow. */
const dataCount = 400;

/** How many samples are compared with how many points. */
export const sampleCount = 512;

export interface Problem {
  /** The data to learn from, [n, 2], around the origin, with a deviation of about 1. */
  readonly data: Tensor;
  /**
   * Other points of the same distribution, to compare samples with. For a drawing, the drawn points
   * themselves.
   */
  readonly reference: Tensor;
  /** The energy distance of the data to the reference. Do not expect a sampler to come nearer. */
  readonly floor: number;
  readonly path: GaussianPath;
  /** The time at which to stop, at 1 or where the velocity is still finite. */
  readonly latest: number;
}

export function problemOf(settings: Settings): Problem {
  const [dataKey, referenceKey] = random.split(random.foldIn(random.key(settings.seed), 1));
  const { data, reference } = drawData(settings, dataKey, referenceKey);
  return { data, reference, floor: energyDistance(data, reference), ...pathOf[settings.path] };
}

function drawData({ data: name, drawn }: Settings, dataKey: random.Key, referenceKey: random.Key) {
  if (name === 'drawn') {
    const data = tensor(drawn.map(([x, y]) => [x, y]));
    return { data, reference: data };
  }
  const draw = distributions[name];
  const { data, mean, scale } = standardize(draw(dataKey, dataCount).points);
  const reference = draw(referenceKey, sampleCount).points.subtract(mean).divide(scale);
  return { data, reference };
}

const distributions: Readonly<
  Record<Exclude<DataSetName, 'drawn'>, (key: random.Key, count: number) => LabelledPoints>
> = {
  moons,
  circles: (key, count) => circles(key, count, { factor: 0.5 }),
  gaussians: eightGaussians,
  checkerboard,
  pinwheel,
  spirals,
};

const pathOf: Readonly<Record<PathName, { readonly path: GaussianPath; readonly latest: number }>> = {
  ot: { path: optimalTransportPath(), latest: 0.999 },
  cosine: { path: cosinePath(), latest: 0.999 },
  polynomial: { path: polynomialPath({ exponent: 2 }), latest: 0.999 },
  'linear-vp': { path: linearVariancePreservingPath(), latest: 0.998 },
  vp: { path: variancePreservingPath(), latest: 0.99 },
  ve: { path: varianceExplodingPath({ sigmaMin: 0.05, sigmaMax: 4 }), latest: 1 },
};
