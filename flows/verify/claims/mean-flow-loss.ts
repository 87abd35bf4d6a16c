/** The MeanFlow loss: what may stand in its target, and what its weight does to the gradient. */
import {
  jvp,
  random,
  softmax,
  stopGradient,
  type Tensor,
  valueAndGrad,
  vjp,
} from '../../../autograd/index.ts';
import { adaptiveWeight, meanFlowError, meanFlowLoss, squaredNorm } from '../../losses/index.ts';
import type { Dense } from '../../networks/index.ts';
import type { AverageVelocity } from '../../time.ts';
import type { Claim, Measurement } from '../claim.ts';
import { marginalVelocity, timesLike } from '../exact-velocities.ts';
import {
  eachPoint,
  type FiniteData,
  parameterCount,
  smallNetwork,
  somePoints,
  threePoints,
} from '../examples.ts';
import { networkAverageVelocity } from '../integrals.ts';
import { gridQuadrature, largest, relativeDistance } from '../numerics.ts';

const part = 'MeanFlow: the loss';

/** Times r ≤ t. */
type TimePairs = readonly (readonly [r: number, t: number])[];
const timePairs: TimePairs = [
  [0.1, 0.5],
  [0, 0.7],
  [0.6, 0.9],
];

/** Which velocity stands in u_tgt: that of each pair of data and noise, or their mean given z_t. */
type TargetVelocity = 'conditional' | 'marginal';

/** Σ_{r,t} ∫∫ sg(ω)·‖u − sg(u_tgt)‖² p(z_t, x) dx dz_t on a grid of z_t, d = 1, for the three points. */
function lossOnGrid(u: AverageVelocity, target: TargetVelocity, gamma: number, pairs = timePairs): Tensor {
  const data = threePoints[1];
  const v = marginalVelocity(data);
  return pairs
    .flatMap(([r, t]) => {
      const { points: z, weight } = gridQuadrature(-1.3 - 6 * t, 1.2 + 6 * t, 121, 1);
      const [from, to] = [timesLike(z, r), timesLike(z, t)];
      return eachPoint(data, (x, q) => {
        const e = z.subtract(x.multiply(1 - t)).divide(t);
        const density = e
          .square()
          .multiply(-0.5)
          .exp()
          .multiply(q.multiply(weight / t))
          .reshape([-1]);
        const velocity = target === 'conditional' ? e.subtract(x) : v(z, to);
        const squaredError = squaredNorm(meanFlowError(u, { z, v: velocity, r: from, t: to }));
        return adaptiveWeight(squaredError, { gamma, c: 1e-3 })
          .multiply(squaredError)
          .multiply(density)
          .sum();
      });
    })
    .reduce((total, term) => total.add(term));
}

/** At three θ: ‖∇L(v_t) − ∇L(v)‖ / ‖∇L(v)‖ and L(v_t) − L(v), where L(v) has v in its target. */
export function conditionalAgainstMarginal(
  gamma: number,
  pairs = timePairs,
): { readonly gaps: readonly number[]; readonly differences: readonly number[] } {
  const compared = [0, 1, 2].map((seed) => {
    const theta = smallNetwork(1, 2).initialise(random.key(seed));
    const [a, b] = (['conditional', 'marginal'] as const).map((target) =>
      valueAndGrad((p: Dense[]) => lossOnGrid(networkAverageVelocity(1)(p), target, gamma, pairs))(theta),
    ) as [[Tensor, Dense[]], [Tensor, Dense[]]];
    return { gap: relativeDistance(a[1], b[1]), difference: a[0].item() - b[0].item() };
  });
  return {
    gaps: compared.map(({ gap }) => gap),
    differences: compared.map(({ difference }) => difference),
  };
}

/**
 * |E[ω·(v − v_t) | z_t]| relative to E[ω·|v − v_t| | z_t], d = 1: the pull that the loss keeps at r = t when
 * u is exact. With constant weight it is E[v − v_t | z_t] = 0. Returns the largest over 20 z_t.
 */
export function pullAtSolution(gamma: number, { points, weights }: FiniteData = threePoints[1]): number {
  const [z, t] = [somePoints(25, 20, 1), 0.7];
  const x = points.reshape([1, -1]);
  const e = z.subtract(x.multiply(1 - t)).divide(t);
  const posterior = softmax(e.square().multiply(-0.5).add(weights.log()));
  const delta = marginalVelocity({ points, weights })(z, t).subtract(e.subtract(x));
  const weighted = posterior.multiply(adaptiveWeight(delta.square(), { gamma, c: 1e-3 }));
  const meanOf = (values: Tensor) => weighted.multiply(values).sum({ axes: 1 });
  return largest(meanOf(delta).divide(meanOf(delta.abs())));
}

