/**
 * Makes the mistakes that implementations make, with an exact model. Without a mistake, the loss has no
 * gradient at that model: `mistake.guidance.once` measures it. A mistake in training must show as a gradient
 * there. A mistake in sampling must move the samples.
 */
import { full, grad, random, type Tensor } from '../../../autograd/index.ts';
import { type Guidance, guidedVelocity, meanFlowError, meanFlowLoss } from '../../losses/index.ts';
import type { Dense } from '../../networks/index.ts';
import { odeSolve } from '../../solvers/index.ts';
import { type AverageVelocity, type ConditionalAverageVelocity, dataToNoise } from '../../time.ts';
import { meanFlowWithTangents, type Tangents, unbiasedLosses } from '../average-losses.ts';
import type { Claim, Measurement } from '../claim.ts';
import { averageVelocityOf, marginalVelocity, timesLike } from '../exact-velocities.ts';
import { eachPoint, smallNetwork, somePoints, threePoints } from '../examples.ts';
import { networkAverageVelocity } from '../integrals.ts';
import { exactExamples } from '../joint-grids.ts';
import { largest, lazily, norm, relativeGap } from '../numerics.ts';
import { pullAt, pullAtRest } from '../pulls.ts';
import { guidedField } from './guidance.ts';

const part = 'Losses of the average velocity: mistakes';
const { mixture } = exactExamples;
const wrongTangents: readonly Tangents[] = [
  (v) => [v, 0, 0],
  (v) => [v, 1, 0],
  (v) => [v, 1, 1],
  () => [0, 0, 1],
];

/** The least pull at the exact u of the mixture, over the wrong choices of tangents. */
export function wrongTangentPull(choices = wrongTangents): Measurement {
  const pulls = choices.map((tangents) => pullAt(mixture.average, meanFlowWithTangents(tangents), mixture));
  return { residual: Math.min(...pulls), detail: `pulls ${list(pulls)}` };
}

const { alphaFlow: _, ...losses } = unbiasedLosses;
const swappable = Object.values(losses);

/**
 * The least pull of five losses at an exact u whose times are swapped. `change` makes the mistake: it takes
 * the mixture's exact u to a wrong one.
 */
export function swappedTimesPull(
  change = (u: AverageVelocity): AverageVelocity =>
    (z, r, t) =>
      u(z, t, r),
): Measurement {
  const pulls = swappable.map((loss) => pullAt(change(mixture.average), loss, mixture));
  return { residual: Math.min(...pulls), detail: `pulls ${list(pulls)}` };
}

const [w, nullClass] = [2.5, 2];
const guided = lazily(() => guidedField(0, w));
const plain = lazily(() => marginalVelocity(threePoints[2]));

const ofFirstClass = {
  points: threePoints[2].points.slice([[0, 2]]),
  weights: threePoints[2].weights.slice([[0, 2]]),
};

/**
 * A perfect model of the first class, which has two of the three points in the plane. It returns u^cfg, and v
 * under the null class.
 */
const guidedModel: ConditionalAverageVelocity = (z, r, t, labels) =>
  labels.toTypedArray()[0] === nullClass ? plain()(z, t) : averageVelocityOf(guided(), 20)(z, r, t);

/**
 * Applies the guidance to v_t `applications` times: once is right. Returns |E[Δ | z_t, c]| of the MeanFlow
 * loss at the exact u^cfg, relative to u^cfg: the largest over ten z_t.
 */
export function guidedTraining(applications: number): number {
  const [z, r, t] = [somePoints(37, 10, 2), 0.4, 0.7];
  const at = { r: timesLike(z, r), t: timesLike(z, t), labels: full([10], 0, { dtype: 'int32' }) };
  const u: AverageVelocity = (...point) => guidedModel(...point, at.labels);
  const samples = eachPoint(ofFirstClass, (x, q) => {
    const e = z.subtract(x.multiply(1 - t)).divide(t);
    let v = e.subtract(x);
    for (let i = 0; i < applications; i++)
      v = guidedVelocity(guidedModel, { z, v, ...at }, { scale: w, nullClass });
    const weight = e.square().sum({ axes: 1, keepDims: true }).multiply(-0.5).exp().multiply(q);
    return { weight, delta: meanFlowError(u, { z, v, ...at }) };
  });
  const total = sum(samples.map(({ weight }) => weight));
  return (
    largest(sum(samples.map(({ weight, delta }) => weight.multiply(delta))).divide(total)) /
    largest(u(z, at.r, at.t))
  );
}

/** Two claims compare with it. */
const guidedOnce = lazily(() => guidedTraining(1));

const mixing = 0.3;
/** With κ the effective scale is w/(1 − κ), which must be that of the exact field. */
const guidance: Guidance = { scale: w * (1 - mixing), mixing, nullClass };

/**
 * The gradient of `meanFlowLoss` with labels and guidance at the exact u^cfg of the first class, relative to
 * that at 1.1·u^cfg. The loss is an expectation over the class given z_t, and u moves by a network. `change`
 * makes a mistake in the model.
 */
