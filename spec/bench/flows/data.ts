/** The data of the published figures, at their scale and with their noise. */
import { concatenate, random, type Tensor, tensor } from '../../../autograd/index.ts';
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
  /** The samples to measure against, with as many points of each half circle or each Gaussian: fewer accidents, a lower floor. */
  readonly test: (key: random.Key, count: number) => Tensor;
}

/** TorchCFM's moons: torchdyn's noise is uniform and moves both coordinates alike; then 3x − 1. */
export const wideMoons: BenchData = {
  name: 'moons, 3x − 1',
  scale: 'radius 3, noise U(0, 0.6) along (1, 1)',
  draw(key, count) {
    const [first, second] = random.split(key) as [random.Key, random.Key];
    return shake(second, moons(first, count, { noise: 0 }).points);
  },
  test(key, count) {
    const half = Math.floor(count / 2);
    const angle = (i: number, of: number) => (Math.PI * i) / (of - 1);
    const upper = Array.from({ length: half }, (_, i) => angle(i, half)).map((a) => [Math.cos(a), Math.sin(a)]);
    const lower = Array.from({ length: count - half }, (_, i) => angle(i, count - half)).map((a) => [
      1 - Math.cos(a),
      0.5 - Math.sin(a),
    ]);
    return shake(key, tensor([...upper, ...lower]));
  },
};

/** scikit-learn's moons with Gaussian noise. */
export const plainMoons: BenchData = {
  name: 'moons',
  scale: 'radius 1, noise N(0, 0.1²)',
  draw: (key, count) => moons(key, count, { noise: 0.1 }).points,
  test: (key, count) => balanced(key, count, 2, (k, n) => moons(k, n, { noise: 0.1 })),
};

/** TorchCFM's eight Gaussians. */
export const ring: BenchData = {
  name: 'eight Gaussians',
  scale: 'radius 5, deviation 0.562',
  draw: (key, count) => eightGaussians(key, count).points,
  test: (key, count) => balanced(key, count, 8, (k, n) => eightGaussians(k, n)),
};

/** The real ones; see likelihood.ts. */
export const digitImages: DataDescription = { name: 'digits', scale: '17 levels, dequantised; 297 held out' };

function shake(key: random.Key, points: Tensor): Tensor {
  const shift = random.uniform(key, [points.shape[0] as number, 1], { high: 0.2 });
  return points.add(shift).multiply(3).subtract(1);
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