/** N(0, 0.6²) as a finite distribution on a fine grid. */
function gaussianData(): FiniteData {
  const { points } = gridQuadrature(-5, 5, 2501, 1);
  const weights = points.divide(0.6).square().multiply(-0.5).exp().reshape([-1]);
  return { points, weights: weights.divide(weights.sum()) };
}

/** The gradient of sg(ω)·‖Δ‖² against that of ((‖Δ‖² + c)^γ − c^γ)/γ; for γ = 0, of log(‖Δ‖² + c). */
export function adaptiveGradient(gamma: number, c = 1e-3, power = gamma): number {
  const { apply, initialise } = smallNetwork(2, 2);
  const x = somePoints(17, 30, 4);
  const squaredError = (p: Dense[]) => squaredNorm(apply(p, x).subtract(x.slice([null, [0, 2]])));
  const weighted = (p: Dense[]) =>
    adaptiveWeight(squaredError(p), { gamma, c }).multiply(squaredError(p)).sum();
  const potential = (p: Dense[]) => {
    const shifted = squaredError(p).add(c);
    return (
      power === 0
        ? shifted.log()
        : shifted
            .power(power)
            .subtract(c ** power)
            .divide(power)
    ).sum();
  };
  const theta = initialise(random.key(6));
  return relativeDistance(valueAndGrad(weighted)(theta)[1], valueAndGrad(potential)(theta)[1]);
}

/** Value and gradient of the library's loss, against those of the note's training algorithm written out. */
export function trainingAlgorithm(keepsTargetFixed = true): number {
  const [gamma, c] = [0.5, 1e-3];
  const { data: x, noise: e, r, t } = someBatch();
  const sg = keepsTargetFixed ? stopGradient : (y: Tensor) => y;
  const asInTheNote = (p: Dense[]) => {
    const fn = networkAverageVelocity(2)(p);
    const z = t.multiply(-1).add(1).multiply(x).add(t.multiply(e));
    const v = e.subtract(x);
    const [u, dudt] = jvp(fn, [z, r, t], [v, 0, 1]);
    const target = v.subtract(t.subtract(r).multiply(dudt));
    const error = u.subtract(sg(target));
    const norm = error.square().sum({ axes: 1 });
    return stopGradient(norm.add(c).power(gamma - 1))
      .multiply(norm)
      .mean();
  };
  const theta = smallNetwork(2, 2).initialise(random.key(7));
  const batch = { data: x, noise: e, r, t };
  const library = (p: Dense[]) => meanFlowLoss(networkAverageVelocity(2)(p), batch, { gamma, c }).loss;
  return relativeDistance(valueAndGrad(library)(theta), valueAndGrad(asInTheNote)(theta));
}

/** ∇L = E[2ω·(∂u/∂θ)ᵀΔ]: no gradient flows through the target. */
export function stoppedTarget(gamma = 1): number {
  const { data, noise, r, t } = someBatch();
  const theta = smallNetwork(2, 2).initialise(random.key(7));
  const z = t.multiply(-1).add(1).multiply(data).add(t.multiply(noise));
  const delta = meanFlowError(networkAverageVelocity(2)(theta), { z, v: noise.subtract(data), r, t });
  const [, pullback] = vjp((p: Dense[]) => networkAverageVelocity(2)(p)(z, r, t), [theta]);
  const [gradient] = pullback(delta.multiply(2 / 40));
  const loss = (p: Dense[]) =>
    meanFlowLoss(networkAverageVelocity(2)(p), { data, noise, r, t }, { gamma }).loss;
  return relativeDistance(valueAndGrad(loss)(theta)[1], gradient);
}

function someBatch() {
  const r = random.uniform(random.key(8), [40, 1], { dtype: 'float64', high: 0.5 });
  const t = r.add(random.uniform(random.key(9), [40, 1], { dtype: 'float64', high: 0.5 }));
  return { data: somePoints(18, 40, 2), noise: somePoints(19, 40, 2), r, t };
}

/** How much L(v_t) − L(v) varies over θ, relative to it. At r = t, plain flow matching, it is constant. */
export function variationOfDifference(pairs = timePairs): Measurement {
  const { differences } = conditionalAgainstMarginal(1, pairs);
  const [low, high] = [Math.min(...differences), Math.max(...differences)];
  return {
    residual: (high - low) / high,
    detail: `L(v_t) − L(v) = ${differences.map((d) => d.toPrecision(4)).join(', ')} at three θ`,
  };
}

