/** The data of the published figures, at their scale and with their noise. */
import { concatenate, type random, type Tensor, tensor } from '../../../autograd/index.ts';
import { eightGaussians, moons } from '../../../flows/index.ts';

/** What is needed to read a figure. */
export interface DataDescription {
  readonly name: string;
  /** Scale and noise. */
  readonly scale: string;
}

export interface BenchData extends DataDescription {
  /** Independent samples, [count, 2]. */
  readonly draw: (key: random.Key, count: number) => Tensor;
  /**
   * The samples to measure against, with as many points of each half circle or each Gaussian: fewer
   * accidents, a lower floor.
   */
  readonly test: (key: random.Key, count: number) => Tensor;
}

/**
 * The moons of TorchCFM's table 2, scikit-learn's: its `runner` doubles them and shifts them to the left by
 * one.
 */
export const doubleMoons: BenchData = {
  name: 'moons, 2x − (1, 0)',
  scale: 'radius 2, noise N(0, 0.1²)',
  draw: (key, count) => doubled(moons(key, count, { noise: 0.05 }).points),
  test: (key, count) => doubled(balanced(key, count, 2, (k, n) => moons(k, n, { noise: 0.05 }))),
};

/** scikit-learn's moons with Gaussian noise. */
export const plainMoons: BenchData = {
  name: 'moons',
  scale: 'radius 1, noise N(0, 0.1²)',
  draw: (key, count) => moons(key, count, { noise: 0.1 }).points,
  test: (key, count) => balanced(key, count, 2, (k, n) => moons(k, n, { noise: 0.1 })),
};

/** The eight Gaussians of TorchCFM's notebooks. */
export const ring: BenchData = {
  name: 'eight Gaussians',
  scale: 'radius 5, deviation 0.562',
  draw: (key, count) => eightGaussians(key, count).points,
  test: (key, count) => balanced(key, count, 8, (k, n) => eightGaussians(k, n)),
};

/** The real ones; see likelihood.ts. */
export const digitImages: DataDescription = { name: 'digits', scale: '17 levels, dequantised; 297 held out' };

function doubled(points: Tensor): Tensor {
  return points.multiply(2).subtract(tensor([1, 0]));
}

/** As many points of each class. */
function balanced(
  key: random.Key,
  count: number,
  classes: number,
  draw: (key: random.Key, count: number) => { readonly points: Tensor; readonly labels: Tensor },
): Tensor {
  const { points, labels } = draw(key, 2 * count);
  const classOf = labels.toTypedArray();
  const rows = Array.from({ length: classes }, (_, k) => {
    const wanted = Math.floor(((k + 1) * count) / classes) - Math.floor((k * count) / classes);
    const members = [...classOf.keys()].filter((i) => classOf[i] === k).slice(0, wanted);
    return points.gather(tensor(members, { dtype: 'int32' }));
  });
  return concatenate(rows);
}
