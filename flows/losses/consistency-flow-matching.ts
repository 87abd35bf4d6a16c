/** Consistency flow matching: all points of a straight line should predict the same end and velocity. */
import { ArgumentError, minimum, stopGradient, type Tensor, withoutGradient } from '../../autograd/index.ts';
import { completeOptions, required } from '../../lib/index.ts';
import { requireShape, requireTensor } from '../checks.ts';
import { alignTime, requireTime, type Velocity } from '../time.ts';
import { interpolant, requirePair, type StraightPair, straightPairDefaults } from './flow-map-batch.ts';
import { expectation, squaredNorm } from './squared-error.ts';

export interface ConsistencyFlowMatchingBatch extends StraightPair {
  /** Times, [batch, 1], in [0, 1); 0 is noise, 1 is data. */
  readonly t: Tensor;
}

export interface ConsistencyFlowMatchingOptions {
  /** Δt > 0, the time from one point of the line to the other; by default 10⁻³. Less at a segment's end. */
  readonly step?: number;
  /** α ≥ 0, the weight of the velocity term; by default 10⁻⁵. */
  readonly alpha?: number;
  /** The number of equal segments of time; the flow should be straight in each. By default 1. */
  readonly segments?: number;
  /** The velocity that gives the target, at the later point. By default the learning one, as a constant. */
  readonly teacher?: Velocity<'noiseToData'>;
}

/**
 * The loss and its terms, as `train` takes them. A type alias: only aliases are assignable to `Losses`, which
 * has an index signature.
 */
export type ConsistencyFlowMatchingLoss = {
  /** endpoint + α·velocity, a scalar: the one to differentiate. */
  readonly loss: Tensor;
  /** E‖f(t, x_t) − sg f(t + Δt, x_{t+Δt})‖², a constant. */
  readonly endpoint: Tensor;
  /** E‖v(t, x_t) − sg v(t + Δt, x_{t+Δt})‖², a constant. */
  readonly velocity: Tensor;
};

/**
 * The consistency-FM loss of a velocity v(x, t), t = 0 noise, t = 1 data:
 *
 * x_t = (1 − t)·x₀ + t·x₁,  f(t, x) = x + (T − t)·v(x, t),  t′ = min(t + Δt, T),
 * loss = mean over the batch of ‖f(t, x_t) − sg f(t′, x_{t′})‖² + α·‖v(x_t, t) − sg v(x_{t′}, t′)‖².
 *
 * T is the end of t's segment, 1 if there is one segment.
 *
 * At t′ = T, f is x_T itself: here the data enter the loss. As Δt → 0, the fixed point of the first term is
 * the end of the flow, f = X_{t,T}(x), where v is the average velocity until T; the bias is of order Δt. At
 * that v, the second term pulls by Δt·(v − u_t)/(T − t), where u_t is the marginal velocity of the pairs. As
 * Δt → 0 this pull vanishes no faster than that of the first term. So the second term adds a bias, unless the
 * flow is already straight, as after `reflow`. Therefore α is small. (`fluxion verify`, theme 'bias'.)
 *
 * The v under sg has the same parameters as the other v, as in the authors' code. Their paper has an
 * exponential moving average of the parameters there: pass that as `teacher`. `train` keeps the average in
 * its state, which it passes to `onStep`.
 *
 * Source: Yang et al. 2024, "Consistency flow matching: defining straight flows with velocity consistency"
 * (arXiv 2407.02398), section 3.
 * @throws ArgumentError for a velocity in the other time convention, a step that is not positive, a negative
 * alpha, or segments that are no whole number; ShapeError for shapes that differ.
 * @example const { loss } = consistencyFlowMatchingLoss(v, { x0: noise, x1: data, t }, { segments: 2 });
 * @example
 * const decay = 0.999;
 * let average = parameters;
 * const loss = (p, batch) =>
 *   consistencyFlowMatchingLoss(velocityOf(p), batch, { teacher: velocityOf(average) });
 * const onStep = ({ state }) => { average = movingAverage(decay).value(state.average); };
 * train({ loss, onStep, ema: decay, parameters, compile: false, ...others }); // the teacher changes
 */
export function consistencyFlowMatchingLoss(
  velocity: Velocity<'noiseToData'>,
  batch: ConsistencyFlowMatchingBatch,
  options: ConsistencyFlowMatchingOptions = {},
): ConsistencyFlowMatchingLoss {
  const { step, alpha, segments, teacher } = completeConsistencyOptions(options, velocity);
  requireTime('consistencyFlowMatchingLoss', velocity, 'noiseToData');
  requireTime('consistencyFlowMatchingLoss', teacher, 'noiseToData');
  const given = completeOptions(
    'consistencyFlowMatchingLoss',
    { ...straightPairDefaults, t: required },
    batch,
  );
  requirePair('consistencyFlowMatchingLoss', given);
  const { t, weights } = given;
  requireTensor('consistencyFlowMatchingLoss', 't', t);
  const end = t.multiply(segments).floor().add(1).divide(segments);
  const later = minimum(t.add(step), end);

  const at = (time: Tensor, model: Velocity<'noiseToData'>) => {
    const x = interpolant('consistencyFlowMatchingLoss', given, time);
    const v = requireShape('consistencyFlowMatchingLoss', 'a velocity', model(x, time), x.shape);
    return { v, f: x.add(alignTime('consistencyFlowMatchingLoss', end.subtract(time), x).multiply(v)) };
  };
  const [here, there] = [at(t, velocity), withoutGradient((time: Tensor) => at(time, teacher))(later)];
  const termOf = (difference: Tensor) =>
    expectation('consistencyFlowMatchingLoss', squaredNorm(difference), weights);
  const endpoint = termOf(here.f.subtract(there.f));
  const steadiness = termOf(here.v.subtract(there.v));
  return {
    loss: endpoint.add(steadiness.multiply(alpha)),
    endpoint: stopGradient(endpoint),
    velocity: stopGradient(steadiness),
  };
}

function completeConsistencyOptions(
  options: ConsistencyFlowMatchingOptions,
  learner: Velocity<'noiseToData'>,
) {
  const completed = completeOptions(
    'consistencyFlowMatchingLoss',
    { step: 1e-3, alpha: 1e-5, segments: 1, teacher: learner },
    options,
  );
  const { step, alpha, segments } = completed;
  if (!(step > 0) || !(alpha >= 0)) {
    throw new ArgumentError(
      `consistencyFlowMatchingLoss: wanted step > 0 and alpha ≥ 0, got ${step} and ${alpha}`,
    );
  }
  if (!Number.isInteger(segments) || segments < 1) {
    throw new ArgumentError(
      `consistencyFlowMatchingLoss: wanted a whole number of segments, at least 1, got ${segments}`,
    );
  }
  return completed;
}