/** The smallest ‖∇L(v_t) − ∇L(v)‖ / ‖∇L(v)‖ over three θ. */
export function bias(gamma: number): Measurement {
  const { gaps } = conditionalAgainstMarginal(gamma);
  const percent = gaps.map((gap) => `${(100 * gap).toFixed(0)} %`).join(', ');
  return { residual: Math.min(...gaps), detail: `the gradient is off by ${percent} at three θ` };
}

export const meanFlowLossClaims: readonly Claim[] = [
  {
    id: 'loss.algorithm',
    part,
    claim: "The library's loss is the note's training algorithm",
    equation: 'u, dudt = jvp(fn, (z, r, t), (v, 0, 1));  loss = metric(u − sg(v − (t−r)·dudt))',
    compared: 'Loss and gradient (γ = 0.5), and the algorithm written out with stopGradient; d = 2',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => trainingAlgorithm(),
  },
  {
    id: 'loss.stopped',
    part,
    claim: 'Nothing flows through the target',
    equation: '∇_θ L = E[2·(∂u_θ/∂θ)ᵀ (u_θ − u_tgt)]',
    compared: 'The gradient of the loss (γ = 1), and one pullback of u alone; d = 2',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => stoppedTarget(),
  },
  {
    id: 'loss.equivalent',
    part,
    claim: 'With constant weight, v_t may replace v in the target',
    equation: '∇_θ L(v_t) = ∇_θ L(v(z_t, t))  for γ = 1',
    compared: `The gradients on one grid, three points as data, ${parameterCount(1, 2)} parameters, 3 values of θ and of (r, t); d = 1`,
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => Math.max(...conditionalAgainstMarginal(1).gaps),
  },
  {
    id: 'loss.difference',
    part,
    claim: 'But the losses do not differ by a constant',
    equation: 'L(v_t) − L(v(z_t, t)) depends on θ  for γ = 1',
    compared: 'The variation of the difference over θ, relative to it: must show',
    bound: 'at least',
    tolerance: 1e-3,
    measure: () => variationOfDifference(),
    without: () => variationOfDifference([[0.5, 0.5]]),
  },
  ...[0.5, 0].map(
    (gamma): Claim => ({
      id: `loss.bias.${gamma === 0 ? 'zero' : 'half'}`,
      part,
      claim: `With the adaptive weight it may not: a bias, γ = ${gamma}`,
      equation: `∇_θ L(v_t) ≠ ∇_θ L(v(z_t, t))  for γ = ${gamma}`,
      compared: 'The same gaps, the smallest: must show',
      bound: 'at least',
      tolerance: 0.02,
      measure: () => bias(gamma),
      without: () => bias(1),
    }),
  ),
  {
    id: 'loss.solution',
    part,
    claim: 'With constant weight the exact u is stationary',
    equation: 'E[v − v_t | z_t] = 0  (u = v at r = t)',
    compared:
      'The posterior mean, relative to E[|v − v_t| | z_t], the largest of 20 z_t; three points, d = 1',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => pullAtSolution(1),
  },
  {
    id: 'loss.solution.adaptive',
    part,
    claim: 'With the adaptive weight it is not',
    equation: 'E[ω·(v − v_t) | z_t] ≠ 0,  γ = 0.5',
    compared: 'The same with ω: must show; three points, d = 1',
    bound: 'at least',
    tolerance: 0.05,
    measure: () => pullAtSolution(0.5),
    without: () => pullAtSolution(1),
  },
  {
    id: 'loss.solution.gaussian',
    part,
    claim: 'Gaussian data hides this, by symmetry',
    equation: 'E[ω·(v − v_t) | z_t] = 0,  γ = 0.5',
    compared: 'The same for x ~ N(0, 0.6²) on a grid of 2501 x, d = 1',
    bound: 'at most',
    tolerance: 1e-10,
    measure: () => pullAtSolution(0.5, gaussianData()),
  },
  {
    id: 'loss.adaptive',
    part,
    claim: 'What the adaptive weight minimises',
    equation: '∇(sg(ω)·‖Δ‖²) = ∇ ((‖Δ‖² + c)^γ − c^γ)/γ,  ω = 1/(‖Δ‖² + c)^(1−γ)',
    compared: 'Both gradients for γ = 1, 0.7, 0.5, 0.3; γ = 0: log(‖Δ‖² + c); d = 2',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => Math.max(...[1, 0.7, 0.5, 0.3, 0].map((gamma) => adaptiveGradient(gamma))),
  },
];
