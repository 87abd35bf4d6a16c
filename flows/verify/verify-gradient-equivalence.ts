import {
  ArgumentError,
  cast,
  onesLike,
  random,
  slice,
  type Tensor,
  valueAndGrad,
} from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { requireTensors } from '../checks.ts';
import type { Dense } from '../networks/index.ts';
import { requirePath } from '../paths/gaussian-path.ts';
import type { GaussianPath } from '../paths/index.ts';
import { type DataPoints, marginalField } from '../paths/marginal-field.ts';
import type { Velocity } from '../time.ts';
import { requireCounts } from '../training/ranges.ts';
import { type Dimension, type FiniteData, smallNetwork } from './examples.ts';
import { conditionalFlowMatchingOnGrid, flowMatchingOnGrid, networkVelocity } from './integrals.ts';
import { relativeDistance } from './numerics.ts';

export interface GradientEquivalenceOptions {
  /** The u_t that L_FM uses; by default the exact marginal field of the path and the data. */
  readonly field?: Velocity<'noiseToData'>;
  /** How many random parameters θ of the network to look at; by default 3. */
  readonly networks?: number;
}

/** What the theorem's two losses give at several θ. */
export interface GradientEquivalence {
  /** The largest ‖∇L_FM − ∇L_CFM‖ / ‖∇L_CFM‖. */
  readonly gap: number;
  /** L_CFM − L_FM at each θ. If the theorem holds, all are the same number. */
  readonly differences: readonly number[];
  /** L_CFM at each θ. */
  readonly losses: readonly number[];
}

/**
 * Checks ∇L_FM = ∇L_CFM for a path and a data set of your own, in float64. Both losses are sums over the same
 * grid of quadrature points and the same four times t ≤ 0.9. v_t(x; θ) is a network of 105 (d = 1) or 122
 * (d = 2) parameters.
 *
 * With the exact field the gap is rounding, about 10⁻¹⁵. With a wrong field, the gap is about the field's
 * relative error.
 *
 * Source: the note, "条件损失函数和无条件损失函数等效"; Lipman et al. 2023, theorem 2.
 * @param data points [n, 1] or [n, 2], with weights [n] (by default equal)
 * @throws ArgumentError for points of other dimensions, or unknown options.
 * @example
 * verifyGradientEquivalence(optimalTransportPath({ sigmaMin: 0.1 }), { points: tensor([[-1], [2]]) }).gap;
 */
export function verifyGradientEquivalence(
  path: GaussianPath,
  data: DataPoints,
  options: GradientEquivalenceOptions = {},
): GradientEquivalence {
  const completed = completeOptions('verifyGradientEquivalence', { field: undefined, networks: 3 }, options);
  requirePath('verifyGradientEquivalence', path);
  const finite = checkData(data);
  requireCounts('verifyGradientEquivalence', { networks: completed.networks });
  const { field = marginalField(path, finite).velocity, networks } = completed;
  return compareWithConditional(conditionalSide(path, finite, networks), field);
}

/** ∇L_CFM and L_CFM at several θ: what the theorem compares ∇L_FM with. */
export interface ConditionalSide {
  readonly path: GaussianPath;
  readonly data: FiniteData;
  readonly at: readonly { readonly theta: Dense[]; readonly loss: number; readonly gradient: unknown }[];
}

/** The side of the theorem that knows no u_t. So several u_t can be compared with one. */
export function conditionalSide(path: GaussianPath, data: FiniteData, networks = 3): ConditionalSide {
  const lossOf = lossOfParameters(data, conditionalFlowMatchingOnGrid(path, data));
  const { initialise } = smallNetwork(dimensionOf(data));
  const at = Array.from({ length: networks }, (_, seed) => {
    const theta = initialise(random.key(seed));
    const [loss, gradient] = valueAndGrad(lossOf)(theta);
    return { theta, loss: loss.item(), gradient };
  });
  return { path, data, at };
}

/** The theorem with u_t = `field`. */
export function compareWithConditional(
  { path, data, at }: ConditionalSide,
  field: Velocity<'noiseToData'>,
): GradientEquivalence {
  const lossOf = lossOfParameters(data, flowMatchingOnGrid(field, path, data));
  const compared = at.map(({ theta, loss, gradient }) => {
    const fm = valueAndGrad(lossOf)(theta);
    return { gap: relativeDistance(fm[1], gradient), difference: loss - fm[0].item(), loss };
  });
  return {
    gap: Math.max(...compared.map(({ gap }) => gap)),
    differences: compared.map(({ difference }) => difference),
    losses: compared.map(({ loss }) => loss),
  };
}

function lossOfParameters(data: FiniteData, lossOf: (velocity: Velocity<'noiseToData'>) => Tensor) {
  const velocity = networkVelocity(dimensionOf(data));
  return (theta: Dense[]) => lossOf(velocity(theta));
}

function dimensionOf({ points }: FiniteData): Dimension {
  return points.shape[1] as Dimension;
}

function checkData(data: DataPoints): FiniteData {
  requireTensors('verifyGradientEquivalence', ['points'], data);
  const { points, weights } = data;
  const [, dimension] = points.shape;
  if (points.rank !== 2 || (dimension !== 1 && dimension !== 2)) {
    throw new ArgumentError(
      `verifyGradientEquivalence: wanted points of shape [n, 1] or [n, 2], got [${points.shape.join(', ')}]`,
    );
  }
  const q = cast(weights ?? onesLike(slice(points, [null, 0])), 'float64');
  return { points: cast(points, 'float64'), weights: q.divide(q.sum()) };
}
