/**
 * The conditional velocity of any Gaussian path, and the closed forms for the note's three: its equation (7)
 * and "3种Flow设计".
 */
import { jvp, random, type Tensor } from '../../../autograd/index.ts';
import { conditionalFlowMatchingLoss } from '../../losses/index.ts';
import {
  type ClosedFormPath,
  type GaussianPath,
  gaussianPath,
  variancePreservingPath,
} from '../../paths/index.ts';
import { noiseToData } from '../../time.ts';
import type { Claim } from '../claim.ts';
import { type PathName, pathNames, paths, somePoints } from '../examples.ts';
import * as note from '../note-formulas.ts';
import { differenceQuotient, float64, largest, relativeGap } from '../numerics.ts';

const part = 'Conditional velocities of the three paths';

/** The formulas by hand, on plain numbers, with the parameters of `paths`. */
const byHand: Readonly<Record<PathName, (x: number, x1: number, t: number) => number>> = {
  ot: (x, x1, t) => note.ot(0.1, x, x1, t),
  vp: (x, x1, t) => note.vpFirstForm({ betaMin: 0.1, betaMax: 20 }, x, x1, t),
  ve: (x, x1, t) => note.ve({ sigmaMin: 0.1, sigmaMax: 5 }, x, x1, t),
};

/**
 * u_t(x|x₁) = σ_t′/σ_t·(x − μ_t) + μ_t′, by jvp of μ and σ, against two closed forms: the library's and one
 * by hand.
 */
export function closedForms(
  path: ClosedFormPath,
  formula: (x: number, x1: number, t: number) => number,
): number {
  const { x, x1, t } = somePlaces();
  const general = path.conditionalVelocity(x, x1, t);
  const values = [x, x1, t].map((a) => [...a.toTypedArray()]) as [number[], number[], number[]];
  const hand = float64(values[0].map((_, i) => [formula(values[0][i]!, values[1][i]!, values[2][i]!)]));
  return Math.max(relativeGap(general, path.closedFormVelocity(x, x1, t)), relativeGap(general, hand));
}

/** dψ_t(x₀)/dt = u_t(ψ_t(x₀)|x₁), with the left side by differences. */
export function conditionalFlow(path: GaussianPath): number {
  const [x0, x1] = [somePoints(6, 8, 2), somePoints(7, 8, 2)];
  return Math.max(
    ...[0.2, 0.5, 0.8].map((t) => {
      const rate = differenceQuotient((time) => path.flow(x0, x1, time), t, 0.04);
      return relativeGap(path.conditionalVelocity(path.flow(x0, x1, t), x1, t), rate);
    }),
  );
}

/**
 * The general formula for a fourth path: μ = sin(πt/2)·x₁ and σ = cos(πt/2) give
 * ψ_t = cos(πt/2)·x₀ + sin(πt/2)·x₁.
 */
export function trigonometricPath(deviation = (t: Tensor) => t.multiply(Math.PI / 2).cos()): number {
  const path = gaussianPath({
    mean: (x1, t) =>
      t
        .multiply(Math.PI / 2)
        .sin()
        .multiply(x1),
    deviation: (_, t) => deviation(t),
  });
  const [x0, x1, t] = [somePoints(6, 8, 2), somePoints(7, 8, 2), 0.3];
  const angle = (Math.PI / 2) * t;
  const position = x0.multiply(Math.cos(angle)).add(x1.multiply(Math.sin(angle)));
  const velocity = x1
    .multiply(Math.cos(angle))
    .subtract(x0.multiply(Math.sin(angle)))
    .multiply(Math.PI / 2);
  return relativeGap(path.conditionalVelocity(position, x1, t), velocity);
}

/**
 * The OT loss's target is x₁ − (1 − σ_min)·x₀ at all t. If v is this target, the loss is 0. If v is 0, the
 * loss is the target's mean square.
 */
export function optimalTransportTarget(sigmaMin = 0.1): number {
  const [x0, x1] = [somePoints(8, 64, 2), somePoints(9, 64, 2)];
  const t = random.uniform(random.key(3), [64, 1], { dtype: 'float64' });
  const target = x1.subtract(x0.multiply(1 - sigmaMin));
  const lossOf = (v: Tensor) =>
    conditionalFlowMatchingLoss(
      noiseToData(() => v),
      paths.ot,
      { x0, x1, t },
    ).item();
  const meanSquare = target.square().sum({ axes: 1 }).mean().item();
  const [, rate] = jvp((time: Tensor) => paths.ot.flow(x0, x1, time), [t], [1]);
  return Math.max(
    relativeGap(rate, target),
    lossOf(target) / meanSquare,
    Math.abs(lossOf(target.multiply(0)) / meanSquare - 1),
  );
}

/**
 * At t = 0 a path is noise that hardly depends on x₁: |μ₀/σ₀| is `atStart`·|x₁|. At t = 1 it has reached x₁,
 * up to `atEnd` times the noise x₀.
 */
