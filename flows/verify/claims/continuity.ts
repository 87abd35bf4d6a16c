/** The continuity equation, and the marginal velocity that it holds for: the note's equation (3). */
import { exp, type Tensor } from '../../../autograd/index.ts';
import type { ClosedFormPath } from '../../paths/index.ts';
import { type MarginalField, marginalField } from '../../paths/marginal-field.ts';
import { divergence, gradient, timeDerivative } from '../calculus.ts';
import type { Claim } from '../claim.ts';
import {
  type Dimension,
  dimensions,
  type PathName,
  pathNames,
  paths,
  somePoints,
  threeComponents,
  threePointField,
  threePoints,
} from '../examples.ts';
import { density, distributionFunction, productExample } from '../independent.ts';
import { differenceQuotient, gridQuadrature, largest, relativeGap } from '../numerics.ts';

const part = 'The continuity equation and the marginal velocity';
const times = [0.1, 0.4, 0.8];

/** The density and the velocity that the continuity equation relates. */
type Flowing = Pick<MarginalField, 'velocity' | 'logDensity'>;

/** ∂p_t/∂t + div(p_t·u_t) = 0, relative to the largest |∂p_t/∂t|. */
export function continuity({ velocity, logDensity }: Flowing, dimension: Dimension): number {
  return worstOver(times, (t) => {
    const x = placesToLook(dimension);
    const rate = timeDerivative((time) => exp(logDensity(x, time)), t);
    const flux = (y: Tensor) => exp(logDensity(y, t)).reshape([-1, 1]).multiply(velocity(y, t));
    return largest(rate.add(divergence(flux, x))) / largest(rate);
  });
}

/** ∂ log p_t/∂t + ⟨u_t, ∇ log p_t⟩ + div u_t = 0, relative to the largest |∂ log p_t/∂t|. */
export function logContinuity({ velocity, logDensity }: Flowing, dimension: Dimension): number {
  return worstOver(times, (t) => {
    const x = placesToLook(dimension);
    const rate = timeDerivative((time) => logDensity(x, time), t);
    const u = velocity(x, t);
    const along = u.multiply(gradient((y) => logDensity(y, t), x)).sum({ axes: 1 });
    const residual = rate.add(along).add(divergence((y) => velocity(y, t), x));
    return largest(residual) / largest(rate);
  });
}

/**
 * ∂p_t(x | x₁)/∂t = −div(u_t(x | x₁)·p_t(x | x₁)): the same equation for one data point x₁ by itself. The
 * note's derivation needs it from line 1 to line 2.
 */
export function conditionalContinuity(path: ClosedFormPath, dimension: Dimension): number {
  const x1 = threePoints[dimension].points.slice([[0, 1]]);
  const conditional = {
    velocity: Object.assign((x: Tensor, t: Tensor | number) => path.conditionalVelocity(x, x1, t), {
      time: 'noiseToData' as const,
    }),
    logDensity: (x: Tensor, t: Tensor | number) => path.logDensity(x, x1, t),
  };
  return continuity(conditional, dimension);
}

/**
 * u_t(x) = ∫ u_t(x | x₁) p_t(x | x₁) q(x₁) dx₁ / p_t(x), for a mixture q in one dimension. Quadrature takes
 * the integral over x₁.
 */
export function velocityAsIntegral(path: ClosedFormPath, deviationFactor = 1): number {
  const mixture = threeComponents[1];
  const { points: x1, weight } = gridQuadrature(-4, 4, 801, 1);
  const q = mixtureDensity(x1, deviationFactor).multiply(weight);
  const field = marginalField(path, mixture);
  return worstOver(times, (t) => {
    const rows = Array.from({ length: 9 }, (_, i) => -2 + i / 2);
    const ratios = rows.map((value) => {
      const x = x1.multiply(0).add(value);
      const joint = exp(path.logDensity(x, x1, t)).multiply(q);
      const integral = joint.multiply(path.conditionalVelocity(x, x1, t).reshape([-1])).sum();
      return integral.divide(joint.sum()).item() - field.velocity(x.slice([[0, 1]]), t).item();
    });
    return Math.max(...ratios.map(Math.abs));
  });
}

/**
 * p_t·u_t = −∂F_t/∂t in one dimension. The right side uses neither conditional velocities nor automatic
 * differentiation.
 */
export function fluxFromDistribution(
  path: ClosedFormPath,
  field = marginalField(path, threePoints[1]),
): number {
  const x = placesToLook(1);
  return worstOver(times, (t) => {
    const flux = field.velocity(x, t).multiply(density(path, threePoints[1], x, t));
    const rate = differenceQuotient((time) => distributionFunction(path, threePoints[1], x, time), t, 0.05);
    return relativeGap(flux, rate.negate());
  });
}

/** For a product as data, d = 2: u_t, against each coordinate's velocity from its distribution function. */
export function productVelocity(path: ClosedFormPath): number {
  const { data, velocity } = productExample(2);
  const field = marginalField(path, data);
  return worstOver(times, (t) => {
    const x = placesToLook(2);
    const weight = exp(field.logDensity(x, t)).reshape([-1, 1]);
    return relativeGap(field.velocity(x, t).multiply(weight), velocity(path, x, t).multiply(weight));
  });
}

