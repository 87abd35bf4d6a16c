/** Consistency flow matching: points of one straight line are to name the same end, and the same velocity. */
import { ArgumentError, minimum, stopGradient, type Tensor, withoutGradient } from '../../autograd/index.ts';
import { completeOptions, required } from '../../lib/index.ts';
import { requireShape } from '../checks.ts';
import { alignTime, requireTime, type Velocity } from '../time.ts';
import { interpolant, requirePair, type StraightPair, straightPairDefaults } from './flow-map-batch.ts';
import { expectation, squaredNorm } from './squared-error.ts';

export interface ConsistencyFlowMatchingBatch extends StraightPair {
  /** Times, [batch, 1], in [0, 1); 0 is noise, 1 is data. */
  readonly t: Tensor;
}

export interface ConsistencyFlowMatchingOptions {
  /** Δt > 0, how much later the other point of the line is; by default 10⁻³ (at a segment's end, less). */
  readonly step?: number;
  /** α ≥ 0, the weight of the velocity term; by default 10⁻⁵. */
  readonly alpha?: number;
  /**
   * Into how many segments of equal length time is cut, in each of which the flow is to be straight; by
   * default 1.
   */
  readonly segments?: number;
  /** The velocity that names the target, at the later point: by default the one that learns, held fixed. */
  readonly teacher?: Velocity<'noiseToData'>;
}

/** The loss and its terms. No interface, which would not fit `Losses`: `train` takes this as it is. */
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
 * x_t = (1 − t)·x₀ + t·x₁, f(t, x) = x + (T − t)·v(x, t), T the end of t's segment (T = 1 if there is one
 * segment), loss = mean over the batch of ‖f(t, x_t) − sg f(t′, x_{t′})‖² + α·‖v(x_t, t) − sg v(x_{t′},
 * t′)‖², t′ = min(t + Δt, T).
 *
 * At t′ = T, f is x_T itself: that is where the data come in. As Δt → 0 the first term's fixed point is the
 * flow's own end f = X_{t,T}(x), v the average velocity until T, with a bias of order Δt. The second term is
 * different: at that v its pull is Δt·(v − u_t)/(T − t), u_t the marginal velocity of the pairs, which
 * vanishes no faster than the first term's own pull. So it is biased unless the flow is straight already, as
 * after `reflow`; hence the small α. (`fluxion verify`, 'bias'.)
 *
 * What sg stands before is the same v with the same parameters, as in the authors' code. Their paper writes
 * an exponential moving average of the parameters there: that is a `teacher`. `train` has the average in its
 * state, and hands it to `onStep`.
 *
 * Source: Yang et al. 2024, "Consistency flow matching: defining straight flows with velocity consistency"
 * (arXiv 2407.02398), section 3.
 * @throws ArgumentError for a velocity in the other time convention, ShapeError for shapes that differ.
 * @example const { loss } = consistencyFlowMatchingLoss(v, { x0: noise, x1: data, t }, { segments: 2 });
 * @example
 * const decay = 0.999;
 * let average = parameters;
 * const loss = (p, batch) => consistencyFlowMatchingLoss(velocityOf(p), batch, { teacher: velocityOf(average) });
 * const onStep = ({ state }) => { average = movingAverage(decay).value(state.average); };
 * train({ loss, onStep, ema: decay, parameters, ...others });
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
