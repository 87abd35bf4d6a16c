/**
 * MeanFlow and its relatives: at the exact average velocity the losses have no gradient, and they bring a
 * perturbed velocity back.
 */

import type { Tensor } from '../../../autograd/index.ts';
import type { AverageVelocity } from '../../time.ts';
import { alphaFlow, unbiasedLosses } from '../average-losses.ts';
import type { Claim, Measurement } from '../claim.ts';
import { averageVelocityOf, timesLike } from '../exact-velocities.ts';
import { somePoints } from '../examples.ts';
import { type ExampleName, exactExamples } from '../joint-grids.ts';
import { relativeGap } from '../numerics.ts';
import { type AverageLoss, pullAt, pullAtRest, restoringForces } from '../pulls.ts';

const part = 'Losses of the average velocity: fixed points';
const names = ['gaussian', 'mixture'] as const satisfies readonly ExampleName[];

/** The pull of a loss at the exact u, or at `change` of it: the larger of the two examples'. */
export function pullAtExact(
  loss: AverageLoss,
  change?: (u: AverageVelocity) => AverageVelocity,
): Measurement {
  const pulls = names
    .map((name) => exactExamples[name])
    .map((example) => (change ? pullAt(change(example.average), loss, example) : pullAtRest(loss, example)));
  return { residual: Math.max(...pulls), detail: forBoth(pulls) };
}

/** The force with which a loss brings a perturbed u back: the smaller of the two examples'. */
export function forceBack(loss: AverageLoss): Measurement {
  const forces = names.map((name) => Math.min(...restoringForces(loss, exactExamples[name])));
  return { residual: Math.min(...forces), detail: forBoth(forces) };
}

/** The same where u is not perturbed: the largest, which is rounding. */
export function forceAtRest(loss: AverageLoss): number {
  const { gaussian } = exactExamples;
  return Math.max(...restoringForces(loss, gaussian, 0).map(Math.abs));
}

function forBoth(values: readonly number[]): string {
  return names.map((name, i) => `${name} ${(values[i] as number).toPrecision(2)}`).join(', ');
}

/**
 * (t − r)·u(z_t, r, t) = (t − s)·u(z_t, s, t) + (s − r)·u(z_s, r, s), for the mixture. The left side solves
 * the ODE.
 */
export function mixtureComposition(u: AverageVelocity = exactExamples.mixture.average): number {
  const z = somePoints(31, 20, 1);
  const [r, s, t] = [0.1, 0.45, 0.9];
  const over = (average: AverageVelocity, from: number, to: number, position: Tensor) =>
    average(position, timesLike(z, to), timesLike(z, from)).multiply(from - to);
  const first = over(u, t, s, z);
  const whole = over(averageVelocityOf(exactExamples.mixture.velocity, 160), t, r, z);
  return relativeGap(first.add(over(u, s, r, z.subtract(first))), whole);
}

/** The pull of α-Flow at u(z, r, t) = v(z, t) for all r, on the mixture. */
export function trajectoryFlowMatching(alpha = 1): number {
  const { mixture } = exactExamples;
  return pullAt((z, _, t) => mixture.velocity(z, t), alphaFlow(alpha), mixture);
}

const losses: Readonly<Record<string, { title: string; equation: string; loss: AverageLoss }>> = {
  meanflow: {
    title: 'MeanFlow (γ = 1)',
    equation: 'Δ = u − sg(v_t − (t−r)·jvp(u, (v_t, 0, 1)))',
    loss: unbiasedLosses.meanFlow,
  },
  improved: {
    title: 'improved MeanFlow (γ = 1)',
    equation: 'Δ = u + (t−r)·sg(jvp(u, (u(z,t,t), 0, 1))) − v_t',
    loss: unbiasedLosses.improvedMeanFlow,
  },
  split: {
    title: 'SplitMeanFlow',
    equation: 'Δ = u(z_t,r,t) − sg((1−λ)·u(z_s,r,s) + λ·u(z_t,s,t))',
    loss: unbiasedLosses.splitMeanFlow,
  },
  shortcut: {
    title: 'a shortcut model',
    equation: 'Δ = s(x_t,t,2d) − sg(½·s(x_t,t,d) + ½·s(x_{t+d},t+d,d))',
    loss: unbiasedLosses.shortcut,
  },
  distillation: {
    title: 'self-distillation',
    equation: 'Δ = ∂_t X_{s,t} − v_{t,t}(X_{s,t})',
    loss: unbiasedLosses.selfDistillation,
  },
};

export const fixedPointClaims: readonly Claim[] = [
  {
    id: 'fixed.composition',
    part,
    claim: 'Two spans compose to one, for a mixture too',
    equation: '(t−r)·u(z_t,r,t) = (t−s)·u(z_t,s,t) + (s−r)·u(z_s,r,s)',
    compared: 'Left by 160 Runge–Kutta steps, right by F_r(z_r) = F_t(z_t); three unequal Gaussians, d = 1',
    bound: 'at most',
    tolerance: 1e-7,
    measure: () => mixtureComposition(),
  },
  ...Object.entries(losses).map(
    ([name, { title, equation, loss }]): Claim => ({
      id: `fixed.${name}`,
      part,
      claim: `The exact u is a fixed point of ${title}`,
      equation: `${equation};  ∇E‖Δ‖² = 0`,
      compared:
        'The expected gradient in 113 directions, against a plain regression at 1.1·u; a Gaussian and a mixture',
      bound: 'at most',
      tolerance: 1e-10,
      measure: () => pullAtExact(loss),
    }),
  ),
  ...Object.entries(losses).map(
    ([name, { title, equation, loss }]): Claim => ({
      id: `restoring.${name}`,
      part,
      claim: `A perturbed u is pulled back by ${title}`,
      equation: `${equation};  dL(u + aφ)/da · a > 0`,
      compared:
        'The least of five directions φ, a = ±0.1, in units of a plain regression; a Gaussian and a mixture',
      bound: 'at least',
      tolerance: 0.1,
      measure: () => forceBack(loss),
      without: () => forceAtRest(loss),
    }),
  ),
  {
    id: 'fixed.alpha.average',
    part,
    claim: 'And of α-Flow, if its first step is the model’s own',
    equation: 'Δ = u − sg(α·u(z_t,s,t) + (1−α)·u(z_s,r,s)),  r < t',
    compared: 'The expected gradient as above, α = ¼; a Gaussian and a mixture',
    bound: 'at most',
    tolerance: 1e-10,
    measure: () => pullAtExact(unbiasedLosses.alphaFlow),
  },
  {
    id: 'fixed.alpha.one',
    part,
    claim: 'At α = 1, α-Flow’s fixed point is the velocity',
    equation: 'u(z, r, t) = v(z, t) for all r',
    compared: 'The expected gradient there; the mixture',
    bound: 'at most',
    tolerance: 1e-10,
    measure: () => trajectoryFlowMatching(),
  },
];
