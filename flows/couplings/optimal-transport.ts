/** Minibatch optimal transport: pairs two batches with the least sum of squared distances. */
import type { Tensor } from '../../autograd/index.ts';
import { wrap } from '../../lib/index.ts';
import { assignment } from '../assignment.ts';
import { squaredDistances } from '../squared-distances.ts';
import { flatPoints, indexTensor, inOrder, type Pairs, sameBatches } from './pairs.ts';

/**
 * The optimal-transport coupling of two batches: the assignment with the least Σ ‖x₀ − x₁‖². It uses every
 * point once. Paths of such pairs hardly cross. So the learned flow is nearly straight, and few steps
 * suffice.
 *
 * It pairs within a batch, so it approaches the transport of the distributions as batches grow. It ignores
 * labels, which biases conditional models: use `conditionAwareCoupling` for those. The assignment is exact,
 * in float64; 1,000 points take about 0.1 s.
 *
 * Source: Tong et al., "Improving and generalizing flow-based generative models with minibatch optimal
 * transport" (2024), OT-CFM; Pooladian et al., "Multisample Flow Matching" (2023).
 * @param x0 noise [batch, ...event]
 * @param x1 data [batch, ...event]
 * @throws ShapeError unless both have the same shape, ArgumentError for empty batches.
 * @example const { x0, x1 } = takePairs(optimalTransportCoupling(noise, data), noise, data);
 */
export function optimalTransportCoupling(x0: Tensor, x1: Tensor): Pairs {
  const operation = 'optimalTransportCoupling';
  const count = sameBatches(operation, x0, x1);
  const costs = squaredDistances(flatPoints(operation, x0), flatPoints(operation, x1));
  return { x0: inOrder(count), x1: indexTensor(assignment(wrap(costs, [count, count]))) };
}