/** ∇ log p_t: the posterior mean of the conditional scores, against the derivative of log p_t. */
export function score(
  { logDensity }: Flowing,
  claimed: MarginalField['score'],
  dimension: Dimension,
): number {
  const x = placesToLook(dimension);
  return worstOver(times, (t) =>
    relativeGap(
      claimed(x, t),
      gradient((y) => logDensity(y, t), x),
    ),
  );
}

function placesToLook(dimension: Dimension): Tensor {
  return somePoints(5, 40, dimension, 1.2);
}

function worstOver<T>(cases: readonly T[], residual: (item: T) => number): number {
  return Math.max(...cases.map(residual));
}

function mixtureDensity(x: Tensor, deviationFactor: number): Tensor {
  const { means, deviations, weights } = threeComponents[1];
  const sigma = deviations.multiply(deviationFactor);
  const z = x.subtract(means.reshape([-1])).divide(sigma);
  const normal = exp(z.square().multiply(-0.5)).divide(sigma.multiply(Math.sqrt(2 * Math.PI)));
  return normal.multiply(weights).sum({ axes: 1 });
}

const label = (name: PathName) => paths[name].name;
const inBothDimensions = (residual: (dimension: Dimension) => number) => worstOver(dimensions, residual);

export const continuityClaims: readonly Claim[] = [
  ...pathNames.map(
    (name): Claim => ({
      id: `continuity.${name}`,
      part,
      claim: `The continuity equation, ${label(name)}`,
      equation: '∂p_t/∂t + div(p_t·u_t) = 0',
      compared:
        'The two terms, both by jvp, at 40 points and 3 times; d = 1 and 2, points and mixture as data',
      bound: 'at most',
      tolerance: 1e-12,
      measure: () =>
        inBothDimensions((d) =>
          Math.max(
            continuity(threePointField(name, d), d),
            continuity(marginalField(paths[name], threeComponents[d]), d),
          ),
        ),
    }),
  ),
  ...pathNames.map(
    (name): Claim => ({
      id: `continuity.log.${name}`,
      part,
      claim: `Its logarithmic form, ${label(name)}`,
      equation: '∂ log p_t/∂t + ⟨u_t, ∇ log p_t⟩ + div u_t = 0',
      compared: 'The three terms, all by jvp, at 40 points and 3 times; d = 1 and 2',
      bound: 'at most',
      tolerance: 1e-12,
      measure: () => inBothDimensions((d) => logContinuity(threePointField(name, d), d)),
    }),
  ),
  {
    id: 'continuity.conditional',
    part,
    claim: 'It holds for each data point by itself',
    equation: '∂p_t(x|x₁)/∂t = −div(u_t(x|x₁)·p_t(x|x₁))',
    compared: 'Both sides, by jvp; OT, VP and VE, d = 1 and 2',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () =>
      worstOver(pathNames, (name) => inBothDimensions((d) => conditionalContinuity(paths[name], d))),
  },
  {
    id: 'continuity.score',
    part,
    claim: 'The score of the marginal density',
    equation: '∇ log p_t(x) = E[∇ log p_t(x|x₁) | x]',
    compared: 'The posterior mean, and jvp of log p_t; OT, VP and VE, d = 1 and 2',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () =>
      worstOver(pathNames, (name) =>
        inBothDimensions((d) => score(threePointField(name, d), threePointField(name, d).score, d)),
      ),
  },
  {
    id: 'marginal.integral',
    part,
    claim: 'The marginal velocity is the mean of the conditional ones',
    equation: 'u_t(x) = ∫ u_t(x|x₁) p_t(x|x₁) q(x₁) dx₁ / p_t(x)',
    compared:
      'The closed form for a Gaussian mixture q, and the integral on a grid of 801 x₁; OT, VP and VE, d = 1',
    bound: 'at most',
    tolerance: 1e-11,
    measure: () => worstOver(pathNames, (name) => velocityAsIntegral(paths[name])),
  },
  ...pathNames.map(
    (name): Claim => ({
      id: `marginal.distribution.${name}`,
      part,
      claim: `The marginal velocity from elsewhere, ${label(name)}`,
      equation: 'u_t(x) = −(∂F_t(x)/∂t) / p_t(x)',
      compared:
        'p_t·u_t from conditional velocities, and differences in t of the distribution function (erf); d = 1',
      bound: 'at most',
      tolerance: 1e-10,
      measure: () => fluxFromDistribution(paths[name]),
    }),
  ),
  {
    id: 'marginal.product',
    part,
    claim: 'The same in two dimensions, for independent coordinates',
    equation: 'u_t(x, y) = (u_t(x), u_t(y)) if q(x₁, y₁) = q(x₁)·q(y₁)',
    compared:
      'p_t·u_t for six points of a product, and each coordinate by its distribution function; OT, VP and VE',
    bound: 'at most',
    tolerance: 1e-10,
    measure: () => worstOver(pathNames, (name) => productVelocity(paths[name])),
  },
];
