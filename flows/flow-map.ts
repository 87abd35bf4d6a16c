/**
 * The flow map X_{s,t} carries a point at time s along the flow to time t. It is written by its average
 * velocity, in flow matching's time (t = 0 is noise, t = 1 data), as shortcut models and self-distillation
 * write it. MeanFlow's u is the same velocity in the other time.
 */
import { ArgumentError, subtract, type Tensor } from '../autograd/index.ts';
import { requireFunction } from '../lib/index.ts';
import { requireShape, requireTensors } from './checks.ts';
import { type AverageVelocity, alignTime, requireAverageVelocity } from './time.ts';

/**
 * v_{s,t}(x), the average velocity from time s to time t of the point that is at x at time s. Noise is at 0,
 * data at 1. `flowMapVelocity` makes one. x has shape [batch, ...event], s and t have [batch, 1]; the result
 * is like x.
 */
export interface FlowMapVelocity {
  (x: Tensor, s: Tensor, t: Tensor): Tensor;
  readonly time: 'noiseToData';
}

/**
 * Declares the average velocity of a flow map. Mind the order: first s, the time of x, then t, the time to
 * reach.
 * @example const v = flowMapVelocity((x, s, t) => network.apply(parameters, x, s, t));
 */
export function flowMapVelocity(fn: (x: Tensor, s: Tensor, t: Tensor) => Tensor): FlowMapVelocity {
  requireFunction('flowMapVelocity', fn);
  return Object.assign((x: Tensor, s: Tensor, t: Tensor) => fn(x, s, t), { time: 'noiseToData' as const });
}

/**
 * X_{s,t}(x) = x + (t − s)·v_{s,t}(x), for x of shape [batch, ...event], s and t [batch, 1]; the result is
 * like x.
 *
 * Source: Boffi, Albergo, Vanden-Eijnden 2025, "How to build a consistency model" (arXiv 2505.18825),
 * section 2.
 * @throws ArgumentError if the velocity was not declared with `flowMapVelocity`, ShapeError if its value is
 * not like x.
 * @example const sample = flowMap(v, noise, zeros([batch, 1]), ones([batch, 1]));
 */
export function flowMap(velocity: FlowMapVelocity, x: Tensor, s: Tensor, t: Tensor): Tensor {
  requireFlowMap('flowMap', velocity);
  requireTensors('flowMap', ['x', 's', 't'], { x, s, t });
  const v = requireShape('flowMap', 'an average velocity', velocity(x, s, t), x.shape);
  return x.add(alignTime('flowMap', t.subtract(s), x).multiply(v));
}

/**
 * MeanFlow's u as the velocity of a flow map: v_{s,t}(x) = −u(x, 1 − t, 1 − s). The inverse is
 * `averageFromFlowMap`; nothing else converts between the two.
 * @throws ArgumentError if u is the velocity of an instant, or a flow map's velocity.
 * @example const loss = selfDistillationLoss(flowMapFromAverage(u), { x0, x1, s, t });
 */
export function flowMapFromAverage(u: AverageVelocity): FlowMapVelocity {
  requireAverageVelocity('flowMapFromAverage', u);
  return flowMapVelocity((x, s, t) => u(x, subtract(1, t), subtract(1, s)).negate());
}

/**
 * The velocity of a flow map as MeanFlow's u: u(z, r, t) = −v_{1−t, 1−r}(z). `sampleMeanFlow` can sample
 * from it.
 * @throws ArgumentError if the velocity was not declared with `flowMapVelocity`.
 * @example const { x } = sampleMeanFlow(averageFromFlowMap(v), noise);
 */
export function averageFromFlowMap(velocity: FlowMapVelocity): AverageVelocity {
  requireFlowMap('averageFromFlowMap', velocity);
  return (z, r, t) => velocity(z, subtract(1, t), subtract(1, r)).negate();
}

/**
 * Throws an ArgumentError unless `flowMapVelocity` made the function: JavaScript callers have no types to
 * stop them.
 */
export function requireFlowMap(operation: string, velocity: FlowMapVelocity): void {
  if (velocity?.time === 'noiseToData') return;
  throw new ArgumentError(
    `${operation}: wanted the average velocity of a flow map, declared with flowMapVelocity(fn), ` +
      "or MeanFlow's, converted with flowMapFromAverage(u)",
  );
}
