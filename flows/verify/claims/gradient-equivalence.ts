/**
 * The note's theorem: L_FM and L_CFM differ by a constant, so their gradients agree.
 *
 * On one grid of quadrature points the identity is algebraic: it holds to rounding, also on a coarse grid.
 * Every u_t that is built as the note's average passes this check, so alone it could not fail. Therefore
 * `independent.ts` computes u_t without that average, and the check must catch a u_t that is wrong by a
 * thousandth.
 */

import type { GaussianPath } from '../../paths/index.ts';
import { marginalField } from '../../paths/marginal-field.ts';
import { noiseToData, type Velocity } from '../../time.ts';
import type { Claim, Measurement } from '../claim.ts';
import {
  type Dimension,
  dimensions,
  type FiniteData,
  type PathName,
  parameterCount,
  pathNames,
  paths,
  threePoints,
} from '../examples.ts';
import { productExample } from '../independent.ts';
import {
  type ConditionalSide,
  compareWithConditional,
  conditionalSide,
  type GradientEquivalence,
} from '../verify-gradient-equivalence.ts';

const part = 'The two losses have the same gradient';

const exactEquivalences = new Map<string, GradientEquivalence>();

/** The theorem with the exact u_t for the three points. Several claims look at it, so it is computed once. */
function exactEquivalence(name: PathName, dimension: Dimension): GradientEquivalence {
  const key = `${name} ${dimension}`;
  const known = exactEquivalences.get(key) ?? equivalenceOf(name, dimension);
  exactEquivalences.set(key, known);
  return known;
}

function equivalenceOf(name: PathName, dimension: Dimension): GradientEquivalence {
  const [path, data] = [paths[name], threePoints[dimension]];
  return compareWithConditional(sideOf(path, data), marginalField(path, data).velocity);
}

/** The gap of ∇L_FM from ∇L_CFM for the three points where nothing is wrong. */
export function exactGap(name: PathName, dimension: Dimension): number {
  return exactEquivalence(name, dimension).gap;
}

/** max over θ of ‖∇L_FM − ∇L_CFM‖ / ‖∇L_CFM‖, where L_FM uses `field`. */
export function gradientGap(path: GaussianPath, data: FiniteData, field: Velocity<'noiseToData'>): number {
  return compareWithConditional(sideOf(path, data), field).gap;
}

const sides = new WeakMap<GaussianPath, Map<FiniteData, ConditionalSide>>();

/** ∇L_CFM does not depend on u_t: computed once for the claims that try several u_t. */
function sideOf(path: GaussianPath, data: FiniteData): ConditionalSide {
  const known = sides.get(path) ?? new Map<FiniteData, ConditionalSide>();
  const side = known.get(data) ?? conditionalSide(path, data);
  sides.set(path, known.set(data, side));
  return side;
}

/** How much L_CFM − L_FM varies over θ, relative to the largest L_CFM, where L_FM uses `field`. */
export function variationOfDifference(
  path: GaussianPath,
  data: FiniteData,
  field: Velocity<'noiseToData'>,
): Measurement {
  return variation(compareWithConditional(sideOf(path, data), field));
}

function variation({ differences, losses }: GradientEquivalence): Measurement {
  return {
    residual: (Math.max(...differences) - Math.min(...differences)) / Math.max(...losses),
    detail: `L_CFM − L_FM = ${differences[0]?.toPrecision(6)}; L_CFM = ${losses.map((l) => l.toPrecision(4)).join(', ')}`,
  };
}

/** The velocity from distribution functions, computed without conditional velocities. */
export function independentVelocity(path: GaussianPath, dimension: Dimension): Velocity<'noiseToData'> {
  const example = productExample(dimension);
  return noiseToData((x, t) => example.velocity(path, x, t.item()));
}

/** u_t·(1 + size). */
export function perturbed(u: Velocity<'noiseToData'>, size: number): Velocity<'noiseToData'> {
  return noiseToData((x, t) => u(x, t).multiply(1 + size));
}

/** The gap for u_t·(1 + error). */
function gapOf(name: PathName, dimension: Dimension, error: number): number {
  const [path, data] = [paths[name], threePoints[dimension]];
  return gradientGap(path, data, perturbed(marginalField(path, data).velocity, error));
}

/** The worst of both dimensions, and a line for each. */
function bothDimensions(measure: (dimension: Dimension) => number): Measurement {
  const residuals = dimensions.map(measure);
  const detail = dimensions.map((d, i) => `d = ${d}: ${residuals[i]?.toExponential(1)}`).join(', ');
  return { residual: Math.max(...residuals), detail };
}

const sizes = `d = 1 and 2, ${parameterCount(1)} and ${parameterCount(2)} parameters, 3 values of θ`;

export const gradientClaims: readonly Claim[] = [
  ...pathNames.flatMap((name) =>
    dimensions.map(
      (dimension): Claim => ({
        id: `gradient.${name}.${dimension}d`,
        part,
        claim: `The gradients agree, ${paths[name].name}, d = ${dimension}`,
        equation: '∇_θ L_FM = ∇_θ L_CFM',
        compared: `Their relative distance on one grid; ${parameterCount(dimension)} parameters, 3 values of θ`,
        bound: 'at most',
        tolerance: 1e-12,
        measure: () => exactGap(name, dimension),
      }),
    ),
  ),
  ...pathNames.flatMap((name) =>
    dimensions.map(
      (dimension): Claim => ({
        id: `gradient.constant.${name}.${dimension}d`,
        part,
        claim: `The losses differ by a constant, ${paths[name].name}, d = ${dimension}`,
        equation: 'L_CFM(θ) − L_FM(θ) = const',
        compared: 'Its variation over 3 values of θ, relative to L_CFM, on one grid',
        bound: 'at most',
        tolerance: 1e-12,
        measure: () => variation(exactEquivalence(name, dimension)),
      }),
    ),
  ),
  ...pathNames.map(
    (name): Claim => ({
      id: `gradient.independent.${name}`,
      part,
      claim: `The same with an independent u_t, ${paths[name].name}`,
      equation: '∇_θ L_FM = ∇_θ L_CFM,  u_t = −(∂F_t/∂t)/p_t',
      compared: `u_t by differences of distribution functions (erf); ${sizes}`,
      bound: 'at most',
      tolerance: 1e-10,
      measure: () =>
        bothDimensions((d) =>
          gradientGap(paths[name], productExample(d).data, independentVelocity(paths[name], d)),
        ),
    }),
  ),
  ...pathNames.map(
    (name): Claim => ({
      id: `gradient.caught.${name}`,
      part,
      claim: `A wrong u_t is caught, ${paths[name].name}`,
      equation: '∇_θ L_FM ≠ ∇_θ L_CFM if u_t is off by 10⁻³',
      compared: `The same distance with u_t·(1 + 10⁻³): must show; ${sizes}`,
      bound: 'at least',
      tolerance: 1e-5,
      measure: () => Math.min(...dimensions.map((d) => gapOf(name, d, 1e-3))),
      without: () => Math.max(...dimensions.map((d) => exactGap(name, d))),
    }),
  ),
];
