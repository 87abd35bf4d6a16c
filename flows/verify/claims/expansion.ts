/**
 * The theorem's proof, line by line: the square's expansion, the first terms, the second terms, and the
 * constant that is left. The two sides have quadratures of their own: one over x with the density p_t, one
 * over noise x₀ for each data point.
 */
import { exp, random, type Tensor } from '../../../autograd/index.ts';
import { conditionalFlowMatchingLoss, flowMatchingLoss } from '../../losses/index.ts';
import type { ClosedFormPath } from '../../paths/index.ts';
import { marginalField } from '../../paths/marginal-field.ts';
import type { Velocity } from '../../time.ts';
import { timeDerivative } from '../calculus.ts';
import type { Claim, Measurement } from '../claim.ts';
import { type Dimension, eachPoint, paths, smallNetwork, threePoints } from '../examples.ts';
import { gridTimes, networkVelocity } from '../integrals.ts';
import { gridQuadrature, lazily, type Quadrature } from '../numerics.ts';

const part = 'The two losses have the same gradient';

/** E_t of ‖v‖², ⟨v, u⟩ and ‖u‖². */
interface Terms {
  readonly vv: number;
  readonly vu: number;
  readonly uu: number;
}

/** A path and a dimension, with a network that has learned nothing. */
interface Case {
  readonly path: ClosedFormPath;
  readonly dimension: Dimension;
  readonly v: Velocity<'noiseToData'>;
}

/** All three paths on the line, and one in the plane, where a grid for VE's far noise would be too large. */
const cases: readonly Case[] = (
  [
    ['ot', 1],
    ['ot', 2],
    ['vp', 1],
    ['ve', 1],
  ] as const
).map(([name, dimension]) => ({
  path: paths[name],
  dimension,
  // Made when it is used: an import computes nothing.
  get v() {
    return networkVelocity(dimension)(smallNetwork(dimension).initialise(random.key(41)));
  },
}));

/**
 * The distance of grid points: small beside a deviation, the bends of u_t between data, and of the network.
 */
const spacing = (sigma: number, dimension: Dimension) => Math.min(sigma / 12, 0.1) * dimension;

function gridOver(low: number, high: number, distance: number, dimension: Dimension): Quadrature {
  return gridQuadrature(low, high, Math.ceil((high - low) / distance) + 1, dimension);
}

/** x with the weights p_t(x)dx. The grid's spacing is the usual one times `scale`. */
function marginalGrid(
  { path, dimension }: Case,
  t: number,
  scale = 1,
): { readonly x: Tensor; readonly weights: Tensor } {
  const data = threePoints[dimension];
  const [means, sigma] = [path.mean(data.points, t), path.deviation(data.points, t).max().item()];
  const [low, high] = [means.min().item() - 8.5 * sigma, means.max().item() + 8.5 * sigma];
  const { points: x, weight } = gridOver(low, high, scale * spacing(sigma, dimension), dimension);
  return { x, weights: exp(marginalField(path, data).logDensity(x, t)).multiply(weight) };
}

/** x₀ with the weights N(x₀)dx₀. */
function noiseGrid({ path, dimension }: Case, t: number): { readonly x0: Tensor; readonly weights: Tensor } {
  const sigma = path.deviation(threePoints[dimension].points, t).max().item();
  const { points: x0, weight } = gridOver(-8.5, 8.5, spacing(sigma, dimension) / sigma, dimension);
  const normal = x0.square().sum({ axes: 1 }).multiply(-0.5).exp();
  return { x0, weights: normal.multiply(weight / (2 * Math.PI) ** (dimension / 2)) };
}

/** With x ~ p_t and u = u_t(x). */
function marginalTerms(example: Case): Terms {
  const { path, dimension, v } = example;
  const { velocity } = marginalField(path, threePoints[dimension]);
  return averageOverTimes((t) => {
    const { x, weights } = marginalGrid(example, t);
    return termsOf(v(x, t), velocity(x, t), weights);
  });
}

/** With x₁ ~ q, x ~ p_t(·|x₁) and u = u_t(x|x₁), where x = ψ_t(x₀). */
function conditionalTerms(example: Case): Terms {
  const { path, dimension, v } = example;
  return averageOverTimes((t) => {
    const { x0, weights } = noiseGrid(example, t);
    return eachPoint(threePoints[dimension], (point, q) => {
      const x1 = point.broadcastTo(x0.shape);
      const x = path.flow(x0, x1, t);
      return termsOf(v(x, t), path.conditionalVelocity(x, x1, t), weights.multiply(q));
    }).reduce(plus);
  });
}

function termsOf(v: Tensor, u: Tensor, p: Tensor): Terms {
  const mean = (a: Tensor, b: Tensor) => a.multiply(b).sum({ axes: 1 }).multiply(p).sum().item();
  return { vv: mean(v, v), vu: mean(v, u), uu: mean(u, u) };
}

function plus(a: Terms, b: Terms): Terms {
  return { vv: a.vv + b.vv, vu: a.vu + b.vu, uu: a.uu + b.uu };
}

function averageOverTimes(terms: (t: number) => Terms): Terms {
  const { vv, vu, uu } = gridTimes.map(terms).reduce(plus);
  const count = gridTimes.length;
  return { vv: vv / count, vu: vu / count, uu: uu / count };
}

/** Both sides' terms in each case; all claims here look at them. */
const sides = lazily(() =>
  cases.map((example) => ({ marginal: marginalTerms(example), conditional: conditionalTerms(example) })),
);

