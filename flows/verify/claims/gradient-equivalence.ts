/**
 * The note's theorem: L_FM and L_CFM differ by a constant, so their gradients agree.
 *
 * On one grid of quadrature points the identity is algebraic: it holds to rounding, however coarse the grid. That check alone
 * could not fail, since any u_t built as the note's average passes it; so u_t is also computed without that average
 * (`independent.ts`), and a u_t that is wrong by a thousandth must be caught.
 */
import { random, valueAndGrad } from '../../../autograd/index.ts';
import { marginalField } from '../../marginal-field.ts';
import type { ClosedFormPath } from '../../paths/index.ts';
import { noiseToData, type Velocity } from '../../time.ts';
import type { Claim, Measurement } from '../claim.ts';
import {
  type Dimension,
  dimensions,
  type FiniteData,
  type PathName,
  pathNames,
  paths,
  smallNetwork,
  threePoints,
} from '../examples.ts';
import { productExample } from '../independent.ts';
import { conditionalFlowMatchingOnGrid, flowMatchingOnGrid, networkVelocity } from '../integrals.ts';
import { relativeDistance } from '../numerics.ts';

const part = 'The two losses have the same gradient';
const seeds = [0, 1, 2];

/** What the theorem says of one θ. */
interface Comparison {
  /** ‖∇L_FM − ∇L_CFM‖ / ‖∇L_CFM‖ */
  readonly gap: number;
  /** L_CFM − L_FM */
  readonly difference: number;
  /** L_CFM */
  readonly loss: number;
}

/** Both losses and their gradients at several θ, for the given u_t on the FM side. */
export function compareLosses(
  path: ClosedFormPath,
  data: FiniteData,
  dimension: Dimension,
  u: Velocity<'noiseToData'> = marginalField(path, data).velocity,
): readonly Comparison[] {
  const velocity = networkVelocity(dimension);
  const { initialise } = smallNetwork(dimension);
  return seeds.map((seed) => {
    const theta = initialise(random.key(seed));
    const [fm, fmGradient] = valueAndGrad((p: typeof theta) => flowMatchingOnGrid(velocity(p), u, path, data))(theta);
    const [cfm, cfmGradient] = valueAndGrad((p: typeof theta) =>
      conditionalFlowMatchingOnGrid(velocity(p), path, data),
    )(theta);
    return {
      gap: relativeDistance(fmGradient, cfmGradient),
      difference: cfm.item() - fm.item(),
      loss: cfm.item(),
    };
  });
}

/** max over θ of ‖∇L_FM − ∇L_CFM‖ / ‖∇L_CFM‖. */
export function gradientGap(...example: Parameters<typeof compareLosses>): number {
  return Math.max(...compareLosses(...example).map(({ gap }) => gap));
}

/** How much L_CFM − L_FM varies over θ, relative to L_CFM. */
export function variationOfDifference(...example: Parameters<typeof compareLosses>): Measurement {
  const comparisons = compareLosses(...example);
  const differences = comparisons.map(({ difference }) => difference);
  const losses = comparisons.map(({ loss }) => loss);
  return {
    residual: (Math.max(...differences) - Math.min(...differences)) / Math.max(...losses),
    detail: `L_CFM − L_FM = ${differences[0]?.toPrecision(6)}; L_CFM = ${losses.map((l) => l.toPrecision(4)).join(', ')}`,
  };
}

/** The velocity from distribution functions, which knows nothing of the conditional ones. */
export function independentVelocity(path: ClosedFormPath, dimension: Dimension): Velocity<'noiseToData'> {
  const example = productExample(dimension);
  return noiseToData((x, t) => example.velocity(path, x, t.item()));
}

/** u_t·(1 + size). */
export function perturbed(u: Velocity<'noiseToData'>, size: number): Velocity<'noiseToData'> {
  return noiseToData((x, t) => u(x, t).multiply(1 + size));
}

function everyCase(claim: (name: PathName, dimension: Dimension) => Claim): readonly Claim[] {
  return pathNames.flatMap((name) => dimensions.map((dimension) => claim(name, dimension)));
}

const setting = (name: PathName, dimension: Dimension) =>
  `${paths[name].name}, d = ${dimension}, ${dimension === 1 ? 105 : 122} parameters, ${seeds.length} values of θ`;

export const gradientClaims: readonly Claim[] = [
  ...everyCase((name, dimension) => ({
    id: `gradient.${name}.${dimension}d`,
    part,
    claim: `The gradients agree, ${paths[name].name}, d = ${dimension}`,
    equation: '∇_θ L_FM = ∇_θ L_CFM',
    compared: `Relative distance of the gradients on one grid; ${setting(name, dimension)}`,
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => gradientGap(paths[name], threePoints[dimension], dimension),
  })),
  ...everyCase((name, dimension) => ({
    id: `gradient.constant.${name}.${dimension}d`,
    part,
    claim: `The losses differ by a constant, ${paths[name].name}, d = ${dimension}`,
    equation: 'L_CFM(θ) − L_FM(θ) does not depend on θ',
    compared: `Its variation over θ, relative to L_CFM; ${setting(name, dimension)}`,
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => variationOfDifference(paths[name], threePoints[dimension], dimension),
  })),
  ...everyCase((name, dimension) => ({
    id: `gradient.independent.${name}.${dimension}d`,
    part,
    claim: `With u_t computed independently, ${paths[name].name}, d = ${dimension}`,
    equation: '∇_θ L_FM = ∇_θ L_CFM,  u_t = −(∂F_t/∂t)/p_t',
    compared: `The same, with u_t by differences of distribution functions (erf); ${setting(name, dimension)}`,
    bound: 'at most',
    tolerance: 1e-9,
    measure: () =>
      gradientGap(paths[name], productExample(dimension).data, dimension, independentVelocity(paths[name], dimension)),
  })),
  ...everyCase((name, dimension) => ({
    id: `gradient.caught.${name}.${dimension}d`,
    part,
    claim: `A wrong u_t is caught, ${paths[name].name}, d = ${dimension}`,
    equation: '∇_θ L_FM ≠ ∇_θ L_CFM if u_t is off by 10⁻³',
    compared: `The same, with u_t·(1 + 10⁻³): the gap must show; ${setting(name, dimension)}`,
    bound: 'at least',
    tolerance: 1e-5,
    measure: () => {
      const u = marginalField(paths[name], threePoints[dimension]).velocity;
      return gradientGap(paths[name], threePoints[dimension], dimension, perturbed(u, 1e-3));
    },
  })),
];
