/** The losses that are biased: by how much, and whether the bias vanishes in a limit. */

import { random, subtract } from '../../../autograd/index.ts';
import { flowMapFromAverage } from '../../flow-map.ts';
import { alphaFlow, consistency, improvedMeanFlow, meanFlow, unbiasedLosses } from '../average-losses.ts';
import type { Claim, Measurement } from '../claim.ts';
import { smallNetwork } from '../examples.ts';
import { networkAverageVelocity } from '../integrals.ts';
import { exactExamples } from '../joint-grids.ts';
import { relativeDistance } from '../numerics.ts';
import { type AverageLoss, gradientAt, pointsOf, pullAt, pullAtRest, type TimePairs } from '../pulls.ts';

const part = 'Losses of the average velocity: biases';
const { mixture } = exactExamples;

/** Spans that end at the data, r = 0, as in consistency flow matching. */
const toData: TimePairs = [
  [0, 0.5],
  [0, 0.9],
];

/** The least pull of the losses at the exact u of the mixture. */
export function leastPull(losses: readonly AverageLoss[]): Measurement {
  const pulls = losses.map((loss) => pullAtRest(loss, mixture));
  return { residual: Math.min(...pulls), detail: `pulls ${list(pulls)}` };
}

/**
 * The pull at the exact u of the mixture falls as a power of the loss's step h. Measures this power at h and
 * h/2, and returns it minus the expected one.
 */
export function orderOfPull(
  loss: (h: number) => AverageLoss,
  h: number,
  expected: number,
  times?: TimePairs,
): Measurement {
  const pulls = [h, h / 2].map((step) => pullAt(mixture.average, loss(step), mixture, times));
  const [coarse, fine] = pulls as [number, number];
  const order = Math.log2(coarse / fine);
  return { residual: order - expected, detail: `pulls ${list(pulls)}, order ${order.toFixed(3)}` };
}

/** α-Flow's gradient at a small α, against MeanFlow's. Both are taken at an untrained network. */
export function alphaLimit(alpha = 1e-5): number {
  const u = networkAverageVelocity(1)(smallNetwork(1, 2).initialise(random.key(32)));
  return relativeDistance(gradientAt(u, alphaFlow(alpha), mixture), gradientAt(u, meanFlow(), mixture));
}

/**
 * The velocity term's gradient, against its leading order in Δt: that of −2Δt·E⟨v, sg(v − u_t)⟩/(1 − t).
 * Both are taken at the exact v(x, t), the average velocity from t to the data. u_t is the marginal velocity.
 */
export function velocityTermLimit(step = 1e-5, sign = 1): number {
  const expected: AverageLoss = (u, { data, noise, t, weights }) => {
    const [z, r] = [pointsOf(data, noise, t), t.multiply(0)];
    const ahead = (average: typeof u) => flowMapFromAverage(average)(z, subtract(1, t), r.add(1));
    const excess = ahead(mixture.average).add(mixture.velocity(z, t)); // u_t is −v in reversed time
    const product = ahead(u)
      .multiply(excess)
      .divide(t)
      .multiply(-2 * sign * step);
    return product.reshape([-1]).multiply(weights).sum();
  };
  return relativeDistance(
    gradientAt(mixture.average, consistency('velocity', step), mixture, toData),
    gradientAt(mixture.average, expected, mixture, toData),
  );
}

function list(values: readonly number[]): string {
  return values.map((value) => value.toPrecision(3)).join(', ');
}

export const biasClaims: readonly Claim[] = [
  {
    id: 'bias.adaptive',
    part,
    claim: 'The adaptive weight moves the fixed point',
    equation: '∇E[sg(ω)·‖Δ‖²] ≠ 0 at the exact u,  γ = 0.5',
    compared:
      'The pull of MeanFlow and improved MeanFlow, in units of a u that is wrong by a tenth: must show; the mixture',
    bound: 'at least',
    tolerance: 0.5,
    measure: () => leastPull([meanFlow(0.5), improvedMeanFlow(0.5)]),
    without: () => leastPull([unbiasedLosses.meanFlow, unbiasedLosses.improvedMeanFlow]),
  },
  {
    id: 'bias.alpha',
    part,
    claim: 'α-Flow is biased at α > 0',
    equation: 'E[α·v_t + (1−α)·u(z_t − (t−s)·v_t, r, s) | z_t] ≠ u(z_t, r, t)',
    compared: 'The pull for α = 1, ½, ¼, in the same units: must show; the mixture',
    bound: 'at least',
    tolerance: 0.5,
    measure: () => leastPull([1, 0.5, 0.25].map((alpha) => alphaFlow(alpha))),
    without: () => leastPull([unbiasedLosses.alphaFlow]),
  },
  {
    id: 'bias.alpha.order',
    part,
    claim: 'Its bias vanishes with α',
    equation: '∇L_α = O(α) at the exact u',
    compared: 'The power of α in the pull, at 1/256 and 1/512: 1; the mixture',
    bound: 'at most',
    tolerance: 0.05,
    measure: () => orderOfPull((alpha) => alphaFlow(alpha), 1 / 256, 1),
  },
  {
    id: 'bias.alpha.limit',
    part,
    claim: 'There, α-Flow is MeanFlow',
    equation: '∇(α⁻¹·‖Δ_α‖²) → ∇‖Δ_MF‖²,  α → 0',
    compared: 'Both gradients at α = 10⁻⁵, for a u that has learned nothing; the mixture',
    bound: 'at most',
    tolerance: 1e-4,
    measure: () => alphaLimit(),
  },
  {
    id: 'bias.consistency.endpoint',
    part,
    claim: 'Consistency FM: the end’s bias vanishes with Δt',
    equation: '∇E‖f(t, x_t) − sg f(t+Δt, x_{t+Δt})‖² = O(Δt²),  where an error in v weighs Δt',
    compared:
      'The power of Δt in the pull at the exact average velocity to the data, at 1/256 and 1/512: 2; the mixture',
    bound: 'at most',
    tolerance: 0.1,
    measure: () => orderOfPull((step) => consistency('endpoint', step), 1 / 256, 2, toData),
  },
  {
    id: 'bias.consistency.velocity',
    part,
    claim: 'Consistency FM: the velocity term’s does not',
    equation: '∇E‖v(t, x_t) − sg v(t+Δt, x_{t+Δt})‖² = O(Δt), as what an error in v weighs',
    compared: 'The power of Δt in its pull, there: 1; the mixture',
    bound: 'at most',
    tolerance: 0.1,
    measure: () => orderOfPull((step) => consistency('velocity', step), 1 / 256, 1, toData),
  },
  {
    id: 'bias.consistency.formula',
    part,
    claim: 'It pulls towards a straight flow',
    equation: 'E[v(t+Δt, x_{t+Δt}) − v(t, x_t) | x_t] → Δt·(v − u_t)/(1−t)',
    compared: 'The gradient at Δt = 10⁻⁵, and that of the limit; u_t is the marginal velocity; the mixture',
    bound: 'at most',
    tolerance: 1e-3,
    measure: () => velocityTermLimit(),
  },
];