/** L_FM and L_CFM of the library on the same grids, against ‖v‖² − 2⟨v, u⟩ + ‖u‖². `factor` is the 2. */
export function squareExpanded(factor = 2): number {
  const expanded = ({ vv, vu, uu }: Terms) => vv - factor * vu + uu;
  return Math.max(
    ...cases.flatMap((_, i) => {
      const { marginal, conditional } = sides()[i] as { marginal: Terms; conditional: Terms };
      const { fm, cfm } = losses()[i] as { fm: number; cfm: number };
      return [expanded(marginal) / fm - 1, expanded(conditional) / cfm - 1].map(Math.abs);
    }),
  );
}

/** The library's two losses in each case. */
const losses = lazily(() => cases.map((example) => ({ fm: lossFm(example), cfm: lossCfm(example) })));

function lossFm(example: Case): number {
  const { path, dimension, v } = example;
  const u = marginalField(path, threePoints[dimension]).velocity;
  return meanOverTimes((t) => flowMatchingLoss(v, u, { ...marginalGrid(example, t), t }).item());
}

function lossCfm(example: Case): number {
  const { path, dimension, v } = example;
  return meanOverTimes((t) => {
    const { x0, weights } = noiseGrid(example, t);
    return eachPoint(threePoints[dimension], (point, q) => {
      const batch = { x0, x1: point.broadcastTo(x0.shape), t, weights: weights.multiply(q) };
      return conditionalFlowMatchingLoss(v, path, batch).item();
    }).reduce((a, b) => a + b);
  });
}

function meanOverTimes(value: (t: number) => number): number {
  return gridTimes.map(value).reduce((a, b) => a + b) / gridTimes.length;
}

/** The terms over p_t against those over q and p_t(·|x₁), relative to E‖v‖²: the largest gap of all cases. */
export function termsAgree(term: keyof Terms): number {
  return Math.max(
    ...sides().map(
      ({ marginal, conditional }) => Math.abs(marginal[term] - conditional[term]) / conditional.vv,
    ),
  );
}

/**
 * L_CFM − L_FM of the library, against E‖u_t(x|x₁)‖² − E‖u_t(x)‖², relative to it. The first is d·σ_t′² +
 * E‖μ_t′‖², with the derivatives of the path; the second is on another grid over x than L_FM. `share` takes a
 * part of it.
 */
export function constantOfTheorem(share = 1): Measurement {
  const compared = cases.map((example, i) => {
    const { fm, cfm } = losses()[i] as { fm: number; cfm: number };
    const difference = cfm - fm;
    const expected = meanSquareOfConditional(example) - share * meanSquareOfMarginal(example);
    return { example, difference, gap: Math.abs(difference / expected - 1) };
  });
  const inOneDimension = compared.filter(({ example }) => example.dimension === 1);
  return {
    residual: Math.max(...compared.map(({ gap }) => gap)),
    detail: `d = 1: ${inOneDimension.map(({ example, difference }) => `${example.path.name} ${difference.toPrecision(6)}`).join(', ')}`,
  };
}

/** E_t E‖u_t(x)‖². */
function meanSquareOfMarginal(example: Case): number {
  const { velocity } = marginalField(example.path, threePoints[example.dimension]);
  return averageOverTimes((t) => {
    const { x, weights } = marginalGrid(example, t, 0.9);
    const u = velocity(x, t);
    return termsOf(u, u, weights);
  }).uu;
}

/** E_t[d·σ_t′² + Σ q(x₁)·‖μ_t′(x₁)‖²] = E‖u_t(x|x₁)‖². */
function meanSquareOfConditional({ path, dimension }: Case): number {
  const { points, weights } = threePoints[dimension];
  return meanOverTimes((t) => {
    const sigma = timeDerivative((time) => path.deviation(points, time).max(), t).item();
    const mu = timeDerivative((time) => path.mean(points, time).add(points.multiply(0)), t);
    return dimension * sigma ** 2 + mu.square().sum({ axes: 1 }).multiply(weights).sum().item();
  });
}

const where = 'OT, VP and VE with d = 1, OT with d = 2';
const quadratures = `quadratures of their own, over x and over (x₀, x₁); ${where}`;

export const expansionClaims: readonly Claim[] = [
  {
    id: 'gradient.proof.square',
    part,
    claim: 'The proof, line 1: the squares expand',
    equation: '‖v_t − u_t‖² = ‖v_t‖² − 2⟨v_t, u_t⟩ + ‖u_t‖²',
    compared: `The library's two losses of a network, and the three terms on the same grids; ${where}`,
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => squareExpanded(),
  },
  {
    id: 'gradient.proof.first',
    part,
    claim: 'Line 2: the first terms are equal',
    equation: 'E_{p_t(x)}‖v_t(x)‖² = E_{q(x₁), p_t(x|x₁)}‖v_t(x)‖²',
    compared: `Both sides, by ${quadratures}`,
    bound: 'at most',
    tolerance: 1e-11,
    measure: () => termsAgree('vv'),
  },
  {
    id: 'gradient.proof.second',
    part,
    claim: 'Line 3: the second terms are equal',
    equation: 'E_{p_t(x)}⟨v_t(x), u_t(x)⟩ = E_{q(x₁), p_t(x|x₁)}⟨v_t(x), u_t(x|x₁)⟩',
    compared: `Both sides, by ${quadratures}`,
    bound: 'at most',
    tolerance: 1e-11,
    measure: () => termsAgree('vu'),
  },
  {
    id: 'gradient.proof.constant',
    part,
    claim: 'Line 4: the constant that is left has this value',
    equation: 'L_CFM − L_FM = E‖u_t(x|x₁)‖² − E‖u_t(x)‖²',
    compared: `The losses of a network, and d·σ_t′² + E‖μ_t′‖² less a quadrature; ${where}`,
    bound: 'at most',
    tolerance: 1e-11,
    measure: () => constantOfTheorem(),
  },
];
