/** Tests whether a velocity is a loss's fixed point: the expected gradient at it, and at perturbed ones. */
import { full, grad, random, subtract, type Tensor } from '../../autograd/index.ts';
import type { Dense } from '../networks/index.ts';
import type { AverageVelocity } from '../time.ts';
import { smallNetwork } from './examples.ts';
import { networkAverageVelocity } from './integrals.ts';
import { type ExactExample, type JointGrid, jointGrid } from './joint-grids.ts';
import { float64, norm } from './numerics.ts';

/** A loss of an average velocity on weighted pairs of data and noise, at the times r and t, both [n, 1]. */
export type AverageLoss = (
  u: AverageVelocity,
  batch: JointGrid & { readonly r: Tensor; readonly t: Tensor },
) => Tensor;

/** Times r ≤ t, all equally likely. */
export type TimePairs = readonly (readonly [r: number, t: number])[];

/** The last pair has r = t, where the losses are plain flow matching. */
export const fixedPointTimes: TimePairs = [
  [0.1, 0.5],
  [0.3, 0.9],
  [0.7, 0.7],
];

/** The expectation of a loss over data and noise, summed over the pairs of times. */
export function expectedLoss(
  loss: AverageLoss,
  example: ExactExample,
  u: AverageVelocity,
  times: TimePairs = fixedPointTimes,
): Tensor {
  return times
    .map(([r, t]) => {
      const grid = jointGrid(example, t);
      const timeOf = (value: number) => full(grid.data.shape, value, { dtype: 'float64' });
      return loss(u, { ...grid, r: timeOf(r), t: timeOf(t) });
    })
    .reduce((total, term) => total.add(term));
}

/**
 * ∇L at u: the gradient of L(u + N_θ − N_θ₀) in θ at θ₀, where N is a small network. At θ₀ the two networks
 * cancel, so the loss sees u itself. The 113 parameters are the directions in which u may move.
 */
export function gradientAt(
  u: AverageVelocity,
  loss: AverageLoss,
  example: ExactExample,
  times: TimePairs = fixedPointTimes,
): readonly Dense[] {
  const theta = smallNetwork(1, 2).initialise(random.key(30));
  const network = networkAverageVelocity(1);
  const moved = (p: Dense[]): AverageVelocity => {
    const [now, then] = [network(p), network(theta)];
    return (z, r, t) =>
      u(z, r, t)
        .add(now(z, r, t))
        .subtract(then(z, r, t));
  };
  return grad((p: Dense[]) => expectedLoss(loss, example, moved(p), times))(theta);
}

/**
 * ‖∇L‖ at u, divided by the ‖∇‖ of a plain regression onto the exact u, E‖· − u‖², at 1.1 times the exact u.
 * So a pull of 1 is a bias that weighs as much as an error of a tenth of u.
 */
export function pullAt(
  u: AverageVelocity,
  loss: AverageLoss,
  example: ExactExample,
  times: TimePairs = fixedPointTimes,
): number {
  return norm(gradientAt(u, loss, example, times)) / pullOfATenth(example, times);
}

/** The pull of a loss at the exact u, at `fixedPointTimes`. Several claims compare with it: computed once. */
export function pullAtRest(loss: AverageLoss, example: ExactExample): number {
  return once(exactPulls, loss, example, () => pullAt(example.average, loss, example));
}

/** The unit of `pullAt`. It is the same for all losses, so it is computed once. */
function pullOfATenth(example: ExactExample, times: TimePairs): number {
  return once(pullsOfATenth, times, example, () => norm(gradientOfATenth(example, times)));
}

type Kept<Key extends object> = WeakMap<Key, Map<ExactExample, number>>;
const exactPulls: Kept<AverageLoss> = new WeakMap();
const pullsOfATenth: Kept<TimePairs> = new WeakMap();

function once<Key extends object>(
  kept: Kept<Key>,
  key: Key,
  example: ExactExample,
  compute: () => number,
): number {
  const known = kept.get(key) ?? new Map<ExactExample, number>();
  const value = known.get(example) ?? compute();
  kept.set(key, known.set(example, value));
  return value;
}

function gradientOfATenth(example: ExactExample, times: TimePairs): readonly Dense[] {
  const exact = example.average;
  const regression: AverageLoss = (moved, { data, noise, r, t, weights }) => {
    const z = pointsOf(data, noise, t);
    return moved(z, r, t)
      .subtract(exact(z, r, t))
      .square()
      .reshape([-1])
      .multiply(weights)
      .sum();
  };
  return gradientAt((z, r, t) => exact(z, r, t).multiply(1.1), regression, example, times);
}

/**
 * How strongly the loss brings a perturbed u + a·φ back to u: dL/da / (2·size·E‖φ‖²) for the directions φ =
 * 1, z, sin 2z, cos 2z and (t − r)·z, with a = ±distance. A plain regression onto u gives 1 at the usual
 * distance, which is the size, and 0 at no distance. Below 0, the perturbation would grow.
 */
export function restoringForces(loss: AverageLoss, example: ExactExample, distance = 0.1): readonly number[] {
  const perturbations: readonly AverageVelocity[] = [
    (z) => z.multiply(0).add(1),
    (z) => z,
    (z) => z.multiply(2).sin(),
    (z) => z.multiply(2).cos(),
    (z, r, t) => z.multiply(t.subtract(r)),
  ];
  return perturbations.map((phi, i) => {
    const sign = i % 2 === 0 ? 1 : -1;
    const square: AverageLoss = (_, { data, noise, r, t, weights }) =>
      phi(pointsOf(data, noise, t), r, t)
        .square()
        .reshape([-1])
        .multiply(weights)
        .sum();
    const lossAt = (by: Tensor) =>
      expectedLoss(loss, example, (z, r, t) => example.average(z, r, t).add(phi(z, r, t).multiply(by)));
    const slope = grad(lossAt)(float64(sign * distance)).item();
    return slope / (2 * sign * 0.1 * expectedLoss(square, example, phi).item());
  });
}

/** z_t = (1 − t)·x + t·e. */
export function pointsOf(data: Tensor, noise: Tensor, t: Tensor): Tensor {
  return subtract(1, t).multiply(data).add(t.multiply(noise));
}
