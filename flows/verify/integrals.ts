/**
 * The two flow-matching losses as integrals over x, for data on finitely many points. Both use the same grid
 * of quadrature points.
 */
import { concatenate, exp, random, type Tensor } from '../../autograd/index.ts';
import { conditionalFlowMatchingLoss, flowMatchingLoss } from '../losses/index.ts';
import type { Dense } from '../networks/index.ts';
import type { GaussianPath } from '../paths/index.ts';
import { marginalField } from '../paths/marginal-field.ts';
import { type AverageVelocity, noiseToData, type Velocity } from '../time.ts';
import { type Dimension, eachPoint, type FiniteData, smallNetwork } from './examples.ts';
import { float64, gridQuadrature, type Quadrature } from './numerics.ts';

/**
 * The times that E_t averages over, the same for both losses. They stop before t = 1, where VP's velocity is
 * infinite.
 */
export const gridTimes: readonly number[] = [0.05, 0.3, 0.6, 0.9];

/** The velocity v_t(x; θ) of the small network with the given parameters. */
export function networkVelocity(dimension: Dimension): (theta: readonly Dense[]) => Velocity<'noiseToData'> {
  const { apply } = smallNetwork(dimension);
  return (theta) =>
    noiseToData((x, t) => apply(theta, concatenate([x, t.broadcastTo([x.shape[0] as number, 1])], 1)));
}

/** The average velocity u_θ(z, r, t) of the small network with the given parameters. */
export function networkAverageVelocity(dimension: Dimension): (theta: readonly Dense[]) => AverageVelocity {
  const { apply } = smallNetwork(dimension, 2);
  return (theta) => (z, r, t) => apply(theta, concatenate([z, r, t], 1));
}

/**
 * L_FM(θ) = E_t ∫ ‖v_t(x; θ) − u_t(x)‖² p_t(x) dx, as a function of v_t. What does not depend on θ, so also
 * u_t, is computed once.
 */
export function flowMatchingOnGrid(
  u: Velocity<'noiseToData'>,
  path: GaussianPath,
  data: FiniteData,
): (velocity: Velocity<'noiseToData'>) => Tensor {
  const { logDensity } = marginalField(path, data);
  const batches = gridTimes.map((t) => {
    const { points: x, weight } = gridAround(path, data, t);
    const onGrid = u(x, float64(t));
    return { x, t, weights: exp(logDensity(x, t)).multiply(weight), u: noiseToData(() => onGrid) };
  });
  return (velocity) =>
    total(batches.map(({ u: target, ...batch }) => flowMatchingLoss(velocity, target, batch))).divide(
      gridTimes.length,
    );
}

/**
 * L_CFM(θ) = E_t Σ_k q_k ∫ ‖v_t(x; θ) − u_t(x|x_k)‖² p_t(x|x_k) dx as a function of v_t, with x = ψ_t(x₀) on
 * the same grid.
 */
export function conditionalFlowMatchingOnGrid(
  path: GaussianPath,
  data: FiniteData,
): (velocity: Velocity<'noiseToData'>) => Tensor {
  const batches = gridTimes.flatMap((t) => {
    const { points: x, weight } = gridAround(path, data, t);
    return eachPoint(data, (point, q) => {
      const x1 = point.broadcastTo(x.shape);
      const x0 = x.subtract(path.mean(x1, t)).divide(path.deviation(x1, t));
      const weights = exp(path.logDensity(x, x1, t))
        .multiply(q)
        .multiply(weight);
      return { x0, x1, t, weights };
    });
  });
  return (velocity) =>
    total(batches.map((batch) => conditionalFlowMatchingLoss(velocity, path, batch))).divide(
      gridTimes.length,
    );
}

/** Draws points x₁ of the data, [count, d]. */
export function drawData(key: random.Key, { points, weights }: FiniteData, count: number): Tensor {
  const logits = weights.log().broadcastTo([count, weights.size]);
  return points.gather(random.categorical(key, logits));
}

/**
 * A grid over the conditional means at time t and seven deviations around them. At each of its points p_t is
 * above 0 in float64.
 */
function gridAround(path: GaussianPath, data: FiniteData, t: number): Quadrature {
  const means = path.mean(data.points, t);
  const margin = 7 * path.deviation(data.points, t).max().item();
  const dimension = data.points.shape[1] as Dimension;
  return gridQuadrature(
    means.min().item() - margin,
    means.max().item() + margin,
    dimension === 1 ? 121 : 31,
    dimension,
  );
}

function total(terms: readonly Tensor[]): Tensor {
  return terms.reduce((sum, term) => sum.add(term));
}