export function guidedLossPull(
  settings: Guidance | null = guidance,
  change: (u: ConditionalAverageVelocity) => ConditionalAverageVelocity = (u) => u,
): number {
  const [z, r, t] = [somePoints(37, 6, 2), 0.4, 0.7];
  const samples = eachPoint(ofFirstClass, (x, q) => {
    const noise = z.subtract(x.multiply(1 - t)).divide(t);
    const density = noise.square().sum({ axes: 1 }).multiply(-0.5).exp().multiply(q);
    return { data: x.broadcastTo(z.shape), noise, density };
  });
  const total = sum(samples.map(({ density }) => density));
  const theta = smallNetwork(2, 2).initialise(random.key(38));
  const network = networkAverageVelocity(2);
  const pull = (scale: number) => {
    const moved = (p: Dense[]): ConditionalAverageVelocity =>
      change((...[at, from, to, labels]) =>
        guidedModel(at, from, to, labels)
          .multiply(scale)
          .add(network(p)(at, from, to))
          .subtract(network(theta)(at, from, to)),
      );
    const lossOf = (p: Dense[]) =>
      samples.map(({ data, noise, density }) => {
        const weights = density.divide(total);
        const labels = full([6], 0, { dtype: 'int32' });
        const batch = { data, noise, r: timesLike(z, r), t: timesLike(z, t), labels, weights };
        return meanFlowLoss(moved(p), batch, { gamma: 1, ...(settings && { guidance: settings }) }).loss;
      });
    return norm(grad((p: Dense[]) => sum(lossOf(p)))(theta));
  };
  return pull(1) / pull(1.1);
}

/** How far the samples of the guided model move if the sampler guides its velocity again. */
export function guidedSampling(scale = w): number {
  const again = dataToNoise((z, t) =>
    guided()(z, t)
      .multiply(scale)
      .add(plain()(z, t).multiply(1 - scale)),
  );
  return relativeGap(odeSolve(again, guidedNoise(), guidedSpan).x, guidedSamples());
}

const guidedNoise = lazily(() => somePoints(38, 20, 2));
/** Stops before t = 0, where the velocity towards a single point is 0/0. */
const guidedSpan = { from: 1, to: 0.1, steps: 50 } as const;
const guidedSamples = lazily(() => odeSolve(guided(), guidedNoise(), guidedSpan).x);

function sum(terms: readonly Tensor[]): Tensor {
  return terms.reduce((a, b) => a.add(b));
}

function list(values: readonly number[]): string {
  return values.map((value) => value.toPrecision(2)).join(', ');
}

export const mistakeClaims: readonly Claim[] = [
  {
    id: 'mistake.tangents',
    part,
    claim: 'Wrong tangents pull at the exact u',
    equation: 'jvp(u, (z, r, t), τ), τ = (v,0,0), (v,1,0), (v,1,1), (0,0,1)',
    compared: 'The expected gradient, the least of the four: must show; the mixture',
    bound: 'at least',
    tolerance: 0.5,
    measure: () => wrongTangentPull(),
    without: () => wrongTangentPull([(v) => [v, 0, 1]]),
  },
  {
    id: 'mistake.swapped',
    part,
    claim: 'So do times that are swapped',
    equation: 'u(z, t, r) for u(z, r, t)',
    compared: 'The expected gradient of MeanFlow and its four relatives, the least: must show; the mixture',
    bound: 'at least',
    tolerance: 0.5,
    measure: () => swappedTimesPull(),
    without: () => Math.max(...swappable.map((loss) => pullAtRest(loss, mixture))),
  },
  {
    id: 'mistake.guidance.once',
    part,
    claim: 'Guided once, the exact u^cfg is at rest',
    equation: 'E[u^cfg − u_tgt | z_t, c] = 0,  u_tgt with w·v_t + (1−w)·u^cfg(z_t,t,t|∅)',
    compared: 'The posterior mean over a class, relative to u^cfg, by 20 steps of RK4; w = 2.5, d = 2',
    bound: 'at most',
    tolerance: 1e-4,
    measure: () => guidedOnce(),
  },
  {
    id: 'mistake.guidance.training',
    part,
    claim: 'Guided twice in training, it is not',
    equation: 'w·v_g + (1−w)·u^cfg(z_t,t,t|∅) for v_g',
    compared: 'The same: must show',
    bound: 'at least',
    tolerance: 0.1,
    measure: () => guidedTraining(2),
    without: () => guidedOnce(),
  },
  {
    id: 'mistake.guidance.loss',
    part,
    claim: 'The guided loss itself is at rest there',
    equation: '∇E‖u^cfg − sg(u^cfg_tgt)‖² = 0,  scale w/(1−κ)',
    compared: 'The gradient of meanFlowLoss with labels, w and κ = 0.3, relative to that at 1.1·u^cfg; d = 2',
    bound: 'at most',
    tolerance: 1e-4,
    measure: () => guidedLossPull(),
  },
  {
    id: 'mistake.guidance.sampling',
    part,
    claim: 'Guided again when sampling, the samples move',
    equation: 'w·u^cfg(z,t,t|c) + (1−w)·u^cfg(z,t,t|∅) for u^cfg(z,t,t|c)',
    compared: 'Both solved from t = 1 to 0.1, relative to the largest: must show; w = 2.5, d = 2',
    bound: 'at least',
    tolerance: 0.02,
    measure: () => guidedSampling(),
    without: () => guidedSampling(1),
  },
];