export function endpoints(path: GaussianPath, atStart: number, atEnd: number): number {
  const [x0, x1] = [somePoints(6, 8, 2), somePoints(7, 8, 2)];
  const start = path.mean(x1, 0).broadcastTo(x1.shape).divide(path.deviation(x1, 0));
  const end = path.flow(x0, x1, 1).subtract(x1).divide(x0);
  return Math.max(Math.abs(largest(start) / largest(x1) - atStart), Math.abs(largest(end) - atEnd));
}

/**
 * VP: E‖u_t(x|x₁)‖² = d·σ_t′² + … → d·β_min/(4(1 − t)) as t → 1. This limit is not integrable, so both losses
 * need t ≤ 1 − ε.
 */
export function vpSingularity(betaMin = 0.1): number {
  const path = variancePreservingPath({ betaMin: 0.1, betaMax: 20 });
  const [x1, epsilon] = [float64([[0.7]]), 1e-8];
  const sigma = (t: Tensor) => path.deviation(x1, t).reshape([]);
  const [, rate] = jvp(sigma, [float64(1 - epsilon)], [1]);
  return Math.abs((rate.item() ** 2 * epsilon) / (betaMin / 4) - 1);
}

function somePlaces() {
  const t = random.uniform(random.key(4), [200, 1], { dtype: 'float64', low: 0.02, high: 0.98 });
  return { x: somePoints(10, 200, 1, 1.5), x1: somePoints(11, 200, 1), t };
}

const alpha1 = Math.exp(-0.5 * (0.1 + 19.9 / 2));
const ends: Readonly<Record<PathName, readonly [start: number, end: number]>> = {
  ot: [0, 0.1],
  vp: [alpha1 / Math.sqrt(1 - alpha1 ** 2), 0],
  ve: [1 / 5, 0.1],
};

export const conditionalVelocityClaims: readonly Claim[] = [
  ...pathNames.map(
    (name): Claim => ({
      id: `velocity.${name}`,
      part,
      claim: `The general formula gives the closed form, ${paths[name].name}`,
      equation: {
        ot: '(σ_t′/σ_t)(x − μ_t) + μ_t′ = (x₁ − (1−σ_min)x) / (1 − (1−σ_min)t)',
        vp: '(σ_t′/σ_t)(x − μ_t) + μ_t′ = α′_{1−t}/(1 − α²_{1−t}) · (α_{1−t}x − x₁)',
        ve: '(σ_t′/σ_t)(x − μ_t) + μ_t′ = −(σ′_{1−t}/σ_{1−t})(x − x₁)',
      }[name],
      compared: 'jvp of μ and σ, the closed form of the library, and one by hand; 200 random (x, x₁, t)',
      bound: 'at most',
      tolerance: 1e-11,
      measure: () => closedForms(paths[name], byHand[name]),
    }),
  ),
  {
    id: 'velocity.flow',
    part,
    claim: 'The conditional flow follows it',
    equation: 'dψ_t(x₀)/dt = u_t(ψ_t(x₀) | x₁)',
    compared: 'Differences in t of ψ_t = σ_t·x₀ + μ_t, and the velocity; OT, VP and VE, d = 2',
    bound: 'at most',
    tolerance: 1e-10,
    measure: () => Math.max(...pathNames.map((name) => conditionalFlow(paths[name]))),
  },
  {
    id: 'velocity.any',
    part,
    claim: 'It holds for any Gaussian path',
    equation: 'u_t(y|x₁) = (σ_t′/σ_t)(y − μ_t) + μ_t′',
    compared: 'jvp, and by hand for μ = sin(πt/2)·x₁, σ = cos(πt/2), which is none of the three',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => trigonometricPath(),
  },
  {
    id: 'velocity.target',
    part,
    claim: "The OT loss's target",
    equation: 'L_CFM = E ‖v_t(ψ_t(x₀)) − (x₁ − (1−σ_min)x₀)‖²',
    compared: 'The target and dψ_t/dt by jvp; the loss at v = target (0) and at v = 0',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => optimalTransportTarget(),
  },
  {
    id: 'velocity.ends',
    part,
    claim: 'Noise at t = 0, data at t = 1',
    equation: 'OT: N(0, I) → N(x₁, σ_min²I);  VP: α₁ left;  VE: N(x₁, σ_max²I) → N(x₁, σ_min²I)',
    compared: 'μ₀/σ₀ and ψ₁(x₀) − x₁, against their closed forms',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => Math.max(...pathNames.map((name) => endpoints(paths[name], ...ends[name]))),
  },
  {
    id: 'velocity.singular',
    part,
    claim: "VP's velocity is infinite at t = 1: take t ≤ 1 − ε",
    equation: 'E‖u_t(x|x₁)‖² → d·β_min / (4(1 − t))',
    compared: 'σ_t′² by jvp at t = 1 − 10⁻⁸, relative to the limit; its integral up to t = 1 diverges',
    bound: 'at most',
    tolerance: 1e-4,
    measure: () => vpSingularity(),
  },
];
